package dev.retort;

import dev.retort.term.Atom;
import dev.retort.term.Tuple;
import java.util.HashSet;
import java.util.List;

/** A child specification that a supervisor refuses: {@code supervisor:check_childspecs/2}. */
final class BadSpec extends IllegalArgumentException {
  private static final long serialVersionUID = 1;

  /** As OTP names it: {@code {bad_combination, _}}. */
  final transient Object reason;

  final String message;

  private BadSpec(Object reason, String message) {
    super(message);
    this.reason = reason;
    this.message = message;
  }

  /** Throws one unless a supervisor with this strategy can have these children. */
  static void check(Strategy strategy, List<ChildSpec> children) {
    checkFlags(strategy);
    var ids = new HashSet<Object>();
    for (var child : children) {
      check(strategy, child);
      if (!ids.add(child.id())) {
        throw new BadSpec(
            Tuple.of(Atom.of("duplicate_child_name"), child.id()),
            "two children have the id "
                + CrashReport.inspect(child.id())
                + ", the second one started by "
                + child.module().name()
                + ": give each its own with id(...)");
      }
    }
  }

  private static void checkFlags(Strategy strategy) {
    if (strategy.maxChildren() != Strategy.UNLIMITED || strategy.extraArgument() != null) {
      throw new IllegalArgumentException(
          "maxChildren and extraArgument are for a DynamicSupervisor: a Supervisor has the children"
              + " of its specification");
    }
  }

  /** Throws one unless a supervisor with this strategy can have this child. */
  static void check(Strategy strategy, ChildSpec child) {
    if (!child.significant()) {
      return;
    }
    if (strategy.autoShutdown() == AutoShutdown.NEVER) {
      throw new BadSpec(
          combination("auto_shutdown", Atom.of("never")),
          child.describe()
              + " is significant, which needs a supervisor with autoShutdown(ANY_SIGNIFICANT) or"
              + " autoShutdown(ALL_SIGNIFICANT); this one never shuts down by itself");
    }
    if (child.restart() == Restart.PERMANENT) {
      throw new BadSpec(
          combination("restart", Atom.of("permanent")),
          child.describe()
              + " is significant, which needs restart(TRANSIENT) or restart(TEMPORARY); it is"
              + " permanent, so it never ends for good");
    }
  }

  private static Tuple combination(String what, Atom value) {
    return Tuple.of(
        Atom.of("bad_combination"),
        List.of(Tuple.of(Atom.of(what), value), Tuple.of(Atom.of("significant"), Atom.TRUE)));
  }

  /** Throws one unless a DynamicSupervisor can have this child. */
  static void checkDynamic(ChildSpec child) {
    if (child.significant()) {
      throw new BadSpec(
          Tuple.of(Atom.of("invalid_significant"), Atom.TRUE),
          child.describe()
              + " is significant; a DynamicSupervisor has no automatic shutdown, so none of its"
              + " children can be");
    }
  }
}
