package dev.retort;

import dev.retort.term.Atom;

/**
 * What {@link Sys} asks a process of this node: the request of a {@link LocalCall}. From another
 * node it is {@code {system, From, Request}}.
 *
 * @param term the request as Erlang's {@code sys} has it; with functions of this JVM in it
 */
record SystemRequest(Object term) {
  static final Atom SYSTEM = Atom.of("system");
  static final Atom TERMINATE = Atom.of("terminate");
}
