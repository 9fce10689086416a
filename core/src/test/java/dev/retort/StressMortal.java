package dev.retort;

import static dev.retort.Kernel.exit;
import static dev.retort.Kernel.receive;
import static dev.retort.Kernel.self;
import static dev.retort.Kernel.send;

import dev.retort.term.Atom;
import dev.retort.term.Dest;
import dev.retort.term.Name;
import dev.retort.term.Pid;
import dev.retort.term.Ref;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** A process of the {@link StressTest} that does one thing after the other until it is ended. */
final class StressMortal {
  private static final Atom BOOM = Atom.of("boom");
  private static final Atom NOISE = Atom.of("noise");
  private static final int NAMES = 6;

  private final StressRound round;
  private final int id;
  private final Random random;
  private int deeds;
  private final List<Ref> monitors = new ArrayList<>();

  StressMortal(StressRound round, long seed, int deeds) {
    this.round = round;
    this.id = round.nextId();
    this.random = new Random(seed);
    this.deeds = deeds;
  }

  void run() throws Exception {
    while (!round.isOver() && deeds-- > 0) {
      act();
      while (random.nextInt(4) == 0 && receive(Duration.ZERO) != null) {}
    }
    exit(Atom.SHUTDOWN); // takes its servers along
  }

  private void act() throws Exception {
    switch (random.nextInt(24)) {
      case 0, 1, 2, 3, 4 -> sendNumbered();
      case 5, 6 -> call();
      case 7 -> link();
      case 8 -> monitor();
      case 9 -> demonitor();
      case 10 -> kill();
      case 11 -> hurt();
      case 12 -> setTimer();
      case 13 -> cancelTimer();
      case 14 -> askThroughAlias();
      case 15 -> name();
      case 16 -> befriend();
      case 17 -> receive(Duration.ofNanos(random.nextInt(300_000)));
      case 18 -> Kernel.trapExit(random.nextBoolean());
      case 19 -> spawn();
      case 20 -> startServer();
      case 21 -> send(victim(), NOISE);
      case 22 -> block();
      default -> rest();
    }
  }

  private StressSurvivor survivor() {
    return round.survivors().get(random.nextInt(round.survivors().size()));
  }

  private StressSurvivor survivor(boolean server) {
    for (; ; ) {
      var survivor = survivor();
      if (survivor.server == server && survivor.isLossless()) {
        return survivor;
      }
    }
  }

  private Pid victim() {
    return round.mortal(random);
  }

  // ---- messages

  private void sendNumbered() {
    var to = survivor();
    var sent = to.account.sentBy(id);
    var message = new StressSurvivor.Numbered(id, (int) sent.done.get());
    sent.begun.incrementAndGet();
    try {
      switch (random.nextInt(4)) {
        case 0 -> send(Name.of(to.name), message);
        case 1 -> send(alias(to), message);
        case 2 -> sendOrCast(to, message);
        default -> send(to.pid(), message);
      }
    } catch (MailboxFullException e) {
      sent.begun.decrementAndGet();
      return;
    }
    sent.done.incrementAndGet();
  }

  private static Dest alias(StressSurvivor to) {
    var alias = to.alias();
    return alias == null ? to.pid() : alias;
  }

  private static void sendOrCast(StressSurvivor to, Object message) {
    if (to.server) {
      GenServer.cast(to.pid(), message);
    } else {
      send(to.pid(), message);
    }
  }

  private void call() {
    var to = survivor(true);
    boolean patient = to.limit != null || random.nextInt(3) > 0;
    var sent = to.account.sentBy(id);
    int number = (int) sent.done.get();
    sent.begun.incrementAndGet();
    var within = patient ? StressRound.GENEROUS : Duration.ofNanos(random.nextInt(100_000));
    try {
      int reply = GenServer.call(to.pid(), new StressSurvivor.Ask(id, number), within);
      if (reply != number) {
        round.violated("the reply to " + number + " of " + id + " was " + reply);
      }
    } catch (CallException e) {
      if (patient || !e.why().equals(Atom.TIMEOUT)) {
        round.violated("a call of " + to.name + ": " + e.getMessage());
      }
    }
    sent.done.incrementAndGet();
  }

  private void askThroughAlias() {
    var to = survivor(random.nextBoolean());
    var alias = Kernel.alias(AliasMode.REPLY);
    send(to.pid(), new StressSurvivor.Ping(alias));
    var reply = receive(Atom.class, a -> a.equals(Atom.OK), StressRound.GENEROUS);
    if (reply == null) {
      round.violated("no reply of " + to.name + " through an alias");
    } else if (Kernel.unalias(alias)) {
      round.violated("an alias has outlived the reply through it");
    }
  }

  // ---- links, monitors, exits

  private void link() {
    var other = random.nextInt(4) == 0 ? survivor(false).pid() : victim();
    Kernel.link(other);
    if (random.nextBoolean()) {
      Kernel.unlink(other);
    }
  }

  private void monitor() {
    Dest object =
        switch (random.nextInt(3)) {
          case 0 -> survivor().pid();
          case 1 -> Name.of(randomName());
          default -> victim();
        };
    monitors.add(
        random.nextBoolean()
            ? Kernel.monitor(object)
            : Kernel.monitor(object, AliasMode.REPLY_DEMONITOR));
  }

  private void demonitor() {
    if (monitors.isEmpty()) {
      return;
    }
    var ref = monitors.remove(random.nextInt(monitors.size()));
    if (random.nextBoolean()) {
      Kernel.demonitor(ref);
    } else {
      Kernel.demonitorFlush(ref);
      if (receive(Down.class, down -> down.ref().equals(ref), Duration.ZERO) != null) {
        round.violated("a DOWN has come after its monitor was taken back and flushed");
      }
    }
  }

  private void kill() {
    var other = victim();
    if (other.equals(self())) {
      exit(other, Atom.KILL);
      round.violated("a process has survived that killed itself");
      return;
    }
    var ref = Kernel.monitor(other);
    exit(other, Atom.KILL);
    var down = receive(Down.class, d -> d.ref().equals(ref), StressRound.GENEROUS);
    if (down == null) {
      round.violated("a process that was killed has not ended: " + other);
    } else if (!down.reason().equals(Atom.NOPROC) && Kernel.alive(other)) {
      round.violated("a process is alive that is " + down);
    }
  }

  private void hurt() {
    switch (random.nextInt(4)) {
      case 0 -> exit(victim(), BOOM);
      case 1 -> exit(victim(), Atom.NORMAL);
      case 2 -> {
        if (random.nextInt(8) == 0) {
          throw new ArithmeticException("on purpose");
        }
      }
      default -> {
        var to = survivor(false);
        to.account.exits.begun.incrementAndGet();
        exit(to.pid(), StressSurvivor.POKE);
        to.account.exits.done.incrementAndGet();
      }
    }
  }

  private void befriend() {
    var how = StressSurvivor.Friendship.values();
    send(
        survivor(false).pid(),
        new StressSurvivor.Befriend(
            random.nextBoolean() ? self() : victim(), how[random.nextInt(how.length)]));
  }

  // ---- timers

  private Ref setTimer() {
    var to = survivor(random.nextBoolean());
    return setTimer(to, Duration.ofNanos(random.nextInt(20_000_000)));
  }

  private static Ref setTimer(StressSurvivor to, Duration delay) {
    to.account.timers.begun.incrementAndGet();
    var timer = Kernel.sendAfter(to.pid(), StressSurvivor.TICK, delay);
    to.account.timers.done.incrementAndGet();
    return timer;
  }

  private void cancelTimer() throws InterruptedException {
    var to = survivor(random.nextBoolean());
    var timer = setTimer(to, Duration.ofNanos(random.nextInt(200_000)));
    if (random.nextBoolean()) {
      receive(Duration.ofNanos(random.nextInt(200_000)));
    }
    to.account.cancelled.begun.incrementAndGet();
    if (Kernel.cancelTimer(timer) == null) {
      to.account.cancelled.begun.decrementAndGet(); // it has fired
    } else {
      to.account.cancelled.done.incrementAndGet();
    }
  }

  // ---- names

  private String randomName() {
    return "stress_name_" + random.nextInt(NAMES);
  }

  private void name() {
    try {
      switch (random.nextInt(3)) {
        case 0 -> Kernel.register(randomName(), self());
        case 1 -> Kernel.unregister(randomName());
        default -> send(randomName(), NOISE);
      }
    } catch (IllegalArgumentException e) {
      // somebody has it, or nobody
    }
  }

  // ---- others

  private void spawn() {
    var child = new StressMortal(round, random.nextLong(), 20);
    switch (random.nextInt(4)) {
      case 0 -> round.settle(random, Kernel.spawn(child::run));
      case 1 -> round.settle(random, Kernel.spawnLink(child::run));
      case 2 -> monitors.add(Kernel.spawnMonitor(child::run).ref());
      default -> Kernel.spawnLink(() -> {});
    }
  }

  private void startServer() {
    var life = Duration.ofNanos(random.nextInt(20_000_000));
    Pid server;
    try {
      server = GenServer.startLink(() -> new Mayfly(life));
    } catch (StartException e) {
      return; // an exit signal of a link has ended it
    }
    round.settle(random, server);
    try {
      GenServer.call(server, NOISE, StressRound.GENEROUS);
    } catch (CallException e) {
      if (e.why().equals(Atom.TIMEOUT)) {
        round.violated("a call of a server that ended has not failed");
      }
    }
  }

  /** A server that ends soon by itself, if nobody ends it before. */
  private record Mayfly(Duration life) implements GenServer<Atom> {
    @Override
    public Atom init() {
      Kernel.sendAfter(self(), BOOM, life);
      return Atom.OK;
    }

    @Override
    public Step<Atom> handleCall(Call<?> request, From from, Atom state) {
      return ((Call.Term) request).reply(state, state);
    }

    @Override
    public Step<Atom> handleInfo(Object message, Atom state) {
      return message.equals(BOOM)
          ? GenServer.stopping(Atom.NORMAL, state)
          : GenServer.noReply(state);
    }
  }

  private void block() throws InterruptedException {
    if (random.nextBoolean()) {
      Thread.sleep(Duration.ofNanos(random.nextInt(500_000)));
    } else {
      synchronized (round.lock(random)) {
        Thread.onSpinWait();
      }
    }
  }

  private void rest() {
    if (random.nextInt(4) == 0) {
      Kernel.sendAfter(self(), NOISE, Duration.ofNanos(random.nextInt(1_000_000)));
      Kernel.hibernate(this::run);
    }
    Thread.onSpinWait();
  }
}
