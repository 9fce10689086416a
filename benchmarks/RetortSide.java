import static dev.retort.Kernel.*;
import static dev.retort.Supervisor.child;
import static dev.retort.Supervisor.oneForOne;

import dev.retort.Call;
import dev.retort.Down;
import dev.retort.DynamicSupervisor;
import dev.retort.Exit;
import dev.retort.From;
import dev.retort.GenServer;
import dev.retort.Node;
import dev.retort.Step;
import dev.retort.term.Atom;
import dev.retort.term.Pid;
import dev.retort.term.Ref;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntFunction;

/**
 * Retort's side of {@code compare}. Each workload is a method; {@code beam_side.erl} and {@code
 * PekkoSide.java} have the same ones in the same order. It runs in a process of its own, the
 * starter, to which those that do the work say when they are done.
 */
final class RetortSide {
  // Messages. Where the BEAM side sends an atom, this is one, too.
  private static final Atom PONG = Atom.of("pong");
  private static final Atom TOKEN = Atom.of("token");
  private static final Atom INCREMENT = Atom.of("increment");
  private static final Atom WAKE = Atom.of("wake");

  private static final Duration PAUSE = Duration.ofMillis(1);

  private record Ping(Pid from) {}

  private record Increment() implements Call<Integer> {}

  private record Request(Pid from, Ref ref) {}

  private record Reply(Ref ref) {}

  private RetortSide() {}

  public static void main(String[] args) throws Exception {
    var node = Node.current();
    Side.serve("Retort", command -> node.run(() -> measure(command)));
  }

  private static double[] measure(Side.Command c) throws Exception {
    return switch (c.name()) {
      case "ping_pong" -> pingPong(c, c.size(0), c.size(1));
      case "ping_pong_blocking" -> pingPongBlocking(c, c.size(0), c.size(1));
      case "ring" -> ring(c, c.size(0), c.size(1));
      case "ring_blocking" -> ringBlocking(c, c.size(0), c.size(1));
      case "call" -> call(c, c.size(0), c.size(1), c.size(2));
      case "cast" -> cast(c, c.size(0), c.size(1));
      case "spawn" -> spawnAndExit(c, c.size(0));
      case "spawn_link" -> spawnLinkAndExit(c, c.size(0));
      case "spawn_monitor" -> spawnMonitorAndDown(c, c.size(0));
      case "supervise" -> supervise(c, c.size(0));
      case "wake_blocking" -> wakeBlocking(c, c.size(0));
      case "wake" -> wake(c, c.size(0));
      case "latency" -> latency(c, c.size(0), c.size(1));
      case "receive_fresh" -> receiveFresh(c, c.size(0), c.size(1));
      case "call_behind" -> callBehind(c, c.size(0), c.size(1));
      case "memory_servers" -> memory(c.size(0), RetortSide::idleServer);
      case "memory_processes" -> memory(c.size(0), RetortSide::idleProcess);
      case "idle" -> idle(c.size(0));
      default -> null;
    };
  }

  // ---- ping-pong

  /** Pairs of GenServers; each pair makes so many round trips. */
  private static double[] pingPong(Side.Command c, int pairs, int roundTrips) throws Exception {
    var starter = self();
    var pongers = Workers.pids(pairs, i -> GenServer.start(Ponger::new));
    var pingers = Workers.pids(pairs, i -> GenServer.start(() -> new Pinger(pongers[i], starter)));
    var rate = Side.rate(c, (long) pairs * roundTrips, () -> Workers.go(pingers, roundTrips));
    Workers.end(pongers);
    Workers.end(pingers);
    return rate;
  }

  private static final class Ponger implements GenServer<Atom> {
    @Override
    public Atom init() {
      return Atom.OK;
    }

    @Override
    public Step<Atom> handleInfo(Object message, Atom state) {
      if (message instanceof Ping(var from)) {
        send(from, PONG);
      }
      return GenServer.noReply(state);
    }
  }

  /** Its state: how many round trips are to come. */
  private record Pinger(Pid ponger, Pid starter) implements GenServer<Integer> {
    @Override
    public Integer init() {
      return 0;
    }

    @Override
    public Step<Integer> handleInfo(Object message, Integer left) {
      int toCome = message instanceof Workers.Go(int times) ? times : left - 1;
      if (toCome == 0) {
        send(starter, Workers.DONE);
      } else {
        send(ponger, new Ping(self()));
      }
      return GenServer.noReply(toCome);
    }
  }

  /** The same with processes that block in receive(). */
  private static double[] pingPongBlocking(Side.Command c, int pairs, int roundTrips)
      throws Exception {
    var starter = self();
    var pongers = Workers.pids(pairs, i -> spawn(RetortSide::pong));
    var pingers = Workers.pids(pairs, i -> Workers.worker(starter, () -> ping(pongers[i])));
    var rate = Side.rate(c, (long) pairs * roundTrips, () -> Workers.go(pingers, roundTrips));
    Workers.end(pongers);
    Workers.end(pingers);
    return rate;
  }

  private static void pong() {
    while (true) {
      if (receive() instanceof Ping(var from)) {
        send(from, PONG);
      }
    }
  }

  private static void ping(Pid ponger) {
    send(ponger, new Ping(self()));
    receive();
  }

  // ---- a ring

  /** A token goes round a ring of GenServers so many times; hops. */
  private static double[] ring(Side.Command c, int size, int laps) throws Exception {
    var ring = new Pid[size];
    for (int i = 0; i < size; i++) {
      var next = i == 0 ? self() : ring[i - 1];
      ring[i] = GenServer.start(() -> new Hop(next));
    }
    var rate = Side.rate(c, (long) size * laps, () -> laps(ring[size - 1], laps));
    Workers.end(ring);
    return rate;
  }

  private record Hop(Pid next) implements GenServer<Atom> {
    @Override
    public Atom init() {
      return Atom.OK;
    }

    @Override
    public Step<Atom> handleInfo(Object token, Atom state) {
      send(next, token);
      return GenServer.noReply(state);
    }
  }

  /** The same with processes that block in receive(). */
  private static double[] ringBlocking(Side.Command c, int size, int laps) throws Exception {
    var ring = new Pid[size];
    for (int i = 0; i < size; i++) {
      var next = i == 0 ? self() : ring[i - 1];
      ring[i] = spawn(() -> hop(next));
    }
    var rate = Side.rate(c, (long) size * laps, () -> laps(ring[size - 1], laps));
    Workers.end(ring);
    return rate;
  }

  private static void hop(Pid next) {
    while (true) {
      send(next, receive());
    }
  }

  private static void laps(Pid first, int laps) {
    for (int i = 0; i < laps; i++) {
      send(first, TOKEN);
      receive();
    }
  }

  // ---- calls and casts

  /** Each caller makes so many calls to a server, whose reply is its counter. */
  private static double[] call(Side.Command c, int callers, int servers, int calls)
      throws Exception {
    var starter = self();
    var counters = Workers.pids(servers, i -> GenServer.start(Counter::new));
    var workers =
        Workers.pids(callers, i -> Workers.worker(starter, () -> increment(counters[i % servers])));
    var rate = Side.rate(c, (long) callers * calls, () -> Workers.go(workers, calls));
    Workers.end(workers);
    Workers.end(counters);
    return rate;
  }

  private static void increment(Pid counter) {
    GenServer.call(counter, new Increment());
  }

  private static final class Counter implements GenServer<Integer> {
    @Override
    public Integer init() {
      return 0;
    }

    @Override
    public Step<Integer> handleCall(Call<?> request, From from, Integer count) {
      return switch (request) {
        case Increment increment -> increment.reply(count + 1, count + 1);
        default -> GenServer.unknown(request);
      };
    }
  }

  /** Each sender casts so many times to one server, which says when all have come. */
  private static double[] cast(Side.Command c, int senders, int casts) throws Exception {
    var starter = self();
    int all = senders * casts;
    var sink = GenServer.start(() -> new Sink(all, starter));
    var workers =
        Workers.pids(senders, i -> Workers.worker(starter, () -> GenServer.cast(sink, INCREMENT)));
    var rate =
        Side.rate(
            c,
            all,
            () -> {
              Workers.go(workers, casts);
              receive(); // as many messages as there are workers, and one from the sink
            });
    Workers.end(workers);
    Workers.end(sink);
    return rate;
  }

  private record Sink(int all, Pid starter) implements GenServer<Integer> {
    @Override
    public Integer init() {
      return 0;
    }

    @Override
    public Step<Integer> handleCast(Object increment, Integer count) {
      if (count + 1 < all) {
        return GenServer.noReply(count + 1);
      }
      send(starter, Workers.DONE);
      return GenServer.noReply(0);
    }
  }

  // ---- births and deaths

  /** Processes that say that they live, and end. */
  private static double[] spawnAndExit(Side.Command c, int processes) throws Exception {
    var starter = self();
    return Side.rate(
        c,
        processes,
        () -> {
          for (int i = 0; i < processes; i++) {
            spawn(() -> send(starter, Workers.DONE));
          }
          for (int i = 0; i < processes; i++) {
            receive();
          }
        });
  }

  /** Linked processes that end at once; the starter traps their exits. */
  private static double[] spawnLinkAndExit(Side.Command c, int processes) throws Exception {
    trapExit(true);
    return Side.rate(
        c,
        processes,
        () -> {
          for (int i = 0; i < processes; i++) {
            spawnLink(() -> {});
          }
          for (int i = 0; i < processes; i++) {
            receive(Exit.class);
          }
        });
  }

  /** Monitored processes that end at once. */
  private static double[] spawnMonitorAndDown(Side.Command c, int processes) throws Exception {
    return Side.rate(
        c,
        processes,
        () -> {
          for (int i = 0; i < processes; i++) {
            spawnMonitor(() -> {});
          }
          for (int i = 0; i < processes; i++) {
            receive(Down.class);
          }
        });
  }

  /** GenServers started one after the other under a DynamicSupervisor, which is stopped then. */
  private static double[] supervise(Side.Command c, int servers) throws Exception {
    return Side.rate(
        c,
        servers,
        () -> {
          var supervisor = DynamicSupervisor.startLink(oneForOne());
          for (int i = 0; i < servers; i++) {
            DynamicSupervisor.startChild(
                supervisor, child("counter", () -> GenServer.startLink(Counter::new)));
          }
          DynamicSupervisor.stop(supervisor);
        });
  }

  // ---- many that wait

  /** Processes that block in receive(), each woken once; all answer. */
  private static double[] wakeBlocking(Side.Command c, int processes) throws Exception {
    var starter = self();
    return wakeAll(c, Workers.pids(processes, i -> spawn(() -> answerAll(starter))));
  }

  private static void answerAll(Pid starter) {
    while (true) {
      receive();
      send(starter, Workers.DONE);
    }
  }

  /** The same with idle GenServers. */
  private static double[] wake(Side.Command c, int servers) throws Exception {
    var starter = self();
    return wakeAll(c, Workers.pids(servers, i -> GenServer.start(() -> new Answerer(starter))));
  }

  private record Answerer(Pid starter) implements GenServer<Atom> {
    @Override
    public Atom init() {
      return Atom.OK;
    }

    @Override
    public Step<Atom> handleInfo(Object message, Atom state) {
      send(starter, Workers.DONE);
      return GenServer.noReply(state);
    }
  }

  private static double[] wakeAll(Side.Command c, Pid[] waiting) throws Exception {
    wakeOnce(waiting); // the first time each takes its first receive
    var rate = Side.rate(c, waiting.length, () -> wakeOnce(waiting));
    Workers.end(waiting);
    return rate;
  }

  private static void wakeOnce(Pid[] waiting) {
    for (var pid : waiting) {
      send(pid, WAKE);
    }
    for (int i = 0; i < waiting.length; i++) {
      receive();
    }
  }

  // ---- latency

  /**
   * Callers that pause between calls, beside processes that compute without end: how long calls
   * take, and how long it is from the end of the pause, as planned, to the reply.
   */
  private static double[] latency(Side.Command c, int callers, int hogs) throws Exception {
    var starter = self();
    var counter = GenServer.start(Counter::new);
    var stop = new AtomicBoolean();
    Workers.pids(hogs, i -> spawn(() -> compute(stop)));
    var times = Latencies.of(callers);
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(c.millis());
    Workers.pids(
        callers,
        i ->
            spawn(
                () -> {
                  timeCalls(counter, end, times[i]);
                  send(starter, Workers.DONE);
                }));
    for (int i = 0; i < callers; i++) {
      receive();
    }
    stop.set(true);
    Workers.end(counter);
    return Latencies.percentiles(times);
  }

  private static void timeCalls(Pid counter, long end, Latencies times) {
    long now;
    do {
      long due = System.nanoTime() + PAUSE.toNanos();
      receive(PAUSE);
      long start = System.nanoTime();
      increment(counter);
      now = System.nanoTime();
      times.add(now - start, now - due);
    } while (now < end);
  }

  private static void compute(AtomicBoolean stop) {
    for (int x = 1; !stop.get(); x = Side.burn(x)) {}
  }

  // ---- a reply behind other messages

  /**
   * Requests whose reply is recognized by a fresh reference, while so many other messages wait in
   * the mailbox; microseconds for one.
   */
  private static double[] receiveFresh(Side.Command c, int waiting, int requests) throws Exception {
    var replier = spawn(RetortSide::replyAll);
    fillMailbox(waiting);
    request(replier); // the messages have come to where receive looks for them
    var rate =
        Side.rate(
            c,
            requests,
            () -> {
              for (int i = 0; i < requests; i++) {
                request(replier);
              }
            });
    Workers.end(replier);
    return new double[] {1e6 / rate[0]};
  }

  private static void replyAll() {
    while (true) {
      if (receive() instanceof Request(var from, var ref)) {
        send(from, new Reply(ref));
      }
    }
  }

  private static void request(Pid replier) {
    var ref = makeRef();
    send(replier, new Request(self(), ref));
    receive(ref, Reply.class, reply -> reply.ref().equals(ref));
  }

  /** GenServer calls while so many other messages wait in the caller's mailbox. */
  private static double[] callBehind(Side.Command c, int waiting, int calls) throws Exception {
    var counter = GenServer.start(Counter::new);
    fillMailbox(waiting);
    increment(counter);
    var rate =
        Side.rate(
            c,
            calls,
            () -> {
              for (int i = 0; i < calls; i++) {
                increment(counter);
              }
            });
    Workers.end(counter);
    return new double[] {1e6 / rate[0]};
  }

  private static void fillMailbox(int messages) {
    for (int i = 0; i < messages; i++) {
      send(self(), TOKEN);
    }
  }

  // ---- memory and rest

  /**
   * Bytes for each of so many that have handled one message and wait for the next. Others have come
   * and gone before: code that is not compiled yet waits with larger frames.
   */
  private static double[] memory(int count, IntFunction<Pid> start) throws Exception {
    for (int i = 0; i < 5; i++) {
      var first = Workers.pids(50_000, start);
      answerOnce(first);
      Workers.end(first);
    }
    var idle = new Pid[count];
    long before = Side.usedHeap();
    for (int i = 0; i < count; i++) {
      idle[i] = start.apply(i);
    }
    answerOnce(idle);
    long after = Side.usedHeap();
    answerOnce(idle); // all of them are alive
    return new double[] {(after - before) / (double) count};
  }

  private static void answerOnce(Pid[] idle) {
    for (var pid : idle) {
      send(pid, new Ping(self()));
    }
    for (int i = 0; i < idle.length; i++) {
      receive();
    }
  }

  private static Pid idleServer(int number) {
    return GenServer.start(Ponger::new);
  }

  private static Pid idleProcess(int number) {
    return spawn(RetortSide::pong);
  }

  /** Leaves GenServers and spawned processes waiting, half of each. */
  private static double[] idle(int count) {
    answerOnce(Workers.pids(count, i -> i % 2 == 0 ? idleServer(i) : idleProcess(i)));
    return new double[] {count};
  }
}
