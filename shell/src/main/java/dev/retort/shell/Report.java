package dev.retort.shell;

import dev.retort.etf.Inspect;
import dev.retort.term.Pid;
import java.util.List;
import java.util.function.Function;
import jdk.jshell.Diag;
import org.jspecify.annotations.Nullable;

/** Says in words what an evaluation came to, as iex words it. Each text ends its line. */
final class Report {
  private final Style style;
  private final CrashReport crashes;

  /**
   * A report in a style.
   *
   * @param places gives the place of a snippet by its id
   */
  Report(Style style, Function<String, @Nullable Place> places) {
    this.style = style;
    this.crashes = new CrashReport(places);
  }

  String value(@Nullable Object value) {
    return style.value(Inspect.inspect(value)) + "\n";
  }

  String remark(String remark) {
    return style.remark("// " + remark) + "\n";
  }

  /** What to say of an evaluation that failed. */
  String failure(Evaluation evaluation, Place place) {
    return switch (evaluation) {
      case Evaluation.Rejected(var source, var errors) -> red(rejected(source, errors, place));
      case Evaluation.Crashed(var error, var mapped) -> red(crashes.text(error, mapped));
      case Evaluation.Interrupted interrupted -> red("** interrupted\n");
      default -> ""; // an exit has been reported when it came
    };
  }

  /** An exit signal has ended the shell's process. */
  String exit(Pid process, Object reason) {
    var why =
        reason instanceof Throwable error
            ? "an exception was raised:\n    " + crashes.banner(error)
            : Inspect.inspect(reason);
    return red("** (EXIT from " + process + ") shell process exited with reason: " + why + "\n");
  }

  private String red(String lines) {
    return style.error(lines.stripTrailing()) + "\n";
  }

  private static String rejected(String source, List<Diag> errors, Place place) {
    if (errors.isEmpty()) {
      return "** (CompileError) " + place.line(1) + ": this cannot be evaluated\n";
    }
    var text = new StringBuilder();
    for (var error : errors) {
      var found = SourceError.of(source, error);
      text.append(found.text(place));
      if (found.syntax()) {
        break; // what the parser says after the first is mostly its own confusion
      }
    }
    return text.toString();
  }
}
