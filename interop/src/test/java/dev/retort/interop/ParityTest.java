package dev.retort.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** {@code docs/otp-parity.md} is true: it names all that Elixir has, and only what Retort has. */
class ParityTest {
  /** What the page compares with. Others have functions more and fewer, most for their own use. */
  private static final String COMPARED = "Elixir 1.14 on OTP 25";

  /**
   * Prints which Elixir it is, then "module name/arity" for all that a user of these modules can
   * call or implement.
   */
  private static final String QUESTION =
      """
      [major, minor | _] = String.split(System.version(), ".")
      IO.puts("Elixir #{major}.#{minor} on OTP #{System.otp_release()}")

      for module <- [Agent, Application, DynamicSupervisor, GenServer, Node, PartitionSupervisor,
                     Process, Registry, Supervisor, Task, Task.Supervisor, Kernel] do
        callbacks =
          if Code.ensure_loaded?(module) and function_exported?(module, :behaviour_info, 1),
            do: module.behaviour_info(:callbacks),
            else: []

        for {name, arity} <-
              module.__info__(:functions) ++ module.__info__(:macros) ++ callbacks,
            do: IO.puts("#{inspect(module)} #{name}/#{arity}")
      end

      for {name, arity} <-
            :gen_statem.module_info(:exports) ++ :gen_statem.behaviour_info(:callbacks),
          do: IO.puts("gen_statem #{name}/#{arity}")

      for module <- [:gen_server, :sys, :erpc, :rpc, :global, :pg],
          {name, arity} <- module.module_info(:exports),
          do: IO.puts("#{module} #{name}/#{arity}")
      """;

  /** Kernel's functions on processes and nodes; the rest of it is not Retort's affair. */
  private static final Pattern OF_PROCESSES =
      Pattern.compile("(self|send|spawn|spawn_link|spawn_monitor|exit|node|make_ref)/\\d");

  /** What marks a row for functions that are newer than the oldest Elixir that is supported. */
  private static final Pattern NEWER = Pattern.compile("Elixir 1\\.\\d\\d");

  /** A test method, up to its name. */
  private static final Pattern TEST =
      Pattern.compile(
          "@(?:Test|ParameterizedTest|RepeatedTest|Property)\\b[^;]*?\\bvoid (\\w+)\\(");

  private static ParityTable table;
  private static String version;
  private static Map<String, Set<String>> elixir;

  @BeforeAll
  static void readBoth() throws IOException, InterruptedException {
    table = ParityTable.read();
    var answer = askElixir();
    version = answer.getFirst();
    elixir = functions(answer.subList(1, answer.size()));
  }

  private static void assumeThatItIsCompared() {
    assumeTrue(
        version.equals(COMPARED), "docs/otp-parity.md compares " + COMPARED + ", not " + version);
  }

  @Test
  void everyFunctionHasARow() {
    assumeThatItIsCompared();
    var missing = new TreeSet<String>();
    elixir.forEach(
        (module, functions) -> {
          var listed = table.functions(module);
          functions.stream()
              .filter(function -> !listed.contains(function))
              .forEach(function -> missing.add(module + "." + function));
        });
    assertThat(elixir).hasSize(19);
    assertThat(missing).as("not in docs/otp-parity.md").isEmpty();
  }

  @Test
  void everyRowIsOfAFunctionThatThereIs() {
    assumeThatItIsCompared();
    var unknown = new TreeSet<String>();
    for (var row : table.part(ParityTable.FUNCTIONS)) {
      if (!NEWER.matcher(row.notes()).find()) {
        row.functions().stream()
            .filter(function -> !elixir.getOrDefault(row.section(), Set.of()).contains(function))
            .forEach(function -> unknown.add(row.section() + "." + function));
      }
    }
    assertThat(unknown).as("not in this Elixir, and not marked as newer").isEmpty();
  }

  @Test
  void everyMethodThatIsNamedExists() {
    var named = new LinkedHashSet<>(methods(""));
    named.addAll(methods(ParityTable.FUNCTIONS));
    assertThat(named).hasSizeGreaterThan(100);
    assertThat(named.stream().filter(method -> !isPublic(method)).toList())
        .as("no public methods of classes in dev.retort")
        .isEmpty();
  }

  @Test
  void everyTestThatIsNamedExists() throws IOException {
    var named = methods(ParityTable.TESTS);
    assertThat(named).hasSizeGreaterThan(100);
    var tests = new TreeMap<String, Set<String>>();
    for (var test : named) {
      if (!tests.containsKey(test.type())) {
        tests.put(test.type(), testsOf(test.type()));
      }
    }
    assertThat(
            named.stream()
                .filter(test -> !tests.getOrDefault(test.type(), Set.of()).contains(test.name()))
                .toList())
        .as("no tests of classes in dev.retort")
        .isEmpty();
  }

  @Test
  void everyRowHasACounterpartOrAReason() {
    var silent =
        table.rows().stream()
            .filter(row -> !row.namesMethods())
            .filter(row -> !row.ours().startsWith("to come"))
            .filter(row -> !(row.ours().equals("none") && !row.notes().isEmpty()))
            .filter(row -> !row.ours().matches("does not apply: .+"))
            .toList();
    assertThat(silent).isEmpty();
  }

  private static Set<ParityTable.Method> methods(String part) {
    return table.methods().getOrDefault(part, Set.of());
  }

  private static List<String> askElixir() throws IOException, InterruptedException {
    var process =
        new ProcessBuilder("elixir", "-e", QUESTION)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    process.getOutputStream().close();
    var answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).isZero();
    return answer.lines().toList();
  }

  private static Map<String, Set<String>> functions(List<String> lines) {
    var functions = new TreeMap<String, Set<String>>();
    for (var line : lines) {
      int space = line.indexOf(' ');
      var module = line.substring(0, space);
      var function = line.substring(space + 1);
      if (!module.equals("Kernel") || OF_PROCESSES.matcher(function).matches()) {
        functions.computeIfAbsent(module, any -> new TreeSet<>()).add(function);
      }
    }
    return functions;
  }

  private static boolean isPublic(ParityTable.Method method) {
    var type = type(method.type());
    return type != null
        && Arrays.stream(type.getMethods()).anyMatch(each -> each.getName().equals(method.name()));
  }

  private static @Nullable Class<?> type(String name) {
    var nested = name.replaceAll("([A-Z]\\w*)\\.", "$1\\$"); // Task.Reply is Task$Reply
    try {
      return Class.forName("dev.retort." + nested);
    } catch (ClassNotFoundException e) {
      return null;
    }
  }

  /** The tests that the source of a class has; none if there is no such class. */
  private static Set<String> testsOf(String type) throws IOException {
    var file = Path.of("src/test/java/dev/retort", type.replace('.', '/') + ".java");
    for (var module : List.of("core", "node", "interop")) {
      var source = Nodes.HOME.resolve(module).resolve(file);
      if (Files.exists(source)) {
        return tests(Files.readString(source));
      }
    }
    return Set.of();
  }

  private static Set<String> tests(String source) {
    return TEST.matcher(source)
        .results()
        .map(match -> match.group(1))
        .collect(Collectors.toUnmodifiableSet());
  }
}
