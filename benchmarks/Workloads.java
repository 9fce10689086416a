import java.util.List;
import java.util.stream.Stream;

/** The table: what is measured, and what is to be reached on two cores. */
final class Workloads {
  private static final String BEAM = Sides.BEAM;
  private static final String PEKKO = Sides.PEKKO;

  // Why a goal is not reached, and what was tried.

  private static final String ATOMICS =
      "a message to an idle server takes four atomic operations of some 20 cycles, and a cast to one"
          + " at work two; tried: four instead of ten (kept), the parallel collector (no faster). A"
          + " pair that has a core to itself is what BEAM does best.";

  private static final String STACKS =
      "a call takes two changes of stack of 0.2 us; tried: carriers of our own, one timer and one look"
          + " at the clock for many calls (kept), looking again before parking (faster only on an"
          + " otherwise idle machine, and takes a core). Not done: the server on its caller's thread,"
          + " which would keep the caller from its time-out.";

  private static final String CORES =
      "callers and server go on in turns on different cores and miss each other's cache lines; tried:"
          + " keeping short turns on one carrier (kept).";

  private static final String BOOKS =
      "a process that lives for one message takes some 20 atomic operations and 300 bytes on two cores"
          + " that pass it on; tried: a table of places instead of a hash map, ids that are neighbours"
          + " in tables, too (kept).";

  private static final String SLICES =
      "the operating system shares the cores among the carriers that compute, in slices of some ms;"
          + " BEAM lets every process run for 4,000 reductions.";

  private static final String WAKES =
      "the stack of each is copied out of the heap and back, and those that are not in the caches are"
          + " waited for; runs gave 0.8 to 1.3 times BEAM.";

  private static final String CHUNKS =
      "the JVM takes 250 bytes for a thread and 560 to 1,100 for its parked stack, as compilers have"
          + " left it: alone in a JVM that is warm, 1,190 in all; tried: compact object headers, no"
          + " thread-local (kept).";

  private Workloads() {}

  static List<Workload> all() {
    int cores = Runtime.getRuntime().availableProcessors();
    return Stream.of(
            messages(), servers(), births(), waiting(), latency(cores), latency(2 * cores), rest())
        .flatMap(List::stream)
        .toList();
  }

  private static List<Workload> messages() {
    return List.of(
        Workload.of(
            "ping_pong MS 1 20000",
            Workload.more(
                    "ping-pong, 1 pair",
                    "round trips/s",
                    Goal.times(5, BEAM).and(Goal.times(2, PEKKO)))
                .because(ATOMICS)),
        Workload.of(
            "ping_pong_blocking MS 1 20000",
            Workload.more("ping-pong, 1 pair, blocking receive", "round trips/s", Goal.NONE)),
        Workload.of(
            "ping_pong MS 100 1000",
            Workload.more(
                "ping-pong, 100 pairs",
                "round trips/s",
                Goal.times(6, BEAM).and(Goal.times(1, PEKKO)))),
        Workload.of(
            "ping_pong_blocking MS 100 1000",
            Workload.more("ping-pong, 100 pairs, blocking receive", "round trips/s", Goal.NONE)),
        Workload.of(
            "ring MS 10000 10",
            Workload.more("ring of 10,000 processes", "hops/s", Goal.times(8, BEAM))
                .because(ATOMICS)),
        Workload.of(
            "ring_blocking MS 10000 10",
            Workload.more("ring of 10,000 processes, blocking receive", "hops/s", Goal.NONE)));
  }

  private static List<Workload> servers() {
    return List.of(
        Workload.of(
            "call MS 1 1 10000",
            Workload.more("GenServer call, 1 caller", "calls/s", Goal.times(5, BEAM))
                .because(STACKS)),
        Workload.of(
            "call MS 100 1 1000",
            Workload.more("GenServer call, 100 callers to 1 server", "calls/s", Goal.times(3, BEAM))
                .because(CORES)),
        Workload.of(
            "call MS 100 100 1000",
            Workload.more(
                    "GenServer call, 100 callers to 100 servers", "calls/s", Goal.times(3, BEAM))
                .because(CORES)),
        Workload.of(
            "cast MS 1 100000",
            Workload.more(
                    "cast, 1 sender", "casts/s", Goal.times(5, BEAM).and(Goal.times(1.5, PEKKO)))
                .because(ATOMICS)),
        Workload.of(
            "cast MS 100 1000",
            Workload.more(
                    "cast, fan-in from 100 senders",
                    "casts/s",
                    Goal.times(5, BEAM).and(Goal.times(1.5, PEKKO)))
                .because(ATOMICS)));
  }

  private static List<Workload> births() {
    return List.of(
        Workload.of(
            "spawn MS 1000",
            Workload.more("spawn + exit", "processes/s", Goal.times(10, BEAM)).because(BOOKS)),
        Workload.of(
            "spawn_link MS 1000",
            Workload.more("spawnLink + exit", "processes/s", Goal.times(10, BEAM)).because(BOOKS)),
        Workload.of(
            "spawn_monitor MS 1000",
            Workload.more("spawnMonitor + DOWN", "processes/s", Goal.times(10, BEAM))
                .because(BOOKS)),
        Workload.of(
            "supervise MS 100000",
            Workload.more(
                "100,000 GenServers under a DynamicSupervisor, started and stopped",
                "servers/s",
                Goal.times(3, BEAM))));
  }

  private static List<Workload> waiting() {
    return List.of(
        Workload.of(
            "wake_blocking MS 100000",
            Workload.more(
                    "100,000 processes blocked in receive(), each woken once",
                    "processes/s",
                    Goal.times(1, BEAM))
                .because(WAKES)),
        Workload.of(
            "wake MS 100000",
            Workload.more("100,000 idle GenServers, each woken once", "servers/s", Goal.NONE)),
        Workload.flatness(
            "receive_fresh MS 0 1000",
            "receive_fresh MS 100000 100",
            Workload.less("reply with a fresh reference, empty mailbox", "us", Goal.NONE),
            Workload.less("reply with a fresh reference, behind 100,000 messages", "us", Goal.NONE),
            Workload.less(
                "reply with a fresh reference, flatness",
                "times longer behind 100,000",
                Goal.within(1.25, BEAM))),
        Workload.flatness(
            "call_behind MS 0 1000",
            "call_behind MS 100000 100",
            Workload.less("GenServer call, empty mailbox", "us", Goal.NONE),
            Workload.less("GenServer call, behind 100,000 messages", "us", Goal.NONE),
            Workload.less(
                "GenServer call, flatness",
                "times longer behind 100,000",
                Goal.within(1.25, BEAM))));
  }

  private static List<Workload> latency(int hogs) {
    var call = "call latency, %d CPU-bound processes, ".formatted(hogs);
    var timer = "timer and call, %d CPU-bound processes, ".formatted(hogs);
    return List.of(
        Workload.of(
            Workload.Kind.SHARED_LONG,
            "latency MS 10 " + hogs,
            Workload.less(call + "p50", "us", Goal.NONE),
            Workload.less(call + "p99", "us", Goal.within(2, BEAM)),
            Workload.less(call + "p99.9", "us", Goal.NONE),
            Workload.less(timer + "p50", "us", Goal.NONE),
            Workload.less(timer + "p99", "us", Goal.within(2, BEAM)).because(SLICES),
            Workload.less(timer + "p99.9", "us", Goal.NONE)));
  }

  private static List<Workload> rest() {
    return List.of(
        Workload.of(
            Workload.Kind.FRESH,
            "memory_servers MS MANY",
            Workload.less("memory of an idle GenServer", "bytes", Goal.below(350))),
        Workload.of(
            Workload.Kind.FRESH,
            "memory_processes MS MANY",
            Workload.less(
                    "memory of a spawned process after its first receive",
                    "bytes",
                    Goal.below(1200))
                .because(CHUNKS)),
        Workload.of(
            Workload.Kind.FRESH_IDLE,
            "idle MS 100000",
            Workload.less(
                "CPU of a node with 100,000 idle processes", "% of a core", Goal.below(1))));
  }

  /**
   * What is measured at growing numbers of processes.
   *
   * @param command "MS" stands for how long, "N" for how many, "LAPS" for about 100,000 / N
   */
  record Growing(String name, String unit, String command) {
    String command(int processes) {
      return command
          .replace("LAPS", Integer.toString(Math.max(1, 100_000 / processes)))
          .replace("N", Integer.toString(processes));
    }
  }

  static List<Growing> growing() {
    return List.of(
        new Growing("ring of GenServers", "hops/s", "ring MS N LAPS"),
        new Growing("ring of processes that block", "hops/s", "ring_blocking MS N LAPS"),
        new Growing("GenServers, each woken once", "servers/s", "wake MS N"),
        new Growing("blocked processes, each woken once", "processes/s", "wake_blocking MS N"),
        new Growing("as many callers to as many GenServers", "calls/s", "call MS N N LAPS"),
        new Growing("casts to one GenServer from as many senders", "casts/s", "cast MS N LAPS"),
        new Growing("spawn + exit, all at once", "processes/s", "spawn MS N"),
        new Growing("spawnMonitor + DOWN, all at once", "processes/s", "spawn_monitor MS N"),
        new Growing("GenServers under a DynamicSupervisor", "servers/s", "supervise MS N"));
  }
}
