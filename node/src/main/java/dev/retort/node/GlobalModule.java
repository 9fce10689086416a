package dev.retort.node;

import static dev.retort.node.ErlangTerms.badarg;
import static dev.retort.node.ErlangTerms.natural;

import dev.retort.Export;
import dev.retort.Global;
import dev.retort.Kernel;
import dev.retort.spi.GlobalRegistry;
import dev.retort.term.Atom;
import dev.retort.term.Fun;
import dev.retort.term.Name;
import dev.retort.term.Pid;
import dev.retort.term.Tuple;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The module {@code global}, as it is asked from other nodes: the names and locks that all nodes
 * share; and what nodes ask each other to do about names that two processes have.
 *
 * <p>A lock is the process's that sets it, as in OTP: one that {@code rpc} has set ends with the
 * call.
 */
final class GlobalModule {
  private static final Atom MODULE = Atom.of("global");
  private static final Atom NONE = Atom.of("none");
  private static final Atom YES = Atom.of("yes");
  private static final Atom NO = Atom.of("no");
  private static final Object RANDOM_EXIT = new Fun.Export(MODULE, Atom.of("random_exit_name"), 3);

  private final LocalNode local;
  private final GlobalRegistry registry;

  GlobalModule(LocalNode local, GlobalRegistry registry) {
    this.local = local;
    this.registry = registry;
  }

  // ---- names

  @Export
  Object whereisName(Object name) {
    var pid = registry.whereis(name);
    return pid == null ? Atom.UNDEFINED : pid;
  }

  @Export
  Object registeredNames() {
    return registry.names();
  }

  @Export
  Atom registerName(Object name, Pid pid) throws InterruptedException {
    return registerName(name, pid, RANDOM_EXIT);
  }

  @Export
  Atom registerName(Object name, Pid pid, Object method) throws InterruptedException {
    return registry.register(name, pid, method, false) ? YES : NO;
  }

  @Export
  Atom reRegisterName(Object name, Pid pid) throws InterruptedException {
    return reRegisterName(name, pid, RANDOM_EXIT);
  }

  @Export
  Atom reRegisterName(Object name, Pid pid, Object method) throws InterruptedException {
    return registry.register(name, pid, method, true) ? YES : NO;
  }

  @Export
  void unregisterName(Object name) throws InterruptedException {
    registry.unregister(name);
  }

  @Export
  Pid send(Object name, Object message) {
    return Global.send(name, message);
  }

  @Export
  void sync() {
    Global.sync();
  }

  @Export
  void sync(List<Atom> nodes) {
    Global.sync(nodes);
  }

  /** The record of the process's state; what is not there here is empty in it. */
  @Export
  Object info() {
    var tag = Kernel.makeRef();
    var from = Tuple.of(Kernel.self(), tag);
    Kernel.send(
        new Name(GlobalNameServer.NAME, null), Tuple.of(GenMessage.CALL, from, Atom.of("info")));
    return Kernel.receive(Tuple.class, answer -> tag.equals(answer.get(0))).get(1);
  }

  // ---- locks

  @Export
  boolean setLock(Tuple id) {
    Global.setLock(lock(id));
    return true;
  }

  @Export
  boolean setLock(Tuple id, List<Atom> nodes) {
    return setLock(id, nodes, Atom.INFINITY);
  }

  @Export
  boolean setLock(Tuple id, List<Atom> nodes, Object retries) {
    long most = retries.equals(Atom.INFINITY) ? Integer.MAX_VALUE : natural(retries);
    return Global.setLock(lock(id), nodes, (int) Math.min(most, Integer.MAX_VALUE));
  }

  @Export
  boolean delLock(Tuple id) {
    Global.delLock(lock(id));
    return true;
  }

  @Export
  boolean delLock(Tuple id, List<Atom> nodes) {
    Global.delLock(lock(id), nodes);
    return true;
  }

  private static Global.Lock lock(Tuple id) {
    if (id.size() != 2) {
      throw badarg();
    }
    return new Global.Lock(id.get(0), id.get(1));
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
