package dev.retort;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * What Retort writes to the log while this is open; it goes to the console as well.
 *
 * <p>By reflection, since this module does not read the one behind {@link System.Logger}.
 */
final class CapturedLog implements AutoCloseable {
  /** One record, with its level as java.util.logging calls it. */
  record Line(String logger, String level, String message, @Nullable Throwable thrown) {}

  private static final List<String> NAMES =
      List.of(
          "dev.retort",
          Reports.PROCESS,
          Reports.GEN_SERVER,
          Reports.STATE_MACHINE,
          Reports.TASK,
          Reports.SUPERVISOR,
          Reports.APPLICATION);

  private final Class<?> filterClass;
  private final Class<?> levelClass;
  private final List<Object> loggers = new ArrayList<>();
  private final List<Line> lines = new CopyOnWriteArrayList<>();

  CapturedLog() {
    this(false);
  }

  /**
   * @param all also what is of level {@code DEBUG}
   */
  CapturedLog(boolean all) {
    try {
      filterClass = Class.forName("java.util.logging.Filter");
      levelClass = Class.forName("java.util.logging.Level");
      for (var name : NAMES) {
        loggers.add(
            Class.forName("java.util.logging.Logger")
                .getMethod("getLogger", String.class)
                .invoke(null, name));
      }
      setFilter(
          Proxy.newProxyInstance(
              getClass().getClassLoader(),
              new Class<?>[] {filterClass},
              (proxy, isLoggable, arguments) -> {
                lines.add(
                    new Line(
                        String.valueOf(read(arguments[0], "getLoggerName")),
                        String.valueOf(read(arguments[0], "getLevel")),
                        String.valueOf(read(arguments[0], "getMessage")),
                        (Throwable) read(arguments[0], "getThrown")));
                return true;
              }));
      if (all) {
        setLevel("FINE");
      }
    } catch (ReflectiveOperationException e) {
      throw new LinkageError(e.getMessage(), e);
    }
  }

  private static @Nullable Object read(Object logRecord, String getter) {
    try {
      return logRecord.getClass().getMethod(getter).invoke(logRecord);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError(e.getMessage(), e);
    }
  }

  private void setFilter(@Nullable Object filter) throws ReflectiveOperationException {
    for (var logger : loggers) {
      logger.getClass().getMethod("setFilter", filterClass).invoke(logger, filter);
    }
  }

  private void setLevel(@Nullable String name) throws ReflectiveOperationException {
    var level = name == null ? null : levelClass.getField(name).get(null);
    for (var logger : loggers.subList(1, loggers.size())) {
      logger.getClass().getMethod("setLevel", levelClass).invoke(logger, level);
    }
  }

  /** What has been logged so far, oldest first. */
  List<Line> lines() {
    return List.copyOf(lines);
  }

  /** The messages so far that have all of {@code parts} in them, oldest first. */
  List<String> with(String... parts) {
    return lines.stream()
        .map(Line::message)
        .filter(message -> List.of(parts).stream().allMatch(message::contains))
        .toList();
  }

  /** The exceptions that were logged with a message that has {@code part} in it. */
  List<Throwable> thrown(String part) {
    return lines.stream().filter(line -> line.message.contains(part)).map(Line::thrown).toList();
  }

  @Override
  public void close() {
    try {
      setFilter(null);
      setLevel(null);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError(e.getMessage(), e);
    }
  }
}
