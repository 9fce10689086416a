package dev.retort.interop;

import static dev.retort.Kernel.exit;
import static dev.retort.Kernel.monitor;
import static dev.retort.Kernel.processInfo;
import static dev.retort.Kernel.receive;
import static dev.retort.Kernel.self;
import static dev.retort.Kernel.trapExit;
import static org.assertj.core.api.Assertions.assertThat;

import dev.retort.Down;
import dev.retort.Node;
import dev.retort.term.Atom;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The examples in Javadoc compile, run, and give what they say. */
@Timeout(60)
class JavadocExamplesTest {
  private static final List<Path> SOURCES =
      Stream.of("etf", "core")
          .map(module -> Nodes.HOME.resolve(module + "/src/main/java"))
          .toList();

  /** Compiled only: they need other nodes, or a name that another node of this machine may have. */
  private static final Set<String> COMPILED = Set.of("Node.java", "Erpc.java", "Rpc.java");

  private static final List<JavadocExamples> EXAMPLES = examples();
  private static final List<JavadocExamples> RUN =
      EXAMPLES.stream().filter(examples -> !COMPILED.contains(examples.file())).toList();

  /** Held, since it would be forgotten together with its level otherwise. */
  private static final Logger LOG = Logger.getLogger("dev.retort");

  @TempDir static Path classes;

  @BeforeAll
  static void logNoCrashes() {
    LOG.setLevel(Level.OFF); // some are what an example shows
  }

  @AfterAll
  static void logAgain() {
    LOG.setLevel(null);
  }

  private static List<JavadocExamples> examples() {
    try {
      var examples = new ArrayList<JavadocExamples>();
      for (var folder : SOURCES) {
        examples.addAll(JavadocExamples.in(folder));
      }
      return examples;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @BeforeAll
  static void compile() throws IOException {
    var programs = new ArrayList<JavaFileObject>();
    for (var examples : EXAMPLES) {
      programs.addAll(examples.program());
    }
    var errors = new DiagnosticCollector<JavaFileObject>();
    var options =
        List.of(
            "-proc:none",
            "-nowarn",
            "-d",
            classes.toString(),
            "-cp",
            System.getProperty("java.class.path"));
    var compiler = ToolProvider.getSystemJavaCompiler();
    compiler.getTask(null, null, errors, options, null, programs).call();
    assertThat(errors.getDiagnostics())
        .filteredOn(each -> each.getKind() == Diagnostic.Kind.ERROR)
        .isEmpty();
  }

  @ParameterizedTest
  @FieldSource("RUN")
  void examplesGiveWhatTheySay(JavadocExamples examples) throws Exception {
    try (var loader =
        new URLClassLoader(new URL[] {classes.toUri().toURL()}, getClass().getClassLoader())) {
      var program = loader.loadClass(examples.className()).getMethod("run");
      Node.current()
          .run(
              () -> {
                program.invoke(null);
                endAllLinked();
                return Atom.OK;
              });
    }
  }

  @Test
  void noneIsLeftOut() throws IOException {
    int marked = 0;
    for (var folder : SOURCES) {
      try (var files = Files.walk(folder)) {
        for (var file : files.filter(f -> f.toString().endsWith(".java")).toList()) {
          marked += Files.readString(file).split("<pre>|@snippet", -1).length - 1;
        }
      }
    }
    assertThat(EXAMPLES.stream().mapToInt(JavadocExamples::count).sum()).isEqualTo(marked);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Agent",
        "Application",
        "DynamicSupervisor",
        "GenServer",
        "PartitionSupervisor",
        "Registry",
        "StateMachine",
        "Supervisor",
        "Task",
        "TaskSupervisor"
      })
  void everyBehaviourSaysHowToSuperviseItAndWhenNotToUseIt(String behaviour) throws IOException {
    var source = Files.readString(SOURCES.getLast().resolve("dev/retort/" + behaviour + ".java"));
    var comment = source.substring(source.indexOf("/**"), source.indexOf("\npublic "));
    assertThat(comment.replaceAll("\\s+\\*\\s+", " "))
        .containsSubsequence("<pre>{@code", "<p>Supervise it", "Do not use it");
  }

  /** Ends what an example has started, so that its names are free for the next. */
  private static void endAllLinked() {
    trapExit(true);
    for (var pid : Objects.requireNonNull(processInfo(self())).links()) {
      var ref = monitor(pid);
      exit(pid, Atom.of("shutdown"));
      receive(ref, Down.class, down -> down.ref().equals(ref));
    }
  }
}
