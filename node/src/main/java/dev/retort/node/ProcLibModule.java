package dev.retort.node;

import static dev.retort.node.ErlangTerms.badarg;

import dev.retort.Export;
import dev.retort.term.Atom;
import dev.retort.term.Pid;
import dev.retort.term.Tuple;
import java.util.Collections;

/** The module {@code proc_lib}: what processes were started as. */
final class ProcLibModule {
  /** What is said of a process that was not started by {@code proc_lib}. */
  private static final Tuple PLAIN = Tuple.of(Atom.of("proc_lib"), Atom.of("init_p"), 5L);

  private final LocalNode local;

  ProcLibModule(LocalNode local) {
    this.local = local;
  }

  @Export
  Object translateInitialCall(Object pid) {
    var details = local.host().details(ours(pid), false);
    var call = details == null ? null : details.translatedCall();
    return call == null ? PLAIN : call;
  }

  /** The same with its arguments, of which only the number is known. */
  @Export
  Object initialCall(Object pid) {
    var details = local.host().details(ours(pid), false);
    var call = details == null ? null : details.translatedCall();
    return call == null
        ? false
        : Tuple.of(
            call.get(0),
            call.get(1),
            Collections.nCopies(((Long) call.get(2)).intValue(), Atom.of("Argument__1")));
  }

  private Pid ours(Object term) {
    if (term instanceof Pid pid && local.isOurs(pid)) {
      return pid;
    }
    throw badarg();
  }
}
