package dev.retort;

import dev.retort.term.Atom;
import dev.retort.term.Pid;
import dev.retort.term.Tuple;
import org.jspecify.annotations.Nullable;

/**
 * How a start of a child came out: OTP's {@code {ok, Pid}}, {@code {ok, undefined}} or {@code
 * {error, Reason}}.
 */
record Started(@Nullable Pid pid, @Shareable @Nullable Object failure) {
  static final Atom ALREADY_PRESENT = Atom.of("already_present");
  static final Atom ALREADY_STARTED = Atom.of("already_started");
  static final Atom RUNNING = Atom.of("running");
  static final Atom RESTARTING = Atom.of("restarting");
  static final Atom NOT_FOUND = Atom.of("not_found");
  static final Atom BAD_COMBINATION = Atom.of("bad_combination");
  static final Atom MAX_CHILDREN = Atom.of("max_children");

  static Started failed(Object reason) {
    return new Started(null, reason);
  }

  Object asTerm() {
    return failure != null
        ? Tuple.of(Atom.ERROR, failure)
        : Tuple.of(Atom.OK, pid == null ? Atom.UNDEFINED : pid);
  }

  static Started of(Object term) {
    if (term instanceof Tuple answer && answer.size() >= 2) {
      return answer.get(0).equals(Atom.OK)
          ? new Started(answer.get(1) instanceof Pid pid ? pid : null, null)
          : failed(answer.get(1));
    }
    return term.equals(Atom.of("ignore")) ? new Started(null, null) : failed(term);
  }

  /** The child's pid, null if it does not run; throws if it did not start. */
  @Nullable Pid orThrow(ChildSpec child) {
    if (failure != null) {
      throw new StartException(failure, explain(child.describe(), failure));
    }
    return pid;
  }

  /** As {@link #orThrow(ChildSpec)}, for a child that the caller knows by its id. */
  @Nullable Pid orThrow(Object id) {
    if (failure != null) {
      throw new StartException(failure, explain("child " + CrashReport.inspect(id), failure));
    }
    return pid;
  }

  private static String explain(String child, Object reason) {
    if (reason.equals(ALREADY_PRESENT)) {
      return child
          + " is there already and does not run (:already_present): restartChild starts it,"
          + " deleteChild forgets it";
    }
    if (reason.equals(RUNNING)) {
      return child + " runs (:running): only one that does not can be started";
    }
    if (reason.equals(RESTARTING)) {
      return child + " is about to be started again by its supervisor (:restarting)";
    }
    if (reason.equals(NOT_FOUND)) {
      return "the supervisor has no " + child + " (:not_found): startChild adds one";
    }
    if (reason.equals(MAX_CHILDREN)) {
      return child + " was not started: the supervisor has as many as it may (:max_children)";
    }
    if (reason instanceof Tuple tuple
        && tuple.size() == 2
        && tuple.get(0).equals(ALREADY_STARTED)) {
      return child + ": already started as " + tuple.get(1);
    }
    if (reason instanceof Tuple tuple
        && tuple.size() == 2
        && tuple.get(0).equals(BAD_COMBINATION)) {
      return child
          + " is significant, which needs a supervisor with an AutoShutdown, and a child that is"
          + " not permanent: "
          + CrashReport.inspect(reason);
    }
    return child + " did not start: " + CrashReport.inspect(reason);
  }
}
