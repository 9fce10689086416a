package dev.retort.shell;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/**
 * What the command line says; iex's flags.
 *
 * @param shortName {@code --sname}
 * @param longName {@code --name}
 * @param cookie {@code --cookie}; null for the one in the user's file
 * @param code what is to be evaluated, in order: {@code -e}
 * @param files what is to be evaluated before that
 */
record Options(
    @Nullable String shortName,
    @Nullable String longName,
    @Nullable String cookie,
    boolean hidden,
    boolean noHalt,
    List<String> code,
    List<Path> files,
    boolean version,
    boolean help) {

  /** A command line that cannot be followed; the message says why. */
  static final class Refused extends Exception {
    private static final long serialVersionUID = 1;

    Refused(String message) {
      super(message);
    }
  }

  /** Whether there is code to evaluate instead of a prompt. */
  boolean isBatch() {
    return !code.isEmpty() || !files.isEmpty();
  }

  static Options parse(String... arguments) throws Refused {
    try {
      return of(new CommandLine(SPEC.get()).parseArgs(arguments));
    } catch (ParameterException e) {
      throw new Refused(String.valueOf(e.getMessage()).lines().findFirst().orElse("bad arguments"));
    }
  }

  private static Options of(ParseResult given) throws Refused {
    if (given.hasMatchedOption("--remsh")) {
      throw new Refused("--remsh is not there yet: use --sname NAME and Node.connect at the prompt");
    }
    if (given.hasMatchedOption("--sname") && given.hasMatchedOption("--name")) {
      throw new Refused("--sname and --name exclude each other");
    }
    boolean named = given.hasMatchedOption("--sname") || given.hasMatchedOption("--name");
    if (!named && (given.hasMatchedOption("--cookie") || given.hasMatchedOption("--hidden"))) {
      throw new Refused("--cookie and --hidden need a node name: --sname NAME or --name NAME@HOST");
    }
    return new Options(
        given.matchedOptionValue("--sname", null),
        given.matchedOptionValue("--name", null),
        given.matchedOptionValue("--cookie", null),
        given.hasMatchedOption("--hidden"),
        given.hasMatchedOption("--no-halt"),
        given.matchedOptionValue("--eval", List.of()),
        given.matchedPositionalValue(0, List.of()),
        given.hasMatchedOption("--version"),
        given.hasMatchedOption("--help"));
  }

  static String usage() {
    return new CommandLine(SPEC.get()).getUsageMessage(CommandLine.Help.Ansi.OFF);
  }

  private static final class SPEC {
    /** Built by hand: reading annotations would cost each start some time. */
    static CommandSpec get() {
      var spec = CommandSpec.create().name("jex");
      spec.usageMessage()
          .description("A Java shell that is a node of an Erlang, Elixir and Retort cluster.%n")
          .footer(
              "",
              "Without -e and FILE there is a prompt; h() tells what can be called there. With them",
              "the code is evaluated and jex ends: with 0, or with 1 at the first failure. When the",
              "input is no terminal, its lines are evaluated as if they were typed, and jex ends",
              "with 1 if one of them failed.",
              "",
              "NO_COLOR in the environment turns colours off. What is typed is kept in",
              "~/.jex_history.");
      spec.addOption(
          value("--sname", "NAME", "Starts a node with a short name, NAME or NAME@HOST"));
      spec.addOption(value("--name", "NAME@HOST", "Starts a node with a long name"));
      spec.addOption(
          value("--cookie", "C", "The cookie; without it the one in ~/.erlang.cookie"));
      spec.addOption(flag("Other nodes do not list this one among the visible", "--hidden"));
      spec.addOption(
          flag("Stays up when the code or the input is at its end", "--no-halt"));
      spec.addOption(value("--remsh", "NODE", "Not there yet"));
      spec.addOption(
          OptionSpec.builder("-e", "--eval")
              .paramLabel("CODE")
              .type(List.class)
              .auxiliaryTypes(String.class)
              .arity("1")
              .description("Evaluates CODE; may be given several times")
              .build());
      spec.addOption(flag("Prints the version", "--version"));
      spec.addOption(flag("Prints this", "-h", "--help"));
      spec.addPositional(
          PositionalParamSpec.builder()
              .paramLabel("FILE")
              .type(List.class)
              .auxiliaryTypes(Path.class)
              .arity("0..*")
              .description("Evaluates the snippets of FILE, before any CODE")
              .build());
      return spec;
    }

    private static OptionSpec value(String name, String label, String description) {
      return OptionSpec.builder(name)
          .paramLabel(label)
          .type(String.class)
          .arity("1")
          .description(description)
          .build();
    }

    private static OptionSpec flag(String description, String... names) {
      return OptionSpec.builder(names).type(boolean.class).arity("0").description(description).build();
    }
  }
}
