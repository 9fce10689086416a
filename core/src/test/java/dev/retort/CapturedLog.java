package dev.retort;

import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * What Retort writes to the log while this is open; it goes to the console as well.
 *
 * <p>By reflection, since this module does not read the one behind {@link System.Logger}.
 */
final class CapturedLog implements AutoCloseable {
  private record Line(String message, @Nullable Throwable thrown) {}

  private final Class<?> filterClass;
  private final Object logger;
  private final List<Line> lines = new CopyOnWriteArrayList<>();

  CapturedLog() {
    try {
      filterClass = Class.forName("java.util.logging.Filter");
      logger =
          Class.forName("java.util.logging.Logger")
              .getMethod("getLogger", String.class)
              .invoke(null, "dev.retort");
      setFilter(
          Proxy.newProxyInstance(
              getClass().getClassLoader(),
              new Class<?>[] {filterClass},
              (proxy, isLoggable, arguments) -> {
                lines.add(
                    new Line(
                        String.valueOf(read(arguments[0], "getMessage")),
                        (Throwable) read(arguments[0], "getThrown")));
                return true;
              }));
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
    logger.getClass().getMethod("setFilter", filterClass).invoke(logger, filter);
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
    } catch (ReflectiveOperationException e) {
      throw new LinkageError(e.getMessage(), e);
    }
  }
}
