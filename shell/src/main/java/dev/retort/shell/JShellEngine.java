package dev.retort.shell;

import dev.retort.spi.RemoteShell.Expansion;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import jdk.jshell.DeclarationSnippet;
import jdk.jshell.Diag;
import jdk.jshell.JShell;
import jdk.jshell.Snippet;
import jdk.jshell.Snippet.Kind;
import jdk.jshell.Snippet.Status;
import jdk.jshell.Snippet.SubKind;
import jdk.jshell.SnippetEvent;
import jdk.jshell.SourceCodeAnalysis;
import jdk.jshell.SourceCodeAnalysis.Completeness;
import jdk.jshell.SourceCodeAnalysis.CompletionInfo;
import jdk.jshell.UnresolvedReferenceException;
import org.jspecify.annotations.Nullable;

/**
 * JShell, set up for the shell: compiles what is typed, keeps its variables and declarations, and
 * has it run by an {@link InProcessExecution}.
 *
 * <p>Used by one thread at a time.
 */
final class JShellEngine implements AutoCloseable {
  private final InProcessExecution execution;
  private final JShell jshell;

  /** Where a snippet stands, for stack traces. */
  private final Map<String, Place> places = new HashMap<>();

  JShellEngine(InProcessExecution execution) {
    this.execution = execution;
    jshell =
        JShell.builder()
            .executionEngine(execution.provider(), Map.of())
            .compilerOptions("-proc:none", "-Xlint:-options")
            .build();
    CompilerPath.ofThisJvm().ifPresent(jshell::addToClasspath);
    importDefaults();
  }

  /** In one piece if JShell takes it, since each costs a run of the compiler. */
  private void importDefaults() {
    var all = String.join(" ", DefaultImports.LINES);
    if (jshell.eval(all).stream().anyMatch(event -> event.status() != Status.VALID)) {
      DefaultImports.LINES.forEach(jshell::eval);
    }
  }

  /** JShell's view of a piece of source; for completion and documentation, too. */
  SourceCodeAnalysis analysis() {
    return jshell.sourceCodeAnalysis();
  }

  /** How complete {@code source} is, its first snippet and what remains after it. */
  CompletionInfo next(String source) {
    try {
      return analysis().analyzeCompletion(source);
    } catch (InternalError | StackOverflowError e) {
      return new Unreadable(source); // nested too deeply, say: the compiler will complain again
    }
  }

  /** What may stand behind {@code source}. */
  Expansion expand(String source) {
    var anchor = new int[1];
    var found =
        analysis().completionSuggestions(source, source.length(), anchor).stream()
            .map(SourceCodeAnalysis.Suggestion::continuation)
            .filter(each -> each.startsWith(source.substring(anchor[0])))
            .distinct()
            .toList();
    if (found.isEmpty()) {
      return Expansion.NONE;
    }
    var insert = found.stream().reduce(JShellEngine::common).orElse("");
    var added = insert.substring(source.length() - anchor[0]);
    return new Expansion(added, added.isEmpty() ? found : List.of());
  }

  private static String common(String one, String other) {
    int length = 0;
    while (length < Math.min(one.length(), other.length())
        && one.charAt(length) == other.charAt(length)) {
      length++;
    }
    return one.substring(0, length);
  }

  private record Unreadable(String source) implements CompletionInfo {
    @Override
    public Completeness completeness() {
      return Completeness.UNKNOWN;
    }

    @Override
    public String remaining() {
      return "";
    }
  }

  /** Where the snippet with this id was typed; null if unknown. */
  @Nullable Place placeOf(String snippet) {
    return places.get(snippet);
  }

  /**
   * Compiles and runs one snippet.
   *
   * @param place where it was typed
   */
  Evaluation evaluate(Piece piece, Place place) {
    Evaluation result = new Evaluation.Nothing();
    var remarks = new ArrayList<String>();
    execution.forget();
    for (var event : jshell.eval(piece.source())) {
      if (event.causeSnippet() != null) {
        remarks.addAll(consequence(event));
        continue;
      }
      places.put(event.snippet().id(), place);
      result = evaluation(piece, event);
      if (result.failed()) {
        return result;
      }
      if (result instanceof Evaluation.Declared(var its)) {
        remarks.addAll(its);
      }
    }
    return result instanceof Evaluation.Declared ? new Evaluation.Declared(remarks) : result;
  }

  private Evaluation evaluation(Piece piece, SnippetEvent event) {
    var snippet = event.snippet();
    if (event.status() == Status.REJECTED) {
      return new Evaluation.Rejected(
          piece.typed(), jshell.diagnostics(snippet).filter(Diag::isError).toList());
    }
    if (!isRun(snippet) || !event.status().isDefined()) {
      return new Evaluation.Declared(missing(snippet, event.status()));
    }
    return switch (execution.outcome()) {
      case Outcome.Returned(var value) when snippet.subKind() == SubKind.VAR_DECLARATION_SUBKIND ->
          new Evaluation.Declared(List.of());
      case Outcome.Returned(var value) when snippet.subKind().hasValue() ->
          new Evaluation.Value(value);
      case Outcome.Returned returned -> new Evaluation.Done();
      case Outcome.Threw(ShellFunctions.Left left) -> new Evaluation.Left();
      case Outcome.Threw(var error)
          when event.exception() instanceof UnresolvedReferenceException un ->
          new Evaluation.Crashed(undeclared(un, error), un);
      case Outcome.Threw(var error) -> new Evaluation.Crashed(error, event.exception());
      case Outcome.Interrupted interrupted -> new Evaluation.Interrupted();
      case Outcome.Exited exited -> new Evaluation.Exited();
    };
  }

  private UndeclaredException undeclared(UnresolvedReferenceException use, Throwable error) {
    var snippet = use.getSnippet();
    return new UndeclaredException(
        String.join("; ", missing(snippet, jshell.status(snippet))), error);
  }

  private static boolean isRun(Snippet snippet) {
    return switch (snippet.kind()) {
      case VAR, EXPRESSION, STATEMENT -> true;
      case IMPORT, TYPE_DECL, METHOD, ERRONEOUS -> false;
    };
  }

  private List<String> missing(Snippet snippet, Status status) {
    if (!(snippet instanceof DeclarationSnippet declaration)
        || (status != Status.RECOVERABLE_DEFINED && status != Status.RECOVERABLE_NOT_DEFINED)) {
      return List.of();
    }
    var names = jshell.unresolvedDependencies(declaration).toList();
    var errors = jshell.diagnostics(snippet).filter(Diag::isError).toList();
    var reason =
        names.isEmpty()
            ? errors.isEmpty() ? "" : ": " + errors.getFirst().getMessage(null)
            : " until "
                + String.join(" and ", names)
                + (names.size() == 1 ? " is" : " are")
                + " declared";
    return List.of(declaration.name() + " cannot be used" + reason);
  }

  private List<String> consequence(SnippetEvent event) {
    if (!(event.snippet() instanceof DeclarationSnippet declaration)) {
      return List.of();
    }
    var name = declaration.name();
    if (event.snippet().kind() == Kind.VAR && event.isSignatureChange()) {
      return List.of(
          name
              + (event.status() == Status.VALID ? " is reset" : " is gone")
              + ", since its type has been declared anew");
    }
    if (event.status() != Status.VALID) {
      return missing(event.snippet(), event.status());
    }
    return event.previousStatus() == Status.VALID ? List.of() : List.of(name + " can be used now");
  }

  @Override
  public void close() {
    jshell.close();
  }
}
