package dev.retort;

import dev.retort.term.Atom;
import dev.retort.term.Tuple;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a process that is being debugged does with its system events: prints, keeps, counts them, or
 * gives them to functions. {@code sys:handle_debug/4}. Used by that process alone, which has none
 * of these while nobody debugs it.
 */
final class Debugging {
  private static final Atom GET = Atom.of("get");
  private static final Atom PRINT = Atom.of("print");
  private static final Atom IN = Atom.of("in");
  private static final Atom OUT = Atom.of("out");
  private static final Atom NO_STATISTICS = Atom.of("no_statistics");
  private static final Atom OPEN_FILE = Atom.of("open_file");
  private static final Atom UNKNOWN = Atom.of("unknown_debug");

  /** How many events are kept where it is not said, as in OTP. */
  private static final int LOG = 10;

  private boolean trace;
  private @Nullable Path file;
  private int logSize;
  private final ArrayDeque<Tuple> log = new ArrayDeque<>();
  private @Nullable LocalDateTime countedSince;
  private long in;
  private long out;
  private final Map<Object, Sys.DebugFunction> functions = new LinkedHashMap<>();

  boolean isOff() {
    return !trace && file == null && logSize == 0 && countedSince == null && functions.isEmpty();
  }

  /**
   * Something has happened.
   *
   * @param event as OTP's behaviours have it, such as {@code {in, Message}}
   * @param state the process's state
   */
  void event(Tuple event, @Nullable Object state) {
    if (trace) {
      Kernel.println(line(event));
    }
    if (file != null) {
      write(file, line(event) + System.lineSeparator(), StandardOpenOption.APPEND);
    }
    if (logSize > 0) {
      if (log.size() == logSize) {
        log.poll();
      }
      log.add(event);
    }
    if (event.get(0).equals(IN)) {
      in++;
    } else if (event.get(0).equals(OUT)) {
      out++;
    }
    functions.values().removeIf(function -> !handle(function, event, state));
  }

  /** Whether the function stays. */
  private static boolean handle(Sys.DebugFunction function, Tuple event, @Nullable Object state) {
    try {
      return function.handle(event, state);
    } catch (ProcessEnded e) {
      throw e;
    } catch (Exception e) { // the server is not to suffer from it
      CrashReport.log(Level.WARNING, "a debug function has failed and is removed: " + e);
      return false;
    }
  }

  private static String line(Tuple event) {
    return "*DBG* " + SystemLoop.shownName() + " " + DebugLine.of(event);
  }

  /** Whether it could be written. The file is not kept open: nobody would close it. */
  private static boolean write(Path file, String text, OpenOption... how) {
    try {
      Files.writeString(file, text, how);
      return true;
    } catch (IOException e) {
      return false; // as in OTP, the server is not to suffer from it
    }
  }

  List<Object> log() {
    return List.copyOf(log);
  }

  /** {@code {debug, What}}: the answer. */
  Object command(Object what) {
    if (what.equals(Sys.NO_DEBUG)) {
      trace = false;
      file = null;
      setLog(0);
      countedSince = null;
      functions.clear();
      return Atom.OK;
    }
    if (!(what instanceof Tuple tuple && tuple.size() == 2 && tuple.get(0) instanceof Atom name)) {
      return UNKNOWN;
    }
    var argument = tuple.get(1);
    return switch (name.name()) {
      case "trace" -> argument instanceof Boolean on ? trace(on) : UNKNOWN;
      case "log" -> log(argument);
      case "log_to_file" -> logToFile(argument);
      case "statistics" -> statistics(argument);
      case "install" -> install(argument);
      case "remove" -> {
        functions.remove(argument);
        yield Atom.OK;
      }
      default -> UNKNOWN;
    };
  }

  private Object trace(boolean on) {
    trace = on;
    return Atom.OK;
  }

  private Object log(Object what) {
    if (what.equals(GET)) {
      return Tuple.of(Atom.OK, log());
    }
    if (what.equals(PRINT)) {
      log.forEach(event -> Kernel.println(line(event)));
      return Atom.OK;
    }
    if (what instanceof Boolean on) {
      return setLog(on ? LOG : 0);
    }
    return what instanceof Tuple tuple
            && tuple.size() == 2
            && tuple.get(1) instanceof Number size
            && size.intValue() > 0
        ? setLog(size.intValue())
        : UNKNOWN;
  }

  /**
   * @param what a {@link Path}, or false; from another node a name, which is refused: files are not
   *     for others to write
   */
  private Object logToFile(Object what) {
    file = what instanceof Path path && write(path, "") ? path : null;
    return file != null || what.equals(false) ? Atom.OK : Tuple.of(Atom.ERROR, OPEN_FILE);
  }

  private Object setLog(int size) {
    logSize = size;
    while (log.size() > size) {
      log.poll();
    }
    return Atom.OK;
  }

  private Object statistics(Object what) {
    if (what.equals(GET)) {
      return Tuple.of(
          Atom.OK,
          countedSince == null
              ? NO_STATISTICS
              : ServerStatistics.asTerm(countedSince, now(), in, out));
    }
    if (what instanceof Boolean on) {
      countedSince = on ? now() : null;
      in = 0;
      out = 0;
      return Atom.OK;
    }
    return UNKNOWN;
  }

  private static LocalDateTime now() {
    return LocalDateTime.now(ZoneId.systemDefault());
  }

  private Object install(Object what) {
    if (what instanceof Tuple tuple
        && tuple.size() == 2
        && tuple.get(1) instanceof Sys.DebugFunction function) {
      functions.putIfAbsent(tuple.get(0), function);
      return Atom.OK;
    }
    return UNKNOWN; // a function of another node
  }
}
