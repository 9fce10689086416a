import java.util.LinkedHashMap;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/** The lines of {@code distribution}, and what is to be reached: multiples of BEAM to BEAM. */
final class DistributionWorkloads {
  static final String JVM_TO_JVM = "JVM to JVM";
  static final String JVM_TO_BEAM = "JVM to BEAM";
  static final String BEAM_TO_JVM = "BEAM to JVM";
  static final String BEAM_TO_BEAM = "BEAM to BEAM";
  static final String BEAM_TO_JINTERFACE = "BEAM to Jinterface";
  static final String PLAIN_SOCKET = "plain socket";

  private static final String NO_WORSE = "no worse than BEAM to BEAM";

  private static final double MEBIBYTE = 1 << 20;

  /** 3 GiB/s, or what loopback gives. */
  private static final Goal LARGE =
      new Goal.Least(
          "JVM to JVM 3 GiB/s or the plain socket's", JVM_TO_JVM, 3 * 1024, PLAIN_SOCKET);

  /** 1 MiB messages that are under way while calls are made. */
  private static final int WINDOW = 16;

  private DistributionWorkloads() {}

  static List<Workload> all() {
    return Stream.of(roundTrips(), oneWay(), signals(), List.of(tail()))
        .flatMap(List::stream)
        .toList();
  }

  private static List<Workload> roundTrips() {
    return List.of(
        Workload.of(
            "round_trips MS 1 1000",
            Workload.more("round trips, 1 pair", "round trips/s", more(1.5, 1.5, 1))),
        Workload.of(
            "round_trips MS 10 500",
            Workload.more("round trips, 10 pairs", "round trips/s", more(1, 1, 1))),
        Workload.of(
            "round_trips MS 100 100",
            Workload.more("round trips, 100 pairs", "round trips/s", more(4, 4, 1))),
        Workload.of(
            "round_trips MS 1000 10",
            Workload.more("round trips, 1,000 pairs", "round trips/s", more(1, 1, 1))),
        Workload.of(
            "call MS 1 1000", Workload.more("GenServer call, 1 caller", "calls/s", more(1, 1, 1))),
        Workload.of(
            "call MS 100 50",
            Workload.more("GenServer call, 100 callers", "calls/s", more(1, 1, 1))));
  }

  private static List<Workload> oneWay() {
    return List.of(
        oneWay("16 B", 16, 20_000, more(5, 1, 1), Goal.NONE),
        oneWay("1 KiB", 1 << 10, 10_000, more(5, 1, 1), Goal.NONE),
        oneWay("64 KiB", 64 << 10, 1_000, Goal.NONE, more(1, 1, 1).and(LARGE)),
        oneWay("1 MiB", 1 << 20, 100, Goal.NONE, more(1, 1, 1).and(LARGE)));
  }

  /** One measurement, in two units. */
  private static Workload oneWay(
      String name, int size, int messages, Goal ofMessages, Goal ofBytes) {
    return new Workload(
        List.of("one_way MS %d %d".formatted(size, messages)),
        Workload.Kind.SHARED,
        rate -> new double[] {rate[0], rate[0] * size / MEBIBYTE},
        List.of(
            Workload.more("one-way, " + name, "messages/s", ofMessages),
            Workload.more("one-way, " + name, "MiB/s", ofBytes)));
  }

  private static List<Workload> signals() {
    return List.of(
        Workload.of(
            "monitor MS 500",
            Workload.more("monitor + DOWN of the other's process", "processes/s", more(1, 1, 1))),
        Workload.of(
            "spawn_request MS 100 10",
            Workload.more("spawn_request, 100 spawners", "processes/s", more(1, 1, 1))),
        Workload.of(
            "spawn_closure MS 100 10",
            Workload.more("spawn of a closure, 100 spawners", "processes/s", Goal.NONE)),
        Workload.of(
            "connect MS 10", Workload.less("connect, after a disconnect", "ms", notLonger())));
  }

  private static Workload tail() {
    return new Workload(
        List.of("tail MS 0", "tail MS " + WINDOW),
        Workload.Kind.SHARED_LONG,
        t -> new double[] {t[0], t[1], t[2], t[3], t[4], t[5], t[4] / t[1], t[6]},
        List.of(
            Workload.less("call, nothing beside it, p50", "us", notLonger()),
            Workload.less("call, nothing beside it, p99", "us", notLonger()),
            Workload.less("call, nothing beside it, p99.9", "us", notLonger()),
            Workload.less("call beside 1 MiB messages, p50", "us", notLonger()),
            Workload.less("call beside 1 MiB messages, p99", "us", notLonger()),
            Workload.less("call beside 1 MiB messages, p99.9", "us", notLonger()),
            Workload.less(
                "call beside 1 MiB messages, p99",
                "x idle p99",
                each("within 2 x", way -> new Goal.Below(way, 2))),
            Workload.more("1 MiB messages beside calls", "MiB/s", more(1, 1, 1))));
  }

  // ---- goals

  /** At least so many times as much as BEAM to BEAM, for each way in which a JVM takes part. */
  private static Goal more(double jvmToJvm, double jvmToBeam, double beamToJvm) {
    var parts = new LinkedHashMap<String, Goal>();
    parts.put(JVM_TO_JVM, atLeast(JVM_TO_JVM, jvmToJvm));
    parts.put(JVM_TO_BEAM, atLeast(JVM_TO_BEAM, jvmToBeam));
    parts.put(BEAM_TO_JVM, atLeast(BEAM_TO_JVM, beamToJvm));
    var text =
        jvmToJvm == jvmToBeam && jvmToBeam == beamToJvm
            ? NO_WORSE
            : String.join(", ", parts.values().stream().map(Goal::text).toList());
    return new Goal.Each(text, parts);
  }

  private static Goal atLeast(String way, double factor) {
    return new Goal.Quotient(
        "%s %s x".formatted(way, Goal.number(factor)),
        way,
        BEAM_TO_BEAM,
        factor,
        Double.POSITIVE_INFINITY);
  }

  /** Not longer than BEAM to BEAM. */
  private static Goal notLonger() {
    return each(NO_WORSE, way -> new Goal.Quotient(NO_WORSE, way, BEAM_TO_BEAM, 0, 1));
  }

  private static Goal each(String text, Function<String, Goal> goal) {
    var parts = new LinkedHashMap<String, Goal>();
    for (var way : List.of(JVM_TO_JVM, JVM_TO_BEAM, BEAM_TO_JVM)) {
      parts.put(way, goal.apply(way));
    }
    return new Goal.Each(text, parts);
  }
}
