package dev.retort.shell;

import java.util.List;
import jdk.jshell.Diag;
import jdk.jshell.JShellException;
import org.jspecify.annotations.Nullable;

/** What became of one snippet. */
sealed interface Evaluation {
  /** An expression or a variable with its value. */
  record Value(@Nullable Object value) implements Evaluation {}

  /** A statement, or a call that returns nothing. */
  record Done() implements Evaluation {}

  /**
   * A declaration.
   *
   * @param remarks what the user should know of it, one line each; mostly none
   */
  record Declared(List<String> remarks) implements Evaluation {}

  /** The compiler refused it. */
  record Rejected(String source, List<Diag> errors) implements Evaluation {}

  /**
   * An exception ended the shell's process.
   *
   * @param error as it was thrown
   * @param mapped as JShell tells it, with places in the source; null where it could not
   */
  record Crashed(Throwable error, @Nullable JShellException mapped) implements Evaluation {}

  /** The user stopped it. */
  record Interrupted() implements Evaluation {}

  /** An exit signal ended the shell's process while it ran. */
  record Exited() implements Evaluation {}

  /** {@code exit()} or {@code respawn()}: the process has ended as it should. */
  record Left() implements Evaluation {}

  /** Nothing but blanks and comments. */
  record Nothing() implements Evaluation {}

  /** Whether a piped session that contains it has failed. */
  default boolean failed() {
    return switch (this) {
      case Rejected r -> true;
      case Crashed c -> true;
      case Interrupted i -> true;
      case Exited e -> true;
      case Value v -> false;
      case Done d -> false;
      case Left l -> false;
      case Declared d -> false;
      case Nothing n -> false;
    };
  }
}
