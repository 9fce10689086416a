package dev.retort.node;

import dev.retort.Export;
import dev.retort.Global;
import dev.retort.Kernel;
import dev.retort.term.Atom;
import dev.retort.term.Fun;
import dev.retort.term.Pid;
import dev.retort.term.Tuple;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The module {@code global}: what nodes ask each other to do about names that two processes have.
 */
final class GlobalModule {
  private static final Atom MODULE = Atom.of("global");
  private static final Atom NONE = Atom.of("none");

  private final LocalNode local;

  GlobalModule(LocalNode local) {
    this.local = local;
  }

  // ---- conflicts

  @Export
  Object resolveIt(Object method, Object name, Pid one, Pid other) {
    var function = function(method);
    return function != null
            && function.get(0) instanceof Atom module
            && function.get(1) instanceof Atom of
        ? local.host().rpc(module, of, List.of(name, one, other))
        : NONE;
  }

  /** {@code {Module, Function}} of what a name was registered with. */
  private static @Nullable Tuple function(Object method) {
    return switch (method) {
      case Fun.Export(var module, var name, var arity) -> Tuple.of(module, name);
      case Tuple pair when pair.size() == 2 -> pair;
      // what register_name/2 gives; other functions of that module go by their names
      case Fun.Closure fun when fun.module().equals(MODULE) ->
          Tuple.of(MODULE, Atom.of("random_exit_name"));
      default -> null;
    };
  }

  @Export
  Pid randomExitName(Object name, Pid one, Pid other) {
    var loser = loser(one, other);
    Kernel.exit(loser, Atom.KILL);
    return loser.equals(one) ? other : one;
  }

  @Export
  Pid randomNotifyName(Object name, Pid one, Pid other) {
    var loser = loser(one, other);
    Kernel.send(loser, new Global.NameConflict(name));
    return loser.equals(one) ? other : one;
  }

  @Export
  Atom notifyAllName(Object name, Pid one, Pid other) {
    Kernel.send(one, new Global.NameConflictWith(name, other));
    Kernel.send(other, new Global.NameConflictWith(name, one));
    return NONE;
  }

  /** The one on the greater node. */
  private static Pid loser(Pid one, Pid other) {
    return one.node().compareTo(other.node()) < 0 ? other : one;
  }
}
