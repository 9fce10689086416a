package dev.retort;

import dev.retort.term.Atom;
import java.time.Duration;

/** How a behaviour's process starts; made by the static functions of {@link GenServer}. */
public sealed interface Option {
  /** {@code name: :stack}. */
  record Named(Atom name) implements Option {}

  /** {@code timeout: 5000}: how long {@code init} may take. */
  record InitTimeout(Duration within) implements Option {}
}
