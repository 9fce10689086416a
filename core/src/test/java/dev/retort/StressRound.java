package dev.retort;

import static dev.retort.Kernel.receive;
import static org.assertj.core.api.Assertions.assertThat;

import dev.retort.term.Atom;
import dev.retort.term.Pid;
import dev.retort.term.Ref;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A round of the {@link StressTest}: some survivors, many mortals that do things to each other and
 * to them for a while, and the account when the mortals are gone.
 */
final class StressRound {
  /** How long that may take which should come at once. */
  static final Duration GENEROUS = Duration.ofSeconds(60);

  private static final int MORTALS = 40;
  private static final int SETTLERS = 40;
  private static final int DEEDS = 2000;
  private static final int SHORT = 8;

  private final Node node;
  private final Random random;
  private final Queue<String> violations = new ConcurrentLinkedQueue<>();
  private final List<StressSurvivor> survivors;
  private final AtomicReferenceArray<Pid> mortals = new AtomicReferenceArray<>(MORTALS + SETTLERS);
  private final List<Object> locks = IntStream.range(0, 4).mapToObj(i -> new Object()).toList();
  private final AtomicInteger ids = new AtomicInteger();
  private volatile boolean over;

  StressRound(Node node, long seed) {
    this.node = node;
    this.random = new Random(seed);
    survivors = new ArrayList<>();
    for (boolean server : new boolean[] {false, true}) {
      add(server, null);
      add(server, null);
      add(server, MailboxLimit.of(SHORT, Overload.BLOCK));
    }
    add(false, MailboxLimit.of(SHORT, Overload.REFUSE));
    add(false, MailboxLimit.of(SHORT, Overload.DROP_NEWEST));
    add(false, MailboxLimit.of(SHORT, Overload.DROP_OLDEST));
  }

  private void add(boolean server, @Nullable MailboxLimit limit) {
    survivors.add(
        new StressSurvivor("stress_survivor_" + survivors.size(), server, limit, violations));
  }

  // ---- for its processes

  int nextId() {
    return ids.getAndIncrement();
  }

  boolean isOver() {
    return over;
  }

  List<StressSurvivor> survivors() {
    return survivors;
  }

  void violated(String what) {
    violations.add(what);
  }

  Pid mortal(Random random) {
    return mortals.get(random.nextInt(mortals.length()));
  }

  /** Makes a child or a server known to the others. */
  void settle(Random random, Pid pid) {
    mortals.set(MORTALS + random.nextInt(SETTLERS), pid);
  }

  Object lock(Random random) {
    return locks.get(random.nextInt(locks.size()));
  }

  // ---- the round

  /** Runs it for {@code time}; how many messages have been accounted for. */
  long run(Duration time) throws Exception {
    int before = node.processCount();
    var names = node.registered();
    for (var survivor : survivors) {
      survivor.start(node);
    }
    node.run(() -> lead(time));
    await("the mortals to end", () -> node.processCount() == before + survivors.size());
    await("all messages to arrive", () -> missing().isEmpty());
    await("all timers to fire", () -> node.statistics().timers() == 0);
    for (var survivor : survivors) {
      await(survivor.name + " to be free of ties", () -> isFree(survivor));
    }
    await("the aliases of mortals to go", () -> node.aliases.size() == aliases());
    for (var survivor : survivors) {
      if (random.nextBoolean()) {
        Kernel.exit(survivor.pid(), Atom.KILL);
      } else {
        Kernel.send(survivor.pid(), StressSurvivor.STOP);
      }
    }
    await("the survivors to end", () -> node.processCount() == before);
    await("their aliases to go", () -> node.aliases.isEmpty());
    assertThat(missing()).isEmpty();
    assertThat(violations).isEmpty();
    assertThat(node.registered()).containsExactlyInAnyOrderElementsOf(names);
    return survivors.stream().mapToLong(survivor -> survivor.account.messages()).sum();
  }

  /** Starts the mortals, and another one for each that has ended, until time is up. */
  private Atom lead(Duration time) {
    long end = System.nanoTime() + time.toNanos();
    var nobody = Kernel.spawn(() -> {});
    for (int i = 0; i < mortals.length(); i++) {
      mortals.set(i, nobody);
    }
    var places = new HashMap<Ref, Integer>();
    for (int i = 0; i < MORTALS; i++) {
      start(i, places);
    }
    for (long rest; (rest = end - System.nanoTime()) > 0; ) {
      var down = receive(Down.class, Duration.ofNanos(rest));
      if (down != null) {
        start(placeOf(down, places), places);
      }
    }
    over = true;
    while (!places.isEmpty()) {
      var down = receive(Down.class, GENEROUS);
      if (down == null) {
        throw new AssertionError(places.size() + " mortals have not ended" + dump());
      }
      placeOf(down, places);
    }
    return Atom.OK;
  }

  private void start(int place, Map<Ref, Integer> places) {
    var mortal = new StressMortal(this, random.nextLong(), DEEDS);
    var monitored = Kernel.spawnMonitor(mortal::run);
    mortals.set(place, monitored.pid());
    places.put(monitored.ref(), place);
  }

  private static int placeOf(Down down, Map<Ref, Integer> places) {
    var place = places.remove(down.ref());
    if (place == null) {
      throw new AssertionError("a DOWN for nothing: " + down);
    }
    return place;
  }

  // ---- the account

  private String missing() {
    return survivors.stream()
        .map(survivor -> survivor.account.missing())
        .filter(missing -> !missing.isEmpty())
        .collect(Collectors.joining("\n"));
  }

  /** All that it was tied to has ended, so nothing is left, and each monitor has fired. */
  private static boolean isFree(StressSurvivor survivor) {
    var info = Kernel.processInfo(survivor.pid());
    return info != null
        && info.links().isEmpty()
        && info.monitors().isEmpty()
        && info.monitoredBy().isEmpty()
        && info.messageQueueLength() == 0
        && survivor.monitored().isEmpty();
  }

  private long aliases() {
    return survivors.stream().filter(survivor -> survivor.alias() != null).count();
  }

  private void await(String what, Callable<Boolean> condition) throws Exception {
    long deadline = System.nanoTime() + GENEROUS.toNanos();
    while (!condition.call()) {
      if (System.nanoTime() - deadline > 0) {
        throw new AssertionError("waited in vain for " + what + dump());
      }
      Thread.sleep(1);
    }
  }

  /** All that may help to see what is stuck. */
  private String dump() {
    var text = new StringBuilder();
    text.append("\n").append(missing()).append("\n").append(node.statistics());
    text.append("\naliases: ").append(node.aliases.size());
    violations.forEach(violation -> text.append("\n").append(violation));
    node.forEachProcess(
        process -> text.append("\n").append(process.pid).append(": ").append(process.info()));
    return text.toString();
  }
}
