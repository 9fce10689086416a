package dev.retort.shell;

import dev.retort.ExitException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;
import jdk.jshell.EvalException;
import jdk.jshell.JShellException;
import jdk.jshell.UnresolvedReferenceException;
import org.jspecify.annotations.Nullable;

/**
 * An exception that left typed code, with the part of its stack that is the user's: typed code by
 * the prompt and line it was typed at, libraries by class and line, without JShell and the shell.
 */
final class CrashReport {
  private static final int MOST_FRAMES = 20;

  /** The classes that JShell puts around what is typed. */
  private static final Pattern WRAPPER = Pattern.compile("REPL\\.\\$JShell\\$\\w+\\$?");

  private static final Pattern LAMBDA = Pattern.compile("lambda\\$.*");

  private final Function<String, @Nullable Place> places;

  CrashReport(Function<String, @Nullable Place> places) {
    this.places = places;
  }

  /**
   * Its text, several lines.
   *
   * @param mapped the same as JShell tells it, with the snippets in its stack
   */
  String text(Throwable error, @Nullable JShellException mapped) {
    var text = new StringBuilder();
    if (error instanceof ExitException exit && !(exit.reason() instanceof Throwable)) {
      return banner(exit) + "\n";
    }
    text.append(banner(error)).append('\n');
    switch (mapped) {
      case UnresolvedReferenceException unresolved -> append(unresolved.getStackTrace(), text);
      case EvalException thrown -> {
        append(thrown.getStackTrace(), text);
        appendCauses(thrown, text);
      }
      case null, default -> {}
    }
    return text.toString();
  }

  private void appendCauses(EvalException thrown, StringBuilder text) {
    for (var cause = thrown.getCause();
        cause instanceof EvalException its;
        cause = its.getCause()) {
      text.append("  caused by ").append(banner(its)).append('\n');
      append(its.getStackTrace(), text);
    }
  }

  /** Its first line: {@code ** (java.lang.ArithmeticException) / by zero}. */
  String banner(Throwable error) {
    if (error instanceof ExitException) {
      return "** (exit) " + error.getMessage();
    }
    return error instanceof UndeclaredException
        ? "** (UndefinedFunctionError) " + error.getMessage()
        : banner(error.getClass().getName(), error.getMessage());
  }

  private static String banner(EvalException thrown) {
    return banner(thrown.getExceptionClassName(), thrown.getMessage());
  }

  private static String banner(String type, @Nullable String message) {
    var said = message == null || message.isEmpty() ? "" : " " + message;
    return "** (" + readable(type) + ")" + readable(said);
  }

  /** Without the names of the classes that JShell puts around what is typed. */
  static String readable(String text) {
    return WRAPPER.matcher(text).replaceAll("");
  }

  private void append(StackTraceElement[] stack, StringBuilder text) {
    var frames = frames(stack);
    for (var frame : frames.subList(0, Math.min(MOST_FRAMES, frames.size()))) {
      text.append("    at ").append(frame).append('\n');
    }
    if (frames.size() > MOST_FRAMES) {
      text.append("    ... ").append(frames.size() - MOST_FRAMES).append(" more\n");
    }
  }

  private List<String> frames(StackTraceElement[] stack) {
    var frames = new ArrayList<String>();
    for (var frame : stack) {
      var file = frame.getFileName();
      if (file != null && file.startsWith("#")) {
        frames.add(typed(frame, file.substring(1)));
      } else if (!isInternal(frame.getClassName())) {
        frames.add(library(frame));
      }
    }
    return frames;
  }

  private String typed(StackTraceElement frame, String snippet) {
    var place = places.apply(snippet);
    var where = place == null ? "jex" : place.line(frame.getLineNumber());
    var type = readable(frame.getClassName());
    var method = LAMBDA.matcher(frame.getMethodName()).replaceAll("lambda");
    var name = type.isEmpty() || method.isEmpty() ? type + method : type + "." + method;
    return name.isEmpty() ? where : name + "(" + where + ")";
  }

  private static String library(StackTraceElement frame) {
    var module = frame.getModuleName();
    return (module == null ? "" : module + "/")
        + frame.getClassName()
        + "."
        + frame.getMethodName()
        + (frame.isNativeMethod()
            ? "(native)"
            : frame.getFileName() == null
                ? ""
                : "(" + frame.getFileName() + ":" + frame.getLineNumber() + ")");
  }

  /** What the user did not call: the shell, and the kernel behind its public functions. */
  private static boolean isInternal(String type) {
    return type.startsWith("dev.retort.shell.")
        || type.startsWith("jdk.jshell.")
        || type.startsWith("jdk.internal.")
        || type.startsWith("java.lang.reflect.")
        || type.startsWith("dev.retort.Local")
        || type.startsWith("dev.retort.Runner");
  }
}
