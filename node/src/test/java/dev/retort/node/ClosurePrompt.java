package dev.retort.node;

import dev.retort.Body;
import dev.retort.etf.Etf;
import java.io.File;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import jdk.jshell.JShell;
import jdk.jshell.Snippet;
import jdk.jshell.execution.LocalExecutionControl;
import jdk.jshell.spi.ExecutionControl;
import jdk.jshell.spi.ExecutionControlProvider;
import jdk.jshell.spi.ExecutionEnv;

/** A shell in this JVM, in which tests type. */
final class ClosurePrompt implements AutoCloseable {
  private static final Set<Snippet.Status> DONE =
      Set.of(Snippet.Status.VALID, Snippet.Status.OVERWRITTEN);

  private final JShell shell;

  ClosurePrompt() {
    shell =
        JShell.builder()
            .executionEngine(new InThisJvm(), Map.of())
            .compilerOptions("-classpath", classPath(Body.class, Etf.class, Printed.class))
            .build();
    type("import dev.retort.Body;");
    type("import static dev.retort.node.Printed.*;");
  }

  /** Where these classes come from, as a class path. */
  static String classPath(Class<?>... classes) {
    return Stream.of(classes)
        .map(ClosurePrompt::location)
        .distinct()
        .collect(Collectors.joining(File.pathSeparator));
  }

  /** The folder of classes, or the jar, that it is in; class and module path alike. */
  private static String location(Class<?> type) {
    return type.getProtectionDomain().getCodeSource().getLocation().getPath();
  }

  ClosurePrompt type(String line) {
    for (var event : shell.eval(line)) {
      if (event.exception() != null || !DONE.contains(event.status())) {
        throw new IllegalArgumentException(
            line
                + ": "
                + event.status()
                + shell.diagnostics(event.snippet()).map(d -> d.getMessage(null)).toList(),
            event.exception());
      }
    }
    return this;
  }

  /** The closure that this expression makes. */
  Body closure(String expression) {
    type("keep(" + expression + ");");
    return Printed.kept();
  }

  @Override
  public void close() {
    shell.close();
  }

  private static final class InThisJvm implements ExecutionControlProvider {
    @Override
    public String name() {
      return "in this JVM";
    }

    @Override
    public ExecutionControl generate(ExecutionEnv env, Map<String, String> parameters) {
      return new LocalExecutionControl(ClosurePrompt.class.getClassLoader());
    }
  }
}
