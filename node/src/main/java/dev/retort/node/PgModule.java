package dev.retort.node;

import static dev.retort.node.ErlangTerms.badarg;

import dev.retort.ErlangException;
import dev.retort.ExitException;
import dev.retort.Export;
import dev.retort.Pg;
import dev.retort.term.Atom;
import dev.retort.term.Pid;
import dev.retort.term.Tuple;
import java.util.ArrayList;
import java.util.List;

/** The module {@code pg}: the groups as this node knows them, and those of its own processes. */
final class PgModule {
  private static final Atom DEFAULT_SCOPE = Atom.of(Pg.DEFAULT_SCOPE);
  private static final Atom NOT_JOINED = Atom.of("not_joined");

  private final LocalNode local;

  PgModule(LocalNode local) {
    this.local = local;
  }

  // ---- who is in which group

  @Export
  Object getMembers(Object group) {
    return getMembers(DEFAULT_SCOPE, group);
  }

  @Export
  Object getMembers(Atom scope, Object group) {
    return Pg.getMembers(scope.name(), group);
  }

  @Export
  Object getLocalMembers(Object group) {
    return getLocalMembers(DEFAULT_SCOPE, group);
  }

  @Export
  Object getLocalMembers(Atom scope, Object group) {
    return Pg.getLocalMembers(scope.name(), group);
  }

  @Export
  Object whichGroups() {
    return whichGroups(DEFAULT_SCOPE);
  }

  @Export
  Object whichGroups(Atom scope) {
    return Pg.whichGroups(running(scope));
  }

  @Export
  Object whichLocalGroups() {
    return whichLocalGroups(DEFAULT_SCOPE);
  }

  @Export
  Object whichLocalGroups(Atom scope) {
    return Pg.whichLocalGroups(running(scope));
  }

  private String running(Atom scope) {
    if (local.host().whereis(scope) == null) {
      throw badarg();
    }
    return scope.name();
  }

  // ---- who joins and leaves

  @Export
  Atom join(Object group, Object pids) {
    return join(DEFAULT_SCOPE, group, pids);
  }

  @Export
  Atom join(Atom scope, Object group, Object pids) {
    var joining = ours(pids);
    check(scope, "join_local", group, pids);
    Pg.join(scope.name(), group, joining);
    return Atom.OK;
  }

  @Export
  Atom leave(Object group, Object pids) {
    return leave(DEFAULT_SCOPE, group, pids);
  }

  @Export
  Atom leave(Atom scope, Object group, Object pids) {
    var leaving = ours(pids);
    check(scope, "leave_local", group, pids);
    return Pg.leave(scope.name(), group, leaving) ? Atom.OK : NOT_JOINED;
  }

  /** A pid of this node, or a list of them. */
  private List<Pid> ours(Object pids) {
    var ours = new ArrayList<Pid>();
    for (var each : pids instanceof List<?> several ? several : List.of(pids)) {
      if (!(each instanceof Pid pid) || !local.isOurs(pid)) {
        throw new ErlangException(ErlangException.Kind.ERROR, Tuple.of(Atom.of("nolocal"), each));
      }
      ours.add(pid);
    }
    return ours;
  }

  /** Exits as a call of OTP's process does where there is none. */
  private void check(Atom scope, String request, Object group, Object pids) {
    if (local.host().whereis(scope) == null) {
      var arguments = List.of(scope, Tuple.of(Atom.of(request), group, pids), Atom.INFINITY);
      throw new ExitException(
          Tuple.of(Atom.NOPROC, Tuple.of(Atom.of("gen_server"), Atom.of("call"), arguments)));
    }
  }
}
