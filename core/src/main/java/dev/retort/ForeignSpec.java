package dev.retort;

import dev.retort.term.Atom;
import dev.retort.term.Tuple;
import java.math.BigInteger;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A child specification from an Erlang or Elixir node. Its start function is one that is exported
 * here; starting a child with any other comes to what OTP answers where a function does not exist.
 */
final class ForeignSpec {
  private static final Map<String, Set<String>> WORDS =
      Map.of(
          "restart", Set.of("permanent", "transient", "temporary"),
          "type", Set.of("worker", "supervisor"));
  private static final List<String> KEYS =
      List.of("id", "start", "restart", "shutdown", "type", "modules");

  private ForeignSpec() {}

  /** Why a specification is none, in OTP's words. */
  static final class Refused extends Exception {
    private static final long serialVersionUID = 1;

    @SuppressWarnings("serial") // never serialized
    private final Object reason;

    Refused(Object reason) {
      super("an invalid child specification: " + CrashReport.inspect(reason));
      this.reason = reason;
    }

    Object reason() {
      return reason;
    }
  }

  /** What {@code {start_child, Spec}} means. */
  static ChildSpec read(Object spec) throws Refused {
    var fields = fields(spec);
    var reason = fields == null ? error("invalid_child_spec", spec) : refusal(fields);
    if (fields == null || reason != null) {
      throw new Refused(reason == null ? spec : reason);
    }
    return child(fields, true);
  }

  /**
   * The same from Elixir's DynamicSupervisor, which has checked it: {@code {Start, Restart,
   * Shutdown, Type, Modules}}.
   */
  static ChildSpec dynamic(Object spec) throws Refused {
    var fields = new HashMap<String, Object>(Map.of("id", Atom.UNDEFINED));
    if (spec instanceof Tuple tuple && tuple.size() == KEYS.size() - 1) {
      for (int i = 0; i < tuple.size(); i++) {
        fields.put(KEYS.get(i + 1), tuple.get(i));
      }
    }
    if (refusal(fields) != null) {
      throw new Refused(error("invalid_child_spec", spec));
    }
    return child(fields, false);
  }

  /**
   * What the fields say, which are all right.
   *
   * @param caught see {@link ForeignStart}
   */
  private static ChildSpec child(Map<String, Object> fields, boolean caught) {
    var start = (Tuple) field(fields, "start");
    var function = Mfa.of((Atom) start.get(0), (Atom) start.get(1), (List<?>) start.get(2));
    var spec = Supervisor.child(field(fields, "id"), new ForeignStart(function, caught));
    if (field(fields, "type").equals(Atom.of("supervisor"))) {
      spec = spec.supervisor();
    }
    if (fields.containsKey("shutdown")) {
      spec = spec.shutdown(time(field(fields, "shutdown")));
    }
    return spec.restart(restart(field(fields, "restart")))
        .significant(field(fields, "significant").equals(true));
  }

  private static Object field(Map<String, Object> fields, String key) {
    return fields.getOrDefault(key, Atom.UNDEFINED);
  }

  private static Restart restart(Object word) {
    return switch (((Atom) word).name()) {
      case "temporary" -> Restart.TEMPORARY;
      case "transient" -> Restart.TRANSIENT;
      default -> Restart.PERMANENT;
    };
  }

  private static Duration time(Object shutdown) {
    return switch (shutdown) {
      case Atom atom when atom.equals(Atom.INFINITY) -> ChildSpec.INFINITY;
      case Atom atom -> ChildSpec.BRUTAL_KILL;
      case BigInteger millis -> ChildSpec.INFINITY; // longer than anybody waits
      case Number millis -> Duration.ofMillis(millis.longValue());
      default -> throw new IllegalArgumentException("no time: " + shutdown);
    };
  }

  /** Its fields by name; null if it is no specification. */
  private static @Nullable Map<String, Object> fields(Object spec) {
    var fields = new HashMap<String, Object>();
    if (spec instanceof Tuple tuple && tuple.size() == KEYS.size()) {
      KEYS.forEach(key -> fields.put(key, tuple.get(KEYS.indexOf(key))));
      return fields;
    }
    if (spec instanceof Map<?, ?> map) {
      map.forEach((key, value) -> fields.put(key instanceof Atom word ? word.name() : "", value));
      return fields;
    }
    return null;
  }

  /** Why {@code supervisor:check_childspecs} refuses it; null if it does not. */
  private static @Nullable Object refusal(Map<String, Object> spec) {
    if (!spec.containsKey("id")) {
      return Atom.of("missing_id");
    }
    var start = spec.get("start");
    if (start == null) {
      return Atom.of("missing_start");
    }
    if (!isFunction(start)) {
      return error("invalid_mfa", start);
    }
    var restart = spec.getOrDefault("restart", Atom.of("permanent"));
    if (!isWord("restart", restart)) {
      return error("invalid_restart_type", restart);
    }
    var type = spec.getOrDefault("type", Atom.of("worker"));
    if (!isWord("type", type)) {
      return error("invalid_child_type", type);
    }
    var shutdown = spec.getOrDefault("shutdown", Atom.INFINITY);
    return isTime(shutdown) ? null : error("invalid_shutdown", shutdown);
  }

  private static boolean isFunction(Object start) {
    return start instanceof Tuple tuple
        && tuple.size() == 3
        && tuple.get(0) instanceof Atom
        && tuple.get(1) instanceof Atom
        && tuple.get(2) instanceof List;
  }

  private static boolean isWord(String key, Object value) {
    return value instanceof Atom atom && WORDS.getOrDefault(key, Set.of()).contains(atom.name());
  }

  private static boolean isTime(Object shutdown) {
    return switch (shutdown) {
      case Atom atom -> atom.equals(Atom.INFINITY) || atom.name().equals("brutal_kill");
      case Long millis -> millis >= 0;
      case Integer millis -> millis >= 0;
      case BigInteger millis -> millis.signum() >= 0;
      default -> false;
    };
  }

  private static Tuple error(String what, Object value) {
    return Tuple.of(Atom.of(what), value);
  }
}
