package dev.retort;

import dev.retort.term.Atom;
import dev.retort.term.Pid;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a node writes to the log of crashes, supervisors and applications, as data: the report maps
 * of OTP's {@code logger}.
 *
 * <pre>{@code
 * Pid me = self();
 * Consumer<Report> handler = report -> {
 *   if (report instanceof Report.Crash crash) {
 *     send(me, crash.pid()); // or counts it for what watches the program
 *   }
 * };
 * Node.current().addReportHandler(handler);
 * Pid failing = spawn(() -> {
 *   throw new IOException("no disk");
 * });
 * receive(Pid.class); // => failing
 * Node.current().removeReportHandler(handler); // => true
 * }</pre>
 *
 * <p>The log has them as text, from {@link System.Logger}s with the names that {@link #logger()}
 * gives; see {@code docs/logging.md}. A handler is for those who want more than text, or want it
 * elsewhere.
 */
public sealed interface Report {
  /** The logger that it is written to: such as {@code dev.retort.GenServer}. */
  String logger();

  /** How bad it is: {@code ERROR}, {@code INFO} or {@code DEBUG}. */
  Level level();

  /** The exception that it is about, whose stack trace is logged with it; null for none. */
  @Nullable Throwable thrown();

  /** As it is logged; several lines. Made anew each time. */
  String text();

  /**
   * A process has crashed: what OTP says in an error report of {@code gen_server}, {@code
   * gen_statem} or a task, and once more in a crash report of {@code proc_lib}.
   *
   * @param kind what it was: {@code Process}, {@code GenServer}, {@code StateMachine}, {@code Task}
   * @param pid the process
   * @param name its name; null without one
   * @param reason why it ends: a term, or an exception
   * @param thrown what has left its code: the reason, if that is an exception, or what has the
   *     reason in it
   * @param code the class of its callbacks, its function or its body. OTP's {@code initial_call}
   * @param ancestors who has started it, and who had started that one, as far as they are alive:
   *     the name of each that has one, or its pid; nearest first. Empty for a plain process
   * @param callers on whose behalf a task runs, nearest first; empty for others
   * @param links the processes that it is linked to
   * @param messageQueueLength how many messages wait in its mailbox
   * @param client the process that the call came from at which it crashed; null if it was none
   * @param details what else it was doing, by what the log calls it, in this order: {@code Last
   *     message, State, Function}. As its {@code formatStatus} lets others see it
   */
  record Crash(
      String kind,
      Pid pid,
      @Nullable Atom name,
      Object reason,
      Throwable thrown,
      Class<?> code,
      List<Object> ancestors,
      List<Pid> callers,
      List<Pid> links,
      long messageQueueLength,
      @Nullable Pid client,
      Map<String, Object> details)
      implements Report {
    @Override
    public String logger() {
      return Reports.PREFIX + kind;
    }

    @Override
    public Level level() {
      return Level.ERROR;
    }

    @Override
    public String text() {
      return ReportText.of(this);
    }
  }

  /**
   * A supervisor reports on a child: OTP's supervisor and progress reports.
   *
   * @param event what has happened
   * @param supervisor the supervisor's process
   * @param name its name; null without one
   * @param child the child's specification
   * @param pid the child's process; null if it has none
   * @param reason why; null for {@link Event#STARTED}
   * @param strategy the supervisor's, where it gives up
   */
  record Child(
      Event event,
      Pid supervisor,
      @Nullable Atom name,
      ChildSpec child,
      @Nullable Pid pid,
      @Nullable Object reason,
      @Nullable Strategy strategy)
      implements Report {
    /** What has happened with a child. */
    public enum Event {
      /** It runs. OTP's progress report; {@code DEBUG}, all others {@code ERROR}. */
      STARTED("started"),
      /** {@code start_error}. */
      FAILED_TO_START("failed to start"),
      /** {@code child_terminated}. */
      TERMINATED("terminated"),
      /** It was told to end and has ended for another reason: {@code shutdown_error}. */
      SHUT_DOWN_ABNORMALLY("shut down abnormally"),
      /** It had to be restarted once too often: {@code shutdown}. */
      CAUSED_SHUTDOWN("caused shutdown");

      final String words;

      Event(String words) {
        this.words = words;
      }
    }

    @Override
    public String logger() {
      return Reports.SUPERVISOR;
    }

    @Override
    public Level level() {
      return event == Event.STARTED ? Level.DEBUG : Level.ERROR;
    }

    /** That of a start that has failed; what else a child has thrown, its own report has. */
    @Override
    public @Nullable Throwable thrown() {
      return event == Event.FAILED_TO_START && reason instanceof Throwable thrown ? thrown : null;
    }

    @Override
    public String text() {
      return ReportText.of(this);
    }
  }

  /**
   * An application runs: OTP's progress report, of level {@code DEBUG}.
   *
   * @param application its name
   * @param node where it runs
   */
  record ApplicationStarted(String application, Atom node) implements Report {
    @Override
    public String logger() {
      return Reports.APPLICATION;
    }

    @Override
    public Level level() {
      return Level.DEBUG;
    }

    @Override
    public @Nullable Throwable thrown() {
      return null;
    }

    @Override
    public String text() {
      return "Application " + application + " started at " + CrashReport.inspect(node);
    }
  }

  /**
   * An application has ended, has been stopped ({@code stopped}) or has not started; of level
   * {@code INFO}, OTP's {@code notice}.
   *
   * @param application its name
   * @param reason why
   * @param type what that means for the node
   */
  record ApplicationExited(String application, Object reason, Restart type) implements Report {
    @Override
    public String logger() {
      return Reports.APPLICATION;
    }

    @Override
    public Level level() {
      return Level.INFO;
    }

    @Override
    public @Nullable Throwable thrown() {
      return null;
    }

    @Override
    public String text() {
      return "Application " + application + " exited: " + ApplicationException.explain(reason);
    }
  }
}
