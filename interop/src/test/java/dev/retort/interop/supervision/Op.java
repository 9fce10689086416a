package dev.retort.interop.supervision;

import dev.retort.term.Atom;

/** What a scenario's driver does in one step; its terms are what {@code supervision.erl} reads. */
sealed interface Op {
  /** A worker ends by itself. */
  record Stop(Atom id, Object reason) implements Op {}

  /** A worker takes its link to the supervisor back. */
  record Unlink(Atom id) implements Op {}

  /** A worker or a supervisor is killed. */
  record Kill(Atom id) implements Op {}

  /** A supervisor gets an exit signal of somebody who is neither its parent nor a child. */
  record ExitSupervisor(Atom id, Atom reason) implements Op {}

  /** The root's parent sends it an exit signal. */
  record ExitRoot(Object reason) implements Op {}

  /** Of those that are held, the first by name goes on. */
  record Release() implements Op {}

  /**
   * Somebody calls a supervisor.
   *
   * @param number the reply comes with it
   */
  record Ask(int number, Atom id, Request request) implements Op {}

  /** A function of OTP's {@code supervisor}. */
  sealed interface Request {
    record StartChild(Kid kid) implements Request {}

    record TerminateChild(Atom id) implements Request {}

    record RestartChild(Atom id) implements Request {}

    record DeleteChild(Atom id) implements Request {}

    record GetChildspec(Atom id) implements Request {}
  }
}
