package dev.retort.shell;

import static dev.retort.Kernel.receive;
import static dev.retort.Kernel.self;
import static dev.retort.Kernel.send;
import static dev.retort.Kernel.spawnMonitor;
import static dev.retort.Kernel.vocabulary;

import dev.retort.Down;
import dev.retort.ExitException;
import dev.retort.Kernel;
import dev.retort.Node;
import dev.retort.etf.Vocabulary;
import dev.retort.term.Atom;
import dev.retort.term.Pid;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The shell's process, and the next one when it has ended: IEx.Evaluator and the part of IEx.Server
 * that restarts it.
 *
 * <p>A server process spawns the evaluating one, monitors it, and spawns its successor. The
 * evaluating process waits for a {@link Wake}, runs the pending task, and waits again; between two
 * inputs it is an idle process whose mailbox fills, which may be killed and which its links may
 * take down.
 */
final class Evaluator {
  /** Tells the evaluating process to look for its task. No term of another node can become one. */
  private static final class Wake {
    static final Wake UP = new Wake();
  }

  /** Typed code on its way through a process. */
  private static final class Task {
    final Method code;
    final CompletableFuture<Outcome> outcome = new CompletableFuture<>();

    /** What it threw; reported when the process has ended of it. */
    volatile @Nullable Throwable thrown;

    boolean started; // guarded by the evaluator
    boolean stopping; // guarded by the evaluator

    Task(Method code) {
      this.code = code;
    }
  }

  private final Session session;
  private final Supplier<Vocabulary> words;
  private final BiConsumer<Pid, Object> onExit;

  // Guarded by this.
  private @Nullable Pid current;
  private @Nullable Task pending;
  private @Nullable Thread running;
  private boolean closed;

  private final Pid server;

  /**
   * Starts the process.
   *
   * @param words the records that messages may become, asked before each run
   * @param onExit told when an exit signal has ended the process; called by the server process
   */
  Evaluator(
      Node node,
      Pid groupLeader,
      Session session,
      Supplier<Vocabulary> words,
      BiConsumer<Pid, Object> onExit) {
    this.session = session;
    this.words = words;
    this.onExit = onExit;
    server = node.spawn(this::serve, groupLeader);
  }

  /** Ends the processes; what they run now has exited. */
  void close() {
    Kernel.exit(server, Atom.KILL);
    Pid last;
    Task task;
    synchronized (this) {
      closed = true;
      last = current;
      task = pending;
      pending = null;
      if (running != null) {
        StopCheck.stop(running);
      }
    }
    if (last != null) {
      Kernel.exit(last, Atom.KILL);
    }
    if (task != null) {
      task.outcome.complete(new Outcome.Exited());
    }
  }

  /** Runs code in the process and waits for its end, however long it takes. */
  Outcome run(Method code) {
    var task = new Task(code);
    synchronized (this) {
      if (closed) {
        return new Outcome.Exited();
      }
      pending = task;
      wake();
    }
    return task.outcome.join();
  }

  /**
   * Stops what runs now; without effect when nothing does. Code that has been asked to stop before
   * and still runs (a long computation of the JDK's own) loses its process.
   */
  void interrupt() {
    Pid victim = null;
    synchronized (this) {
      var task = pending;
      if (task != null && task.started) {
        victim = task.stopping ? current : null;
        stop(task);
      }
    }
    if (victim != null) {
      Kernel.exit(victim, Atom.KILL);
    }
  }

  private void stop(Task task) {
    task.stopping = true;
    if (running != null) {
      StopCheck.stop(running);
      running.interrupt();
    }
  }

  private void wake() {
    if (current != null) {
      send(current, Wake.UP);
    } // else the next process finds its task when it starts
  }

  // ---- the server process

  private void serve() {
    for (; ; ) {
      var process = spawnMonitor(this::evaluate);
      synchronized (this) {
        current = process.pid();
        if (pending != null) {
          wake();
        }
      }
      var down = receive(Down.class);
      while (!down.ref().equals(process.ref())) {
        down = receive(Down.class);
      }
      ended(process.pid(), down.reason());
    }
  }

  private void ended(Pid process, Object reason) {
    Task task;
    synchronized (this) {
      current = null;
      task = pending != null && pending.started ? pending : null;
      if (task != null) {
        pending = null;
      }
      if (running != null) {
        StopCheck.stop(running); // typed code that has not noticed its end
        running = null;
      }
    }
    var thrown = task == null ? null : task.thrown;
    if (thrown == null && !reason.equals(Atom.NORMAL)) {
      onExit.accept(process, reason);
    }
    if (task != null) {
      task.outcome.complete(thrown == null ? new Outcome.Exited() : new Outcome.Threw(thrown));
    }
  }

  // ---- the evaluating process

  private void evaluate() {
    for (; ; ) {
      synchronized (this) {
        if (closed) {
          return; // its server had no time to say who it is
        }
      }
      receive(Wake.class);
      Task task;
      synchronized (this) {
        task = pending;
        if (task == null || task.started) {
          continue;
        }
        task.started = true;
        running = Thread.currentThread();
      }
      vocabulary(words.get());
      Session.enter(session);
      Outcome outcome;
      try {
        outcome = call(task);
      } finally {
        Session.leave();
        left();
      }
      synchronized (this) {
        if (pending == task) {
          pending = null;
        } // else a signal has ended this process, and the shell is further on
      }
      task.outcome.complete(outcome);
    }
  }

  private Outcome call(Task task) {
    try {
      return new Outcome.Returned(task.code.invoke(null));
    } catch (InvocationTargetException e) {
      var error = e.getCause() == null ? e : e.getCause();
      self(); // throws in a process that an exit signal has ended: the error is but its echo
      if (isStopped(task, error)) {
        return new Outcome.Interrupted();
      }
      task.thrown = error;
      throw new ExitException(error instanceof ExitException exit ? exit.reason() : error);
    } catch (IllegalAccessException e) {
      throw new LinkageError("a snippet's method is not public", e);
    }
  }

  private synchronized boolean isStopped(Task task, Throwable error) {
    return task.stopping
        && (error instanceof StopCheck.Stopped
            || error instanceof InterruptedException
            || error instanceof CancellationException
            || error.getCause() instanceof InterruptedException
            || Thread.interrupted());
  }

  /** From here on no interrupt for the code that ran can come. */
  private synchronized void left() {
    var thread = Thread.currentThread();
    StopCheck.clear(thread);
    if (running == thread) {
      running = null;
      Thread.interrupted();
    }
  }
}
