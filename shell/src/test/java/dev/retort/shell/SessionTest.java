package dev.retort.shell;

import static dev.retort.shell.Shell.outputOf;
import static dev.retort.shell.Shell.screenOf;
import static dev.retort.shell.Shell.withoutPids;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SessionTest {
  @Test
  void playsTheArticlesTranscriptWithinOneNode() {
    var screen =
        screenOf(
            "record Hello(Object what) {}",
            "var receiver = spawnLink(() -> { switch (receive()) {",
            "    case Hello(Pid sender) -> send(sender, new Hello(\"Hello from receiver\"));",
            "    default -> println(\"I don't understand\");",
            "}})",
            "send(receiver, new Hello(self()))",
            "receive(Hello.class).what()",
            "send(self(), new Hello(\"again\"))",
            "flush()");

    assertThat(withoutPids(screen))
        .isEqualTo(
            """
            jex(1)> record Hello(Object what) {}
            jex(2)> var receiver = spawnLink(() -> { switch (receive()) {
            ...(2)>     case Hello(Pid sender) -> send(sender, new Hello("Hello from receiver"));
            ...(2)>     default -> println("I don't understand");
            ...(2)> }})
            #PID<...>
            jex(3)> send(receiver, new Hello(self()))
            {:hello, #PID<...>}
            jex(4)> receive(Hello.class).what()
            "Hello from receiver"
            jex(5)> send(self(), new Hello("again"))
            {:hello, "again"}
            jex(6)> flush()
            {:hello, "again"}
            :ok
            """);
  }

  @Test
  void showsValuesAsTermsAndOkForWhatReturnsNothing() {
    assertThat(
            outputOf(
                "1 + 1",
                "null",
                "List.of(1, 2.5, \"a\", true)",
                "Thread.onSpinWait()",
                "println(\"hi\")",
                "for (int i = 0; i < 2; i++) println(i)",
                "int unset",
                "int set = 5"))
        .isEqualTo("2\nnil\n[1, 2.5, \"a\", true]\n:ok\nhi\n:ok\n0\n1\n:ok\n5\n");
  }

  @Test
  void showsTheLastValueOfALineAndEachLineOfAPaste() {
    assertThat(screenOf("int a = 1; int b = 2; a + b // three", "v()"))
        .isEqualTo("jex(1)> int a = 1; int b = 2; a + b // three\n3\njex(2)> v()\n3\n");
    assertThat(outputOf("int c = 3;\nint d = 4;\nc * d", "v(2)")).endsWith("\n3\n4\n12\n4\n");
  }

  @Test
  void takesALinesEndForASemicolonInAPasteUnlessADotFollows() {
    assertThat(outputOf("int c = 3\nint d = List.of(4)\n  .getFirst()\nc * d"))
        .endsWith("\n3\n4\n12\n");
    assertThat(outputOf("if (1 > 2)\n  println(1);\nelse\n  println(2);\n\n\"end\""))
        .endsWith("\n2\n:ok\n\"end\"\n");
  }

  @Test
  void ignoresBlankLinesAndComments() {
    assertThat(screenOf("", "   ", "// nothing", "1"))
        .isEqualTo("jex(1)> \njex(1)>    \njex(1)> // nothing\njex(1)> 1\n1\n");
  }

  @Test
  void keepsTheNumberOfAnInputThatFailed() {
    assertThat(screenOf("nosuch", "1"))
        .startsWith("jex(1)> nosuch\n** (CompileError) jex:1: cannot find symbol\n")
        .endsWith("jex(1)> 1\n1\n");
  }

  @Test
  void pointsAtThePlaceOfASyntaxError() {
    assertThat(outputOf("int x = 1 +* 2"))
        .isEqualTo(
            """
            ** (SyntaxError) jex:1: illegal start of expression
               |
               | int x = 1 +* 2
               |            ^
            """);
    assertThat(outputOf("void f() {", "  int y = ;"))
        .isEqualTo(
            """
            ** (SyntaxError) jex:1:2: illegal start of expression
                |
              2 |   int y = ;
                |           ^
            """);
  }

  @Test
  void goesOnInANewProcessAfterACrash() {
    var lines =
        outputOf("var before = self()", "1 / 0", "var after = self()", "before.equals(after)")
            .lines()
            .toList();

    assertThat(lines.subList(1, 3))
        .containsExactly("** (java.lang.ArithmeticException) / by zero", "    at jex:2");
    assertThat(lines.getLast()).isEqualTo("false");
  }

  @Test
  void tellsTheLinesOfTypedCodeInAStack() {
    assertThat(
            outputOf(
                "int divide(int by) {",
                "  return 1 / by;",
                "}",
                "class Calculator { int calculate() { return divide(0); } }",
                "new Calculator().calculate()"))
        .isEqualTo(
            """
            ** (java.lang.ArithmeticException) / by zero
                at divide(jex:1:2)
                at Calculator.calculate(jex:2)
                at jex:3
            """);
  }

  @Test
  void keepsVariablesWhenTheProcessIsNew() {
    assertThat(outputOf("int x = 7", "throw new Error(\"gone\")", "x"))
        .isEqualTo("7\n** (java.lang.Error) gone\n    at jex:2\n7\n");
  }

  @Test
  void takesLinkedProcessesAlong() {
    assertThat(
            outputOf(
                "var linked = spawnLink(() -> receive())",
                "throw new IllegalStateException(\"x\")",
                "monitor(linked)",
                "receive(Down.class, Duration.ofSeconds(10)) != null"))
        .contains("** (java.lang.IllegalStateException) x\n")
        .endsWith("true\n");
  }

  @Test
  void reportsAnExitSignalThatEndsItsProcess() {
    var output =
        outputOf(
            "var helper = spawnLink(() -> { receive(); exit(Atom.of(\"boom\")); })",
            "{ send(helper, Atom.OK); receive(); }",
            "self()");

    assertThat(withoutPids(output))
        .isEqualTo(
            """
            #PID<...>
            ** (EXIT from #PID<...>) shell process exited with reason: :boom
            #PID<...>
            """);
  }

  @Test
  void reportsAnExitOfItsOwn() {
    assertThat(outputOf("exit(\"bye\")", "1")).isEqualTo("** (exit) \"bye\"\n1\n");
  }

  @Test
  void endsAtExitAndGoesOnAfterRespawn() {
    assertThat(screenOf("respawn()", "exit()", "println(\"never\")"))
        .isEqualTo("jex(1)> respawn()\njex(2)> exit()\n");
  }

  @Test
  void survivesErrorsOfTheJvm() {
    assertThat(
            outputOf(
                "int deep(int n) { return deep(n + 1) + 1; }",
                "deep(0)",
                "new long[Integer.MAX_VALUE].length",
                "throw new ThreadDeath()",
                "\"alive\""))
        .contains("** (java.lang.StackOverflowError)", "** (java.lang.OutOfMemoryError)")
        .endsWith("\"alive\"\n");
  }

  @Test
  void survivesInputThatTheCompilerCannotTake() {
    var nested = "(".repeat(20_000) + "1" + ")".repeat(20_000);

    assertThat(outputOf(nested, "\"alive\"")).contains("** (").endsWith("\"alive\"\n");
  }

  @Test
  void saysWhatAMethodStillNeeds() {
    assertThat(
            outputOf(
                "int twice() { return 2 * once(); }",
                "twice()",
                "int once() { return 1; }",
                "twice()"))
        .isEqualTo(
            """
            // twice cannot be used until method once() is declared
            ** (UndefinedFunctionError) twice cannot be used until method once() is declared
                at twice(jex:1)
                at jex:2
            // twice can be used now
            2
            """);
  }

  @Test
  void readsMessagesAsTheRecordsDeclaredSoFar() {
    assertThat(
            outputOf(
                "send(self(), Tuple.of(Atom.of(\"hello\"), 1L))",
                "record Hello(int n) {}",
                "receive(Hello.class).n()"))
        .isEqualTo("{:hello, 1}\n1\n");
  }

  @Test
  void remembersValuesByNumber() {
    assertThat(outputOf("\"one\"", "\"two\"", "v(1)", "v(-2)", "v(99)"))
        .startsWith(
            "\"one\"\n\"two\"\n\"one\"\n\"two\"\n** (java.util.NoSuchElementException) v(99) is out of bounds");
  }

  @Test
  void helpsAndInforms() {
    assertThat(outputOf("h()")).contains("flush()").endsWith(":ok\n");
    assertThat(outputOf("h(Pid.class)")).contains("class dev.retort.term.Pid", "int id()");
    assertThat(outputOf("h(\"Node.spawnLink\")")).contains("spawnLink(String node");
    assertThat(outputOf("i(List.of(1))")).startsWith("Term\n  [1]\n").contains("Length\n  1\n");
    assertThat(outputOf("pid(0, self().id(), self().serial()).equals(self())")).isEqualTo("true\n");
    assertThat(outputOf("pid(\"0.7.0\")")).isEqualTo("#PID<0.7.0>\n");
  }

  @Test
  void importsWhatAProgramNeedsWithoutAmbiguity() {
    assertThat(
            outputOf(
                "Class<?>[] all = { Node.class, Kernel.class, GenServer.class, Supervisor.class,"
                    + " Agent.class, Task.class, Registry.class, Exit.class, Down.class, Atom.class,"
                    + " Tuple.class, Pid.class, Ref.class, Name.class, Duration.class, Stream.class,"
                    + " Function.class, TimeUnit.class, BigInteger.class, Path.class, Pattern.class }",
                "all.length"))
        .endsWith("21\n");
  }

  @Test
  void tellsThatItsFunctionsAreItsOwn() {
    assertThat(
            outputOf(
                "spawnMonitor(() -> v())",
                "((Throwable) receive(Down.class).reason()).getMessage()"))
        .contains("call it at the prompt");
  }
}
