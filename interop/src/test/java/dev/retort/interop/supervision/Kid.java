package dev.retort.interop.supervision;

import dev.retort.term.Atom;
import java.util.List;

/** A child of a scenario's supervisor; its terms are what {@code supervision.erl} reads. */
sealed interface Kid {
  Atom id();

  /** {@code permanent}, {@code transient} or {@code temporary}. */
  Atom restart();

  boolean significant();

  /** Milliseconds, {@code infinity} or {@code brutal_kill}. */
  Object shutdown();

  /**
   * What becomes of each start, by a supervisor's process, in turn; {@code ok} when there is no
   * more: {@code ok}, {@code ignore}, {@code {error, Reason}}, {@code {exit, Reason}}, {@code
   * crash}, {@code hold} (it takes until it is released), {@code {dead, Reason}} (it has ended when
   * the start function returns), {@code unlinked}.
   */
  List<Object> plan();

  /**
   * A worker.
   *
   * @param manner how it takes a request to end: it traps no exits ({@code :plain}), {@code
   *     {polite, Reason}} ends with that, {@code held} does when it is released, {@code stubborn}
   *     never
   */
  record Worker(
      Atom id, Atom restart, boolean significant, Object shutdown, Object manner, List<Object> plan)
      implements Kid {}

  /** A supervisor. Strategies and {@code auto} are in OTP's words. */
  record Sup(
      Atom id,
      Atom restart,
      boolean significant,
      Object shutdown,
      Atom strategy,
      int intensity,
      Atom auto,
      List<Kid> kids,
      List<Object> plan)
      implements Kid {}
}
