package dev.retort.node;

import dev.retort.spi.Distribution;
import dev.retort.term.Atom;
import dev.retort.term.Pid;
import dev.retort.term.Tuple;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The processes {@code logger} and {@code logger_proxy}: they write what other nodes log of
 * processes whose output comes here, such as those that this node has started there.
 */
final class LoggerProxy implements Distribution.MessageHandler {
  static final Atom LOGGER = Atom.of("logger");
  static final Atom NAME = Atom.of("logger_proxy");

  private static final Logger LOG = System.getLogger(LoggerProxy.class.getName());
  private static final Atom PID = Atom.of("pid");

  /**
   * {@code {log, Level, Format, Arguments, Metadata}} or {@code {log, Level, ReportOrString,
   * Metadata}}.
   */
  @Override
  public void handle(Object message) {
    if (!(message instanceof Tuple event)
        || !GenMessage.tag(event).equals("log")
        || event.size() < 4
        || !(event.get(1) instanceof Atom name)) {
      return;
    }
    var level = level(name.name());
    if (LOG.isLoggable(level)) {
      var text = event.size() == 5 ? formatted(event) : shown(event.get(2));
      LOG.log(level, text + origin(event.get(event.size() - 1)));
    }
  }

  /** OTP's {@code notice} is what is shown of what is no warning; {@code info} is progress. */
  private static Level level(String name) {
    return switch (name) {
      case "emergency", "alert", "critical", "error" -> Level.ERROR;
      case "warning" -> Level.WARNING;
      case "notice" -> Level.INFO;
      default -> Level.DEBUG;
    };
  }

  private static String formatted(Tuple event) {
    var format = IoFormat.characters(event.get(2));
    if (format == null || !(event.get(3) instanceof List<?> arguments)) {
      return Shown.text(List.of(event.get(2), event.get(3)));
    }
    try {
      return IoFormat.format(format, arguments);
    } catch (IllegalArgumentException | ClassCastException mismatch) {
      return format + " " + Shown.text(arguments);
    }
  }

  private static String shown(Object reportOrString) {
    var characters = IoFormat.characters(reportOrString);
    return characters != null ? characters : Shown.text(reportOrString);
  }

  private static String origin(@Nullable Object metadata) {
    return metadata instanceof Map<?, ?> map && map.get(PID) instanceof Pid pid
        ? "\nfrom " + pid + " of " + pid.node().name()
        : "";
  }
}
