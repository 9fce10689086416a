package dev.retort.shell;

import org.jspecify.annotations.Nullable;

/** How the run of a piece of typed code in the shell's process ended. */
sealed interface Outcome {
  /** It came to its end; {@code value} is null where there is none, too. */
  record Returned(@Nullable Object value) implements Outcome {}

  /** An exception left it, and ended the process. */
  record Threw(Throwable error) implements Outcome {}

  /** The user stopped it; the process lives. */
  record Interrupted() implements Outcome {}

  /** An exit signal ended the process while it ran; that has been reported. */
  record Exited() implements Outcome {}
}
