package dev.retort;

import dev.retort.term.Dest;
import dev.retort.term.Name;
import dev.retort.term.Pid;
import dev.retort.term.Ref;
import dev.retort.term.Via;
import java.lang.System.Logger.Level;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Looks at messages that stay in this JVM while they are sent, and says where one can still be
 * changed. {@link Shareable} tells users what it does and how it is switched.
 *
 * <p>Off, it costs nothing: {@link #CHECK} is a constant to the JIT, which leaves {@link #check}'s
 * body out. Runs on the sender's thread.
 */
final class MessageCheck {
  /** What comes of a message that can still be changed. */
  enum Mode {
    OFF,
    REPORT,
    THROW
  }

  /** How many places in messages of one class are reported; the rest is more of the same. */
  private static final int REPORTS = 20;

  private static final @Nullable MessageCheck CHECK = create();

  private final Mode mode;
  private final Consumer<String> log;
  private final ClassValue<Set<String>> reported =
      new ClassValue<>() {
        @Override
        protected Set<String> computeValue(Class<?> type) {
          return ConcurrentHashMap.newKeySet();
        }
      };

  MessageCheck(Mode mode, Consumer<String> log) {
    this.mode = mode;
    this.log = log;
  }

  private static @Nullable MessageCheck create() {
    var mode = mode(System.getProperty(Shareable.PROPERTY), MessageCheck.class);
    return mode == Mode.OFF
        ? null
        : new MessageCheck(mode, text -> CrashReport.log(Level.WARNING, text));
  }

  /** The mode that the property's value stands for; without one, what assertions say. */
  static Mode mode(@Nullable String value, Class<?> assertions) {
    var byDefault = assertions.desiredAssertionStatus() ? Mode.REPORT : Mode.OFF;
    return switch (value == null ? "" : value.toLowerCase(Locale.ROOT)) {
      case "" -> byDefault;
      case "off" -> Mode.OFF;
      case "report" -> Mode.REPORT;
      case "throw" -> Mode.THROW;
      default -> {
        CrashReport.log(
            Level.WARNING,
            Shareable.PROPERTY + " is report, throw or off, not " + value + "; taken as report");
        yield Mode.REPORT;
      }
    };
  }

  /** Checks what is about to be given to a process of this JVM. */
  static void check(@Nullable Object message) {
    if (CHECK != null) {
      CHECK.inspect(message);
    }
  }

  /** Checks what {@code node} is about to send, if it does not leave the JVM. */
  static void check(Node node, Dest to, Object message) {
    if (CHECK != null && staysHere(node, to)) {
      CHECK.inspect(message);
    }
  }

  private static boolean staysHere(Node node, Dest to) {
    return switch (to) {
      case LocalPid pid -> true;
      case Pid pid -> pid.node().equals(node.name());
      case Ref alias -> alias.node().equals(node.name());
      case Name name -> name.node() == null || name.node().equals(node.name());
      case Via via -> true; // if it leads to another node, nothing is lost
    };
  }

  void inspect(@Nullable Object message) {
    if (message == null) {
      return;
    }
    var mutable = MutablePlace.in(message);
    if (mutable == null) {
      return;
    }
    if (mode == Mode.THROW) {
      throw new IllegalArgumentException(mutable.description());
    }
    var before = reported.get(message.getClass());
    if (before.size() < REPORTS && before.add(mutable.kind())) {
      log.accept("A message can still be changed: " + mutable.description() + sender());
    }
  }

  /** Where in the user's code the message is sent. */
  private static String sender() {
    var kernel = codeSource(MessageCheck.class);
    return StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE)
        .walk(
            frames ->
                frames
                    .filter(frame -> !Objects.equals(codeSource(frame.getDeclaringClass()), kernel))
                    .findFirst())
        .map(frame -> "\nSent at " + frame.toStackTraceElement())
        .orElse("");
  }

  private static @Nullable Object codeSource(Class<?> type) {
    var source = type.getProtectionDomain().getCodeSource();
    return source == null ? null : source.getLocation();
  }
}
