package dev.retort.interop.behaviour;

import dev.retort.term.Atom;

/**
 * What a scenario's driver does in one step; its terms are what {@code behaviours.erl} reads. All
 * but the start concern the server, or machine, that has started last, if there is one; by its pid,
 * or {@code byName} whoever has the scenario's name.
 */
sealed interface Op {
  /**
   * A new process starts one.
   *
   * @param needed whether nothing is done if the one that has started last is alive
   * @param trap whether that process traps exits
   * @param impatient whether {@code init} never ends, and it waits for a moment only
   */
  record Start(
      long number,
      boolean needed,
      boolean link,
      boolean trap,
      boolean named,
      boolean impatient,
      Script script)
      implements Op {}

  /** A call by a new process. */
  record Ask(long number, boolean byName, Note note, boolean impatient) implements Op {}

  record Cast(boolean byName, Note note) implements Op {}

  record Send(Note note) implements Op {}

  record MultiCall(long number, Note note) implements Op {}

  record Abcast(Note note) implements Op {}

  /** {@code gen_server:stop} by a new process. */
  record Stop(long number, boolean byName, Object reason) implements Op {}

  /** An exit signal of a stranger. */
  record Signal(Object reason) implements Op {}

  /** A process links to it and ends. */
  record LinkedExit(Object reason) implements Op {}

  /** An exit signal of whoever was to start one last. */
  record ParentSignal(Object reason) implements Op {}

  /** Whoever was to start one last ends. */
  record ParentExit(Object reason) implements Op {}

  /** If it is held, it goes on. */
  record Release() implements Op {}

  /** A function of {@code sys}, called by a new process. */
  record Sys(long number, Object request) implements Op {}

  /** Requests to {@code sys} that say more than an atom does. */
  sealed interface Request {
    record ReplaceState(Object state) implements Request {}

    record Terminate(Object reason) implements Request {}
  }

  Atom GET_STATE = Atom.of("get_state");
}
