package dev.retort;

import dev.retort.term.Atom;
import dev.retort.term.Tuple;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * An application could not be loaded, started, stopped or unloaded: what OTP's {@code {error,
 * Reason}} says. Its message is what Elixir's {@code Application.format_error/1} is for.
 */
public final class ApplicationException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final transient Object reason;

  private ApplicationException(Object reason, String message) {
    super(message, cause(reason));
    this.reason = reason;
  }

  /** What failed, with {@code name}, for this reason. */
  static ApplicationException of(String name, Object reason) {
    return new ApplicationException(reason, "application " + name + ": " + explain(reason));
  }

  /** That of {@code failed}, on the way to start others. */
  static ApplicationException of(String name, ApplicationException failed) {
    return new ApplicationException(
        Tuple.of(Atom.of(name), failed.reason), String.valueOf(failed.getMessage()));
  }

  static ApplicationException ring(List<String> names) {
    return new ApplicationException(
        Tuple.of(Atom.of("circular_dependency"), names.stream().map(Atom::of).toList()),
        "these applications depend on each other in a ring, so that none can be started first: "
            + String.join(" -> ", names));
  }

  /**
   * As OTP names it: {@code {already_started, Name}}, {@code {not_started, Name}}, {@code
   * {bad_return, _}} ...
   */
  public Object reason() {
    return reason;
  }

  /** A reason as a sentence that tells what to do: {@code Application.format_error/1}. */
  static String explain(Object reason) {
    if (!(reason instanceof Tuple tuple) || tuple.size() != 2) {
      return ReportText.exit(reason);
    }
    if (tuple.get(1) instanceof Tuple call && isCall(call)) {
      return callback(call) + " returned an error: " + ReportText.exit(tuple.get(0));
    }
    if (tuple.get(0) instanceof Atom what) {
      var explained = explain(what.name(), tuple.get(1));
      if (explained != null) {
        return explained;
      }
    } else if (tuple.get(0).equals(Applications.NO_FILE)) {
      return "could not find it: load(...) makes it known, or a provider of the service "
          + Application.class.getName()
          + " with this name";
    }
    return ReportText.exit(reason);
  }

  private static @Nullable String explain(String what, Object of) {
    return switch (what) {
      case "already_started" -> "already started; ensureStarted does nothing then";
      case "already_loaded" -> "already loaded; ensureLoaded does nothing then";
      case "not_loaded" -> "not loaded";
      case "not_started" ->
          "not started application " + name(of) + "; ensureAllStarted starts what others need, too";
      case "not_running" -> "application " + name(of) + ", which it depends on, has ended";
      case "running" -> "still runs; stop it, so that it can be unloaded";
      case "bad_environment_value" -> badValue(of);
      case "bad_return" -> badReturn(of);
      default -> null;
    };
  }

  private static String badValue(Object of) {
    return of instanceof Tuple pair && pair.size() == 2
        ? "the system property " + pair.get(0) + " is " + pair.get(1)
        : CrashReport.inspect(of);
  }

  private static String badReturn(Object of) {
    if (!(of instanceof Tuple pair) || !(pair.get(0) instanceof Tuple call)) {
      return CrashReport.inspect(of);
    }
    return pair.get(1) instanceof Tuple exit && exit.get(0).equals(Applications.EXIT)
        ? callback(call) + " failed: " + ReportText.exit(exit.get(1))
        : callback(call)
            + " returned a bad value: "
            + CrashReport.inspect(pair.get(1))
            + "; the pid of its top supervisor was expected";
  }

  static boolean isCall(Tuple call) {
    return call.size() == 3 && call.get(0) instanceof Atom && call.get(2) instanceof List<?>;
  }

  static String callback(Tuple call) {
    var arguments = ((List<?>) call.get(2)).stream().map(CrashReport::inspect);
    return name(call.get(0)).replaceFirst("^Elixir\\.", "")
        + "."
        + name(call.get(1))
        + "("
        + arguments.collect(Collectors.joining(", "))
        + ")";
  }

  private static String name(Object atom) {
    return atom instanceof Atom named ? named.name() : CrashReport.inspect(atom);
  }

  /** The exception of the user's code that is somewhere in a reason. */
  private static @Nullable Throwable cause(Object reason) {
    return switch (reason) {
      case Throwable thrown -> thrown;
      case Tuple tuple ->
          tuple.toList().stream()
              .map(ApplicationException::cause)
              .filter(found -> found != null)
              .findFirst()
              .orElse(null);
      default -> null;
    };
  }
}
