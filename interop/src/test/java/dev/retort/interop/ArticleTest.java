package dev.retort.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The article's transcript, typed into two real terminals. */
class ArticleTest {
  @RegisterExtension final Nodes nodes = new Nodes();

  private Terminal receiver;
  private Terminal sender;
  private String receiverNode;
  private int line = 1;

  @BeforeEach
  void startTwoTerminals() throws IOException {
    receiverNode = nodes.node("receiver");
    receiver = nodes.terminal("--cookie " + nodes.cookie() + " --sname " + nodes.name("receiver"));
    sender = nodes.terminal("--cookie " + nodes.cookie() + " --sname " + nodes.name("sender"));
    receiver.awaitEnd(Pattern.quote("jex(" + receiverNode + ")1>"));
    awaitPrompt();
  }

  @Test
  void theTranscript() throws IOException {
    spawnTheReceiver();
    enter("send(receiver, new Hello(self()))");
    sender.await("\\n\\{:hello, #PID<0\\.[0-9]+\\.0>}\\n");
    enter("flush()");
    sender.await("\\n\\{:hello, \"Hello from receiver\"}\\n:ok\\n");
  }

  @Test
  void whatItDoesNotUnderstandIsPrintedAtTheSender() throws IOException {
    spawnTheReceiver();
    enter("send(receiver, \"something else\")");
    sender.await("\\nI don't understand\\n");
    assertThat(receiver.screen()).doesNotContain("I don't understand");
  }

  @Test
  void killingTheReceiversJvmReachesTheLinkedShell() throws IOException {
    spawnTheReceiver();
    enter("self()");
    var before = lastPid();
    enter("Node.list()");
    sender.await(Pattern.quote("[" + Shell.atom(receiverNode) + "]"));

    receiver.kill();
    sender.await("noconnection");

    // The shell goes on with a new process, as iex does.
    sender.press("Enter");
    sender.awaitEnd(Pattern.quote("jex(" + nodes.node("sender") + ")") + "[0-9]+>");
    sender.type("Node.list()");
    sender.await("\\n\\[\\]\\n");
    sender.type("self()");
    sender.awaitEnd("self\\(\\)\\s+#PID<0\\.[0-9]+\\.0>\\s+jex\\S+>");
    assertThat(lastPid()).isNotEqualTo(before);
  }

  @Test
  void aShellVariableTravelsWithTheClosure() throws IOException {
    enter("var who = \"Ann\"");
    sender.await("\"Ann\"");
    enter("Node.spawn(\"" + receiverNode + "\", () -> println(\"it is \" + who))");
    sender.await("\\nit is Ann\\n");
    enter("who = \"Bob\"");
    sender.await("\"Bob\"");
    enter("Node.spawn(\"" + receiverNode + "\", () -> println(\"it is \" + who))");
    sender.await("\\nit is Bob\\n");
    assertThat(receiver.screen()).doesNotContain("it is");
  }

  @Test
  void aClosureKeepsTheValueThatAVariableHadWhenItLeft() throws IOException {
    enter("var who = \"Ann\"");
    enter(
        "var later = Node.spawn(\""
            + receiverNode
            + "\", () -> { receive(); println(\"it is \" + who); })");
    sender.await("#PID<[1-9][0-9]*\\.[0-9]+\\.[0-9]+>");
    enter("who = \"Bob\"");
    enter("send(later, \"go\")");
    sender.await("\\nit is Ann\\n");
  }

  @Test
  void endOfInputEndsTheShell() throws IOException {
    sender.press("C-d");
    org.awaitility.Awaitility.await().until(() -> !sender.isAlive());
    assertThat(receiver.isAlive()).isTrue();
  }

  private void spawnTheReceiver() throws IOException {
    enter("record Hello(Object what) {}");
    sender.type(
        "var receiver = Node.spawnLink(\"" + receiverNode + "\", () -> { switch (receive()) {");
    awaitContinuation();
    sender.type("    case Hello(Pid sender) -> send(sender, new Hello(\"Hello from receiver\"));");
    awaitContinuation();
    sender.type("    default -> println(\"I don't understand\");");
    awaitContinuation();
    sender.type("}})");
    line++;
    awaitPrompt();
    sender.await("\\n#PID<[1-9][0-9]*\\.[0-9]+\\.[0-9]+>\\n");
  }

  /** Types a line that is complete, and waits for the next prompt. */
  private void enter(String code) throws IOException {
    sender.type(code);
    line++;
    awaitPrompt();
  }

  private void awaitPrompt() {
    sender.awaitEnd(Pattern.quote("jex(" + nodes.node("sender") + ")" + line + ">"));
  }

  private void awaitContinuation() {
    sender.awaitEnd(Pattern.quote("...(" + nodes.node("sender") + ")" + line + ">"));
  }

  private String lastPid() {
    var pids = Pattern.compile("#PID<0\\.[0-9]+\\.0>").matcher(sender.screen());
    String last = "none";
    while (pids.find()) {
      last = pids.group();
    }
    return last;
  }
}
