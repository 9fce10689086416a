package dev.retort.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.retort.Node;
import dev.retort.NodeOptions;
import java.io.IOException;
import java.time.Duration;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Shells of one node at the terminal of another: {@code --remsh} of jex, iex and erl. */
class RemshTest {
  private static final String JEX = Nodes.HOME.resolve("jex").toString();

  /** How long a person would wait for a program to start, and its shell. */
  private static final Duration START = Duration.ofSeconds(60);

  private static final String REFUSAL = "a Retort node, a JVM, that opens no shell to other nodes";

  /** What newer iex say once more when they begin anew behind an interrupt. */
  private static final String GREETING = "(\nInteractive Elixir [^\n]*\n)?";

  @RegisterExtension final Nodes nodes = new Nodes();

  @Test
  void jexShowsTheShellOfAnElixirNode() throws IOException {
    var elixir = nodes.iex("elixir");
    var prompt = "iex\\(" + elixir.node() + "\\)\\d+>";
    var terminal = remsh(nodes.name("elixir")); // on this machine, where no host is given
    terminal.awaitEnd(prompt, START);
    gives(terminal, "value = 40", "40", prompt);
    gives(terminal, "value + v(1) + 1", "81", prompt);
    gives(terminal, "IO.puts(\"hi\")", "hi\n:ok", prompt);
    gives(terminal, "raise \"oops\"", "\\*\\* \\(RuntimeError\\) oops.*", prompt);
    terminal.type("[1,");
    // since Elixir 1.19 it asks for all the lines at once, as Erlang's shell does
    terminal.awaitEnd(Pattern.quote("[1,") + "\n(\\.\\.\\.|iex)\\(" + elixir.node() + "\\)\\d+>");
    gives(terminal, "value]", "\\[1, 40\\]", prompt);

    terminal.type("IO.gets(\"name? \")");
    terminal.awaitEnd("\nname\\?");
    gives(terminal, "Zoë", "\"Zoë\\\\n\"", prompt);
    completes(terminal, "val", "value");
    gives(terminal, "", "40", prompt);
    completes(terminal, "Enum.chunk_wh", "Enum.chunk_while");
    terminal.press("C-u");

    terminal.type("IO.puts(\"it \" <> \"runs\"); Process.sleep(:infinity)");
    terminal.await("\nit runs");
    terminal.press("C-c");
    terminal.awaitEnd("\\(EXIT\\) interrupted\n" + GREETING + prompt);

    terminal.press("C-d");
    awaitEnd(terminal);
    Awaitility.await().until(() -> elixir.value("Node.list(:hidden)").equals("[]"));
  }

  @Test
  void jexShowsTheShellOfAnErlangNode() throws IOException {
    erlang("erlang");
    var prompt = "\\(" + nodes.node("erlang") + "\\)\\d+>";
    var terminal = remsh(nodes.node("erlang"));
    terminal.awaitEnd(prompt, START);
    gives(terminal, "Value = 40.", "40", prompt);
    gives(terminal, "Value + v(1) + 1.", "81", prompt);
    gives(terminal, "io:format(\"hi~n~tp~n\", [\"ë\"]).", "hi\n\"ë\"\nok", prompt);
    gives(terminal, "1/0.", "\\*\\* exception error: .*", prompt);
    gives(terminal, "foo bar.", ".*syntax error before: bar", prompt);
    terminal.type("[1,");
    terminal.awaitEnd(Pattern.quote("[1,") + "\n" + prompt);
    gives(terminal, "Value].", "\\[1,40\\]", prompt);
    completes(terminal, "lists:keyre", "lists:keyreplace");
    terminal.press("C-u");

    terminal.type("io:put_chars([\"it \", \"runs\\n\"]), timer:sleep(infinity).");
    terminal.await("\nit runs");
    terminal.press("C-c");
    terminal.awaitEnd("exception exit: killed\n" + prompt);
    gives(terminal, "Value.", "40", prompt);

    terminal.press("C-d");
    awaitEnd(terminal);
  }

  @Test
  void jexIexAndErlShowTheShellOfARetortNode() throws IOException {
    var java = nodes.jex("java");
    var jex = remsh(java.node());
    var cookie = nodes.cookie();
    var iex =
        nodes.terminalWith(
            "iex --sname " + nodes.name("iex") + " --cookie " + cookie + " --remsh " + java.node());
    var erl =
        nodes.terminalWith(
            "erl -sname " + nodes.name("erl") + " -setcookie " + cookie + " -remsh " + java.node());
    var prompt = "jex\\(" + java.node() + "\\)\\d+>";
    for (var terminal : new Terminal[] {jex, iex, erl}) {
      terminal.awaitEnd(prompt, START);
      gives(terminal, "var value = 40", "40", prompt);
      gives(terminal, "value + (int) v(1) + 1", "81", prompt);
      gives(terminal, "println(\"hi\")", "hi\n:ok", prompt);
      gives(terminal, "1 / 0", "\\*\\* \\(java.lang.ArithmeticException\\).*", prompt);
      terminal.type("int twice(int n) {");
      terminal.awaitEnd("\\.\\.\\.\\(" + java.node() + "\\)\\d+>");
      terminal.type("return 2 * n; }");
      gives(terminal, "twice(value)", "80", prompt);
      completes(terminal, "StringBuff", "StringBuffer");
      terminal.press("C-u");
    }
    jex.type("println(\"it \" + \"runs\"); while (true) { }");
    jex.await("\nit runs");
    jex.press("C-c");
    jex.awaitEnd("\\*\\* interrupted\n" + prompt);
    gives(jex, "value", "40", prompt);
    jex.type("exit()");
    awaitEnd(jex);

    iex.type("println(\"it \" + \"runs\"); while (true) { }");
    iex.await("\nit runs");
    iex.press("C-g");
    iex.awaitEnd("-->");
    iex.type("i");
    iex.awaitEnd("--> i\\s+(Interrupted job [^\n]*\n)? *-->");
    iex.type("c");
    iex.await("\\*\\* interrupted");
    gives(iex, "value", "40", prompt);
    iex.type("exit()");
    iex.await("Shell process terminated!");

    erl.kill(); // its node is gone: so is the session
    var sessions =
        "(int) Thread.getAllStackTraces().keySet().stream()"
            + ".filter(each -> each.getName().equals(\"jex-session\")).count()";
    Awaitility.await().until(() -> java.value(sessions).equals("0"));
  }

  @Test
  void anApplicationOpensNoShellAndSaysSo() throws IOException {
    var options = NodeOptions.shortName(nodes.name("app")).withCookie(nodes.cookie());
    try (var app = Node.start(options)) {
      var name = app.name().name();
      assertThat(refused(name)).contains(name + " gives no shell: it is " + REFUSAL);
      var cookie = nodes.cookie();
      var iex =
          ending("iex --sname " + nodes.name("iex") + " --cookie " + cookie + " --remsh " + name);
      iex.await(
          "Could not (contact remote node %1$s, reason: \"|load \"%1$s\" on \\w+ \\(')it is "
                  .formatted(name)
              + REFUSAL,
          START);
      iex.await("ended with 1");
      var erl =
          ending("erl -sname " + nodes.name("erl") + " -setcookie " + cookie + " -remsh " + name);
      erl.await(name + "( gives you no shell: |\" on shell \\(')it is " + REFUSAL, START);
    }
    assertThat(refused(nodes.node("absent"))).contains("no node " + nodes.name("absent"));
  }

  @Test
  void aShellThatIsReadFromAPipeEndsWithItsInputOrItsNode() throws IOException {
    var elixir = nodes.iex("elixir");
    var first = nodes.run(JEX, "--remsh", elixir.node(), "--cookie", nodes.cookie());
    first.type("20 + 22");
    first.await(Pattern.compile("42\n"), START);
    assertThat(first.endInput()).isZero();

    var second = nodes.run(JEX, "--remsh", elixir.node(), "--cookie", nodes.cookie());
    second.await(Pattern.compile("1> "), START);
    elixir.kill();
    second.await("** the connection to " + elixir.node() + " is lost\n");
    assertThat(second.exitStatus()).isOne();
  }

  private Terminal remsh(String node) throws IOException {
    return nodes.terminal("--remsh " + node + " --cookie " + nodes.cookie());
  }

  /** A program that may end, but its screen stays, and says so. */
  private Terminal ending(String command) throws IOException {
    return nodes.terminalWith("sh -c '" + command + "; echo ended with $?; sleep 60'");
  }

  /** A plain Erlang node, ready. */
  private void erlang(String role) throws IOException {
    var erl = nodes.run("erl", "-sname", nodes.name(role), "-setcookie", nodes.cookie());
    erl.type("io:format(\"it ~s~n\", [up]).");
    erl.await(Pattern.compile("it up"), START);
  }

  /** Starts {@code jex --remsh} and sees it end with one sentence. */
  private String refused(String node) throws IOException {
    var jex = nodes.run(JEX, "--remsh", node, "--cookie", nodes.cookie());
    assertThat(jex.exitStatus(START)).isOne();
    assertThat(jex.unread().lines()).hasSize(1);
    return jex.unread();
  }

  private static void gives(Terminal terminal, String line, String answer, String prompt)
      throws IOException {
    terminal.type(line);
    terminal.awaitEnd(Pattern.quote(line) + " *\n(?s:" + answer + ")\n" + prompt);
  }

  private static void completes(Terminal terminal, String typed, String whole) throws IOException {
    terminal.press(typed);
    terminal.awaitEnd(Pattern.quote(typed));
    terminal.press("Tab");
    terminal.awaitEnd(Pattern.quote(whole) + ".?");
  }

  private static void awaitEnd(Terminal terminal) {
    Awaitility.await("the program in the terminal ends").until(() -> !terminal.isAlive());
  }
}
