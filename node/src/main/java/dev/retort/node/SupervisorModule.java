package dev.retort.node;

import dev.retort.Export;
import dev.retort.GenServer;
import dev.retort.term.Atom;
import dev.retort.term.Dest;
import dev.retort.term.Name;
import dev.retort.term.Pid;

/** The module {@code supervisor}: what a supervisor of this node has for children. */
final class SupervisorModule {
  @Export
  Object whichChildren(Object supervisor) {
    return ask(supervisor, "which_children");
  }

  @Export
  Object countChildren(Object supervisor) {
    return ask(supervisor, "count_children");
  }

  private static Object ask(Object supervisor, String what) {
    Dest to =
        switch (supervisor) {
          case Pid pid -> pid;
          case Atom name -> new Name(name, null);
          default -> throw ErlangTerms.badarg();
        };
    return GenServer.call(to, Atom.of(what));
  }
}
