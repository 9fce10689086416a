package dev.retort;

import dev.retort.term.Atom;
import java.time.Duration;

/**
 * How a process starts: a {@link MailboxLimit}, or what the functions of {@link GenServer} make.
 */
public sealed interface Option permits Option.Named, Option.InitTimeout, MailboxLimit {
  /** {@code name: :stack}. */
  record Named(Atom name) implements Option {}

  /** {@code timeout: 5000}: how long {@code init} may take. */
  record InitTimeout(Duration within) implements Option {}
}
