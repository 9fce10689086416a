package dev.retort;

import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Where the reports of a node go: to the log, and to the handlers that users have added. */
final class Reports {
  static final String PREFIX = "dev.retort.";
  static final String PROCESS = PREFIX + "Process";
  static final String GEN_SERVER = PREFIX + "GenServer";
  static final String STATE_MACHINE = PREFIX + "StateMachine";
  static final String TASK = PREFIX + "Task";
  static final String SUPERVISOR = PREFIX + "Supervisor";
  static final String APPLICATION = PREFIX + "Application";

  private static final Map<String, System.Logger> LOGGERS =
      Stream.of(PROCESS, GEN_SERVER, STATE_MACHINE, TASK, SUPERVISOR, APPLICATION)
          .collect(Collectors.toUnmodifiableMap(name -> name, System::getLogger));

  private final List<Consumer<Report>> handlers = new CopyOnWriteArrayList<>();
  private final ReportLimit limit;

  Reports(ReportLimit limit) {
    this.limit = limit;
  }

  private static System.Logger named(String logger) {
    return Objects.requireNonNull(LOGGERS.get(logger), logger);
  }

  void add(Consumer<Report> handler) {
    handlers.add(handler);
  }

  boolean remove(Consumer<Report> handler) {
    return handlers.remove(handler);
  }

  /**
   * Writes a report, to the log of the node whose output that of the process is. In the process
   * that it comes from, which goes on when that is done.
   *
   * @param report makes it; called only if somebody wants it, and there are not too many
   */
  void report(String logger, Level level, Supplier<? extends Report> report) {
    var log = named(logger);
    var remote = level.compareTo(Level.INFO) >= 0 ? RemoteLog.current() : null;
    boolean logged = remote != null || log.isLoggable(level);
    if (!logged && handlers.isEmpty()) {
      return;
    }
    if (level.compareTo(Level.INFO) > 0 && !limit.admits(this::dropped)) {
      return;
    }
    var made = report.get();
    if (remote != null) {
      remote.log(level, made.text(), made.thrown());
    } else if (logged) {
      log.log(level, made::text, made.thrown());
    }
    for (var handler : handlers) {
      hand(made, handler);
    }
  }

  /** One that throws is removed, as OTP does with handlers that crash. */
  private void hand(Report report, Consumer<Report> handler) {
    try {
      handler.accept(report);
    } catch (ProcessEnded e) {
      throw e;
    } catch (Throwable e) {
      handlers.remove(handler);
      CrashReport.log(Level.WARNING, "a handler of reports has failed and is removed: " + e);
    }
  }

  private void dropped(long count) {
    CrashReport.log(
        Level.WARNING,
        count + " reports were dropped: there were more than " + limit.most() + " in a second");
  }

  /** The running process fails, in a line that is no report. */
  static void line(String text) {
    var remote = RemoteLog.current();
    if (remote != null) {
      remote.log(Level.ERROR, text, null);
    } else {
      CrashReport.log(Level.ERROR, text);
    }
  }

  /** A line that is no report. */
  static void line(String logger, Level level, String text, @Nullable Throwable thrown) {
    named(logger).log(level, text, thrown);
  }
}
