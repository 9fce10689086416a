import static dev.retort.Kernel.*;

import dev.retort.Call;
import dev.retort.Down;
import dev.retort.Export;
import dev.retort.Exports;
import dev.retort.From;
import dev.retort.GenServer;
import dev.retort.Node;
import dev.retort.NodeOptions;
import dev.retort.Step;
import dev.retort.term.Atom;
import dev.retort.term.Binary;
import dev.retort.term.Name;
import dev.retort.term.Pid;
import dev.retort.term.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Retort's node of {@code distribution}: a server, whose registered processes another node talks
 * to, or a client of such a server, which measures when told to. {@code distribution_side.erl} has
 * the same in the same order, {@code JinterfaceSide.java} the server.
 */
final class DistributionSide {
  private static final Tuple HELLO = Tuple.of(Atom.of("hello"), 1L);
  private static final Atom ALL_CAME = Atom.of("all_came");
  private static final Atom GO = Atom.of("go");
  private static final Atom MORE = Atom.of("more");
  private static final Atom STOP = Atom.of("stop");
  private static final Atom FLOWING = Atom.of("flowing");
  private static final int MEBIBYTE = 1 << 20;

  private record Increment() implements Call<Integer> {}

  /** The node that is measured against. */
  private final String server;

  private DistributionSide(String server) {
    this.server = server;
  }

  /** The cookie, the node's name, and for a client {@code -peer} and the server's node. */
  public static void main(String[] args) throws Exception {
    var options = NodeOptions.shortName(args[1]).withCookie(args[0]);
    var functions = Exports.of("distribution_side", DistributionSide.class);
    try (var node = Node.start(options.withHidden(true).withAcceptClosures(true), functions)) {
      var side = new DistributionSide(args.length > 3 ? args[3] : node.name().name());
      node.run(
          () -> {
            serve();
            return null;
          });
      Side.serve("Retort", command -> node.run(() -> side.measure(command)));
    }
  }

  // ---- the server

  private static void serve() {
    register("echo", spawn(DistributionSide::echo));
    register("counter", GenServer.start(Counter::new));
    register("sink", spawn(DistributionSide::sink));
    register("nursery", spawn(DistributionSide::nursery));
    register("source", spawn(DistributionSide::source));
  }

  /** Sends back what comes. */
  private static void echo() {
    while (true) {
      var request = (Tuple) receive();
      send((Pid) request.get(0), Tuple.of(self(), request.get(1)));
    }
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

  /** Counts binaries, and says how many have come. */
  private static void sink() {
    long count = 0;
    while (true) {
      if (receive() instanceof Tuple request) {
        send((Pid) request.get(0), Tuple.of(ALL_CAME, count));
        count = 0;
      } else {
        count++;
      }
    }
  }

  /** Starts processes for another node that end with the first message. */
  private static void nursery() {
    while (true) {
      var request = (Tuple) receive();
      var born = new ArrayList<Pid>();
      for (long i = number(request.get(1)); i > 0; i--) {
        born.add(
            spawn(
                () -> {
                  receive();
                }));
      }
      send((Pid) request.get(0), List.copyOf(born));
    }
  }

  /** For each request a process that sends 1 MiB messages. */
  private static void source() {
    while (true) {
      var request = (Tuple) receive();
      spawn(() -> flow((Pid) request.get(0), number(request.get(1))));
    }
  }

  /** So many messages at first, then one for each that has been read. */
  private static void flow(Pid to, long window) {
    var message = Tuple.of(self(), randomBytes(MEBIBYTE));
    for (long i = 0; i < window; i++) {
      send(to, message);
    }
    while (receive().equals(MORE)) {
      send(to, message);
    }
  }

  // ---- the client

  private double[] measure(Side.Command c) throws Exception {
    return switch (c.name()) {
      case "round_trips" -> roundTrips(c, c.size(0), c.size(1));
      case "call" -> call(c, c.size(0), c.size(1));
      case "one_way" -> oneWay(c, c.size(0), c.size(1));
      case "monitor" -> monitorAndDown(c, c.size(0));
      case "spawn_request" ->
          spawnThere(
              c,
              c.size(0),
              c.size(1),
              () -> Node.spawn(server, "distribution_side", "nothing", List.of()));
      case "spawn_closure" ->
          spawnThere(c, c.size(0), c.size(1), () -> Node.spawn(server, new Nothing()));
      case "connect" -> connect(c, c.size(0));
      case "tail" -> tail(c, c.size(0));
      default -> null;
    };
  }

  /** Processes that each make so many round trips to one echo. */
  private double[] roundTrips(Side.Command c, int pairs, int roundTrips) throws Exception {
    var starter = self();
    var echo = there("echo");
    var clients = Workers.pids(pairs, i -> Workers.worker(starter, () -> roundTrip(echo)));
    var rate = Side.rate(c, (long) pairs * roundTrips, () -> Workers.go(clients, roundTrips));
    Workers.end(clients);
    return rate;
  }

  private static void roundTrip(Name echo) {
    send(echo, Tuple.of(self(), HELLO));
    var reply = (Tuple) receive();
    if (!reply.get(1).equals(HELLO)) {
      throw new IllegalStateException("came back as " + inspect(reply));
    }
  }

  /** Each caller makes so many calls to one server, whose reply is its counter. */
  private double[] call(Side.Command c, int callers, int calls) throws Exception {
    var starter = self();
    var counter = there("counter");
    var clients = Workers.pids(callers, i -> Workers.worker(starter, () -> increment(counter)));
    var rate = Side.rate(c, (long) callers * calls, () -> Workers.go(clients, calls));
    Workers.end(clients);
    return rate;
  }

  private static void increment(Name counter) {
    GenServer.call(counter, new Increment());
  }

  /** Sends as fast as it can, then asks how many have come. */
  private double[] oneWay(Side.Command c, int size, int messages) throws Exception {
    var sink = there("sink");
    var message = randomBytes(size);
    return Side.rate(
        c,
        messages,
        () -> {
          for (int i = 0; i < messages; i++) {
            send(sink, message);
          }
          send(sink, Tuple.of(self()));
          long came = number(((Tuple) receive()).get(1));
          if (came != messages) {
            throw new IllegalStateException(came + " of " + messages + " messages came");
          }
        });
  }

  /** Monitors processes of the server's, has them end and receives their DOWN. */
  private double[] monitorAndDown(Side.Command c, int processes) throws Exception {
    var nursery = there("nursery");
    return Side.rate(
        c,
        processes,
        () -> {
          send(nursery, Tuple.of(self(), (long) processes));
          for (var process : (List<?>) receive()) {
            monitor((Pid) process);
            send((Pid) process, GO);
          }
          for (int i = 0; i < processes; i++) {
            receive(Down.class);
          }
        });
  }

  /** What is spawned on the other node by its name. */
  @Export
  static void nothing() {}

  /** Each spawner has so many processes started there, one after the other. */
  private double[] spawnThere(Side.Command c, int spawners, int processes, Runnable spawn)
      throws Exception {
    try {
      spawn.run();
    } catch (UnsupportedOperationException e) {
      return null;
    }
    var starter = self();
    var clients = Workers.pids(spawners, i -> Workers.worker(starter, spawn));
    var rate = Side.rate(c, (long) spawners * processes, () -> Workers.go(clients, processes));
    Workers.end(clients);
    return rate;
  }

  /** Connections that are closed and made again; milliseconds for one. */
  private double[] connect(Side.Command c, int connections) throws Exception {
    var rate =
        Side.rate(
            c,
            connections,
            () -> {
              for (int i = 0; i < connections; i++) {
                Node.disconnect(server);
                if (!Node.connect(server)) {
                  throw new IllegalStateException("no connection to " + server);
                }
              }
            });
    return new double[] {1e3 / rate[0]};
  }

  /**
   * What a call takes, and how many MiB/s come meanwhile. The server sends 1 MiB messages, of which
   * so many are under way.
   */
  private double[] tail(Side.Command c, int window) {
    var counter = there("counter");
    increment(counter);
    if (window == 0) {
      return latencies(c, counter);
    }
    var starter = self();
    var basin = spawn(() -> basin(starter));
    send(there("source"), Tuple.of(basin, (long) window));
    receive(); // it flows
    long start = System.nanoTime();
    var tail = latencies(c, counter);
    send(basin, STOP);
    double flowed = number(receive()) * 1e9 / (System.nanoTime() - start);
    return new double[] {tail[0], tail[1], tail[2], flowed};
  }

  private static double[] latencies(Side.Command c, Name counter) {
    var latencies = new Latencies();
    long end = System.nanoTime() + c.millis() * 1_000_000;
    for (long start; (start = System.nanoTime()) < end; ) {
      increment(counter);
      latencies.add(System.nanoTime() - start);
    }
    return latencies.ofCalls();
  }

  /** Reads what flows until it is told to stop, and says how much that was. */
  private static void basin(Pid starter) {
    var source = (Pid) ((Tuple) receive()).get(0);
    send(starter, FLOWING);
    long count = 0;
    do {
      count++;
      send(source, MORE);
    } while (receive() instanceof Tuple);
    send(source, STOP);
    send(starter, count);
  }

  private Name there(String name) {
    return Name.of(name, server);
  }

  private static Binary randomBytes(int size) {
    var bytes = new byte[size];
    new Random(1).nextBytes(bytes);
    return Binary.of(bytes);
  }

  private static long number(Object term) {
    return ((Number) term).longValue();
  }
}
