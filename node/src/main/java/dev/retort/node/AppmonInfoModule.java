package dev.retort.node;

import dev.retort.Export;
import dev.retort.term.Atom;
import dev.retort.term.Pid;
import dev.retort.term.Tuple;

/** The module {@code appmon_info}, by which observer starts its eyes on applications. */
final class AppmonInfoModule {
  private final Appmon.Starter starter;

  AppmonInfoModule(Appmon.Starter starter) {
    this.starter = starter;
  }

  @Export
  Object startLink2(Pid from, Pid client, Object options) {
    return Tuple.of(Atom.OK, starter.start(from, client, options));
  }
}
