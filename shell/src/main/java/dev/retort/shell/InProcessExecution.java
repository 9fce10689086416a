package dev.retort.shell;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Objects;
import jdk.jshell.execution.DirectExecutionControl;
import jdk.jshell.spi.ExecutionControl;
import jdk.jshell.spi.ExecutionControlProvider;
import jdk.jshell.spi.ExecutionEnv;
import org.jspecify.annotations.Nullable;

/**
 * Runs JShell's compiled snippets in the shell's process and keeps what they return.
 *
 * <p>JShell itself (its compiler, which must not be interrupted) stays on the thread that calls it,
 * which waits meanwhile.
 */
final class InProcessExecution extends DirectExecutionControl {
  /** Where code runs. */
  @FunctionalInterface
  interface Runner {
    Outcome run(Method code);
  }

  private volatile @Nullable Runner runner;

  /** In the order of the runs; taken by the thread that evaluates. */
  private final ArrayDeque<Outcome> outcomes = new ArrayDeque<>();

  InProcessExecution(SnippetLoader loader) {
    super(loader);
  }

  /** Where code is to run from now on. */
  void runIn(Runner runner) {
    this.runner = runner;
  }

  /** JShell's way to get it. */
  ExecutionControlProvider provider() {
    return new ExecutionControlProvider() {
      @Override
      public String name() {
        return "jex";
      }

      @Override
      public ExecutionControl generate(ExecutionEnv env, Map<String, String> parameters) {
        return InProcessExecution.this;
      }
    };
  }

  /** How the first run that has not been asked for ended. */
  Outcome outcome() {
    return outcomes.remove();
  }

  /** Forgets the runs that nobody asked for. */
  void forget() {
    outcomes.clear();
  }

  @Override
  protected String invoke(Method code) throws Exception {
    var outcome = Objects.requireNonNull(runner, "runIn").run(code);
    outcomes.add(outcome);
    return switch (outcome) {
      case Outcome.Returned returned -> ""; // the value itself is kept: JShell's text is not a term
      case Outcome.Threw(var error) -> throw new InvocationTargetException(error);
      case Outcome.Interrupted stopped -> throw new StoppedException();
      case Outcome.Exited exited -> throw new StoppedException();
    };
  }
}
