package dev.retort;

import dev.retort.term.Atom;
import dev.retort.term.Tuple;
import java.math.BigInteger;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A child specification from an Erlang or Elixir node. Its start function is code of that node,
 * which there is none of here: starting such a child comes to what OTP answers where a function
 * does not exist.
 */
final class ForeignSpec {
  private static final Map<String, Set<String>> WORDS =
      Map.of(
          "restart", Set.of("permanent", "transient", "temporary"),
          "type", Set.of("worker", "supervisor"));
  private static final List<String> KEYS =
      List.of("id", "start", "restart", "shutdown", "type", "modules");

  private ForeignSpec() {}

  /** The answer to {@code {start_child, Spec}}: {@code {error, Reason}} in OTP's words. */
  static Tuple answer(Object spec) {
    var fields = fields(spec);
    var reason = fields == null ? error("invalid_child_spec", spec) : refusal(fields);
    if (reason == null) {
      var start = fields == null ? null : fields.get("start");
      reason = Tuple.of(Tuple.of(Atom.of("EXIT"), undefined(start)), spec);
    }
    return Tuple.of(Atom.ERROR, reason);
  }

  /**
   * The same from Elixir's DynamicSupervisor, which has checked it: {@code {Start, _, _, _, _}}.
   */
  static Tuple dynamic(Object child) {
    return child instanceof Tuple tuple && tuple.size() > 0 && isFunction(tuple.get(0))
        ? Tuple.of(Atom.ERROR, undefined(tuple.get(0)))
        : Tuple.of(Atom.ERROR, error("invalid_child_spec", child));
  }

  /** {@code {undef, [{Module, Function, Arguments, []}]}}. */
  private static Tuple undefined(@Nullable Object start) {
    return Tuple.of(
        Atom.of("undef"),
        start instanceof Tuple mfa
            ? List.of(Tuple.of(mfa.get(0), mfa.get(1), mfa.get(2), List.of()))
            : List.of());
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
