package dev.retort;

import static dev.retort.Kernel.demonitorFlush;
import static dev.retort.Kernel.link;
import static dev.retort.Kernel.monitor;
import static dev.retort.Kernel.receive;
import static dev.retort.Kernel.self;
import static dev.retort.Kernel.send;
import static dev.retort.Kernel.sendAfter;
import static dev.retort.Kernel.trapExit;
import static dev.retort.Kernel.unlink;

import dev.retort.term.Atom;
import dev.retort.term.Pid;
import dev.retort.term.Ref;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A process of the {@link StressTest} that is never killed, so that what is sent to it must arrive:
 * a plain one that traps exits, or a server.
 */
final class StressSurvivor {
  record Numbered(int sender, int number) {}

  record Ask(int sender, int number) implements Call<Integer> {}

  record Ping(Ref replyTo) {}

  /** What a mortal wants the survivor to do with it. */
  record Befriend(Pid mortal, Friendship how) {}

  enum Friendship {
    LINK,
    UNLINK,
    MONITOR,
    DEMONITOR
  }

  static final Atom TICK = Atom.of("tick");
  static final Atom LATER = Atom.of("later");
  static final Atom POKE = Atom.of("poke");
  static final Atom STOP = Atom.of("stop");

  final String name;
  final boolean server;
  final @Nullable MailboxLimit limit;
  final StressAccount account;
  private final Queue<String> violations;

  /** What it monitors: a DOWN comes for each, once, and for none that it has taken back. */
  private final Map<Ref, Pid> monitors = new ConcurrentHashMap<>();

  private volatile @Nullable Pid pid;
  private volatile @Nullable Ref alias;

  StressSurvivor(
      String name, boolean server, @Nullable MailboxLimit limit, Queue<String> violations) {
    this.name = name;
    this.server = server;
    this.limit = limit;
    this.violations = violations;
    account = new StressAccount(name, !drops(), violations);
  }

  /** Whether its mailbox drops messages when it is full. */
  private boolean drops() {
    return limit != null
        && (limit.overload() == Overload.DROP_NEWEST || limit.overload() == Overload.DROP_OLDEST);
  }

  /** Whether a message that has no sender to tell may be lost. */
  boolean isLossless() {
    return limit == null || limit.overload() == Overload.BLOCK;
  }

  void start(Node node) throws Exception {
    node.run(
        () -> {
          if (server) {
            pid =
                limit == null
                    ? GenServer.start(Teller::new, GenServer.name(name))
                    : GenServer.start(Teller::new, GenServer.name(name), limit);
            return Atom.OK;
          }
          var parent = self();
          pid =
              limit == null
                  ? Kernel.spawn(() -> run(parent))
                  : Kernel.spawn(() -> run(parent), limit);
          Kernel.register(name, pid);
          return receive(Atom.class);
        });
  }

  Pid pid() {
    var pid = this.pid;
    if (pid == null) {
      throw new IllegalStateException(name + " has not been started");
    }
    return pid;
  }

  @Nullable Ref alias() {
    return alias;
  }

  Collection<Pid> monitored() {
    return monitors.values();
  }

  private void run(Pid parent) {
    trapExit(true);
    alias = Kernel.alias();
    send(parent, Atom.OK);
    while (true) {
      switch (receive()) {
        case Numbered(var sender, var number) -> account.receive(sender, number);
        case Ping(var replyTo) -> send(replyTo, Atom.OK);
        case Exit(var from, var reason) when reason.equals(POKE) -> account.receiveExit();
        case Exit exit -> {} // of a link
        case Down down -> down(down);
        case Befriend(var mortal, var how) -> befriend(mortal, how);
        case Atom tick when tick.equals(TICK) -> account.receiveTimer();
        case Atom stop when stop.equals(STOP) -> {
          return;
        }
        case Object other -> violations.add(name + " got " + other);
      }
    }
  }

  private void befriend(Pid mortal, Friendship how) {
    switch (how) {
      case LINK -> link(mortal);
      case UNLINK -> unlink(mortal);
      case MONITOR -> monitors.put(monitor(mortal), mortal);
      case DEMONITOR -> {
        var refs = monitors.keySet().iterator();
        if (refs.hasNext()) {
          var ref = refs.next();
          demonitorFlush(ref);
          monitors.remove(ref);
        }
      }
    }
  }

  private void down(Down down) {
    var mortal = monitors.remove(down.ref());
    if (mortal == null || !mortal.equals(down.object())) {
      violations.add(name + " got " + down + " for a monitor of " + mortal);
    }
  }

  /** The server; its state is the calls that it will answer later. */
  private final class Teller implements GenServer<Deque<Runnable>> {
    @Override
    public Deque<Runnable> init() {
      return new ArrayDeque<>();
    }

    @Override
    public Step<Deque<Runnable>> handleCall(Call<?> request, From from, Deque<Runnable> waiting) {
      if (!(request instanceof Ask ask)) {
        return GenServer.unknown(request);
      }
      account.receive(ask.sender(), ask.number());
      if (ask.number() % 3 > 0) {
        return ask.reply(ask.number(), waiting);
      }
      waiting.add(() -> GenServer.reply(from, ask.number()));
      if (ask.number() % 2 > 0) {
        send(self(), LATER);
      } else {
        sendAfter(self(), LATER, Duration.ofNanos(ask.number() * 1000L));
      }
      return GenServer.noReply(waiting);
    }

    @Override
    public Step<Deque<Runnable>> handleCast(Object message, Deque<Runnable> waiting) {
      return handleInfo(message, waiting);
    }

    @Override
    public Step<Deque<Runnable>> handleInfo(Object message, Deque<Runnable> waiting) {
      switch (message) {
        case Numbered(var sender, var number) -> account.receive(sender, number);
        case Ping(var replyTo) -> send(replyTo, Atom.OK);
        case Atom tick when tick.equals(TICK) -> account.receiveTimer();
        case Atom later when later.equals(LATER) -> waiting.remove().run();
        case Atom stop when stop.equals(STOP) -> {
          return GenServer.stopping(Atom.NORMAL, waiting);
        }
        case Object other -> violations.add(name + " got " + other);
      }
      return GenServer.noReply(waiting);
    }
  }
}
