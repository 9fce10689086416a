package dev.retort;

import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What one survivor of the {@link StressTest} has received and should have. A sender that is killed
 * while it sends cannot tell whether it has: what should have come is counted before and after.
 */
final class StressAccount {
  /** What a sender has begun and what it knows that it has done. */
  static final class Deeds {
    final AtomicLong begun = new AtomicLong();
    final AtomicLong done = new AtomicLong();

    boolean allows(long outcome) {
      return done.get() <= outcome && outcome <= begun.get();
    }

    @Override
    public String toString() {
      return done + ".." + begun;
    }
  }

  private final String name;

  /** Whether each message must come, or only those that come must be in order. */
  private final boolean exact;

  private final Queue<String> violations;

  private final Map<Integer, Deeds> sent = new ConcurrentHashMap<>();
  private final Map<Integer, Integer> received = new ConcurrentHashMap<>();

  final Deeds exits = new Deeds();
  final Deeds timers = new Deeds();
  final Deeds cancelled = new Deeds();
  private final AtomicLong exitsReceived = new AtomicLong();
  private final AtomicLong timersReceived = new AtomicLong();

  StressAccount(String name, boolean exact, Queue<String> violations) {
    this.name = name;
    this.exact = exact;
    this.violations = violations;
  }

  // ---- its senders

  Deeds sentBy(int sender) {
    return sent.computeIfAbsent(sender, s -> new Deeds());
  }

  // ---- the survivor itself

  void receive(int sender, int number) {
    int expected = received.getOrDefault(sender, 0);
    if (exact ? number != expected : number < expected) {
      violations.add(name + " got " + number + " of " + sender + " where " + expected + " was due");
    }
    received.put(sender, number + 1);
  }

  void receiveExit() {
    exitsReceived.incrementAndGet();
  }

  void receiveTimer() {
    timersReceived.incrementAndGet();
  }

  // ---- the account

  /** What has not come, or has come too often; empty if all is well. */
  String missing() {
    var wrong = new StringBuilder();
    sent.forEach(
        (sender, deeds) -> {
          long got = received.getOrDefault(sender, 0);
          if (exact ? !deeds.allows(got) : got > deeds.begun.get()) {
            wrong.append("\n  messages of " + sender + ": " + got + " of " + deeds);
          }
        });
    if (!exits.allows(exitsReceived.get())) {
      wrong.append("\n  exit signals: " + exitsReceived + " of " + exits);
    }
    long fired = timersReceived.get();
    if (fired < timers.done.get() - cancelled.begun.get()
        || fired > timers.begun.get() - cancelled.done.get()) {
      wrong.append("\n  timers: " + fired + " of " + timers + ", cancelled " + cancelled);
    }
    return wrong.isEmpty() ? "" : name + " lacks" + wrong;
  }

  long messages() {
    return received.values().stream().mapToLong(Integer::longValue).sum();
  }
}
