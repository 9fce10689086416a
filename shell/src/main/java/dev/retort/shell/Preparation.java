package dev.retort.shell;

import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * An engine in the making. JShell takes most of the shell's start-up time: it gets ready on a
 * thread of its own while the node starts and the first prompt is shown.
 */
final class Preparation {
  private final ShellClasses classes = new ShellClasses();
  private final InProcessExecution execution;
  private final FutureTask<JShellEngine> engine;

  /**
   * Starts it.
   *
   * @param stoppable whether typed loops are to be stopped by {@link StopCheck}
   */
  Preparation(boolean stoppable) {
    execution = new InProcessExecution(new SnippetLoader(stoppable, classes::add));
    engine = new FutureTask<>(() -> new JShellEngine(execution));
    Thread.ofPlatform().daemon().name("jex-prepare").start(engine);
  }

  ShellClasses classes() {
    return classes;
  }

  /** Where code is to run; before the first evaluation. */
  void runIn(InProcessExecution.Runner runner) {
    execution.runIn(runner);
  }

  /** Closes the engine, which nobody uses any more. */
  void close() {
    if (!engine.cancel(false)) {
      engine().close();
    }
  }

  /** The engine, waited for if need be. */
  JShellEngine engine() {
    try {
      return engine.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("JShell does not start: " + e.getCause(), e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted while JShell was starting");
    }
  }
}
