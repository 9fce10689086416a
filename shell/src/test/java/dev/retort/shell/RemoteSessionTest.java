package dev.retort.shell;

import static dev.retort.Kernel.receive;
import static dev.retort.Kernel.send;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.retort.Kernel;
import dev.retort.Node;
import dev.retort.spi.RemoteShell.Expansion;
import dev.retort.term.Atom;
import dev.retort.term.Pid;
import dev.retort.term.Tuple;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A session on a terminal that speaks Erlang's I/O protocol; its user is the test. */
@Timeout(60)
class RemoteSessionTest {
  private static final Tuple INTERRUPTED = Tuple.of(Atom.ERROR, Atom.of("interrupted"));

  /** Somebody reads a line. */
  private record Reading(Pid from, Object ref, Object prompt) {}

  private final RemoteSessions sessions = new RemoteSessions();
  private final Queue<String> written = new ConcurrentLinkedQueue<>();
  private final BlockingQueue<Reading> readings = new LinkedBlockingQueue<>();
  private final Pid terminal = Node.current().spawn(this::terminal);
  private final CompletableFuture<Object> end = new CompletableFuture<>();
  private final Pid session = Node.current().spawn(this::session, terminal);

  private void session() {
    sessions.run();
    end.complete(Atom.NORMAL);
  }

  private void terminal() {
    while (true) {
      if (receive() instanceof Tuple message && message.get(3) instanceof Tuple request) {
        var from = (Pid) message.get(1);
        switch (((Atom) request.get(0)).name()) {
          case "get_line" -> readings.add(new Reading(from, message.get(2), request.get(2)));
          case "put_chars" -> {
            written.add((String) request.get(2));
            reply(from, message.get(2), Atom.OK);
          }
          default -> reply(from, message.get(2), Tuple.of(Atom.ERROR, Atom.of("enotsup")));
        }
      }
    }
  }

  private static void reply(Pid to, Object ref, Object answer) {
    send(to, Tuple.of(Atom.of("io_reply"), ref, answer));
  }

  /** Waits until a line is read, and answers; gives the prompt. */
  private Object answer(Object answer) throws InterruptedException {
    var reading = readings.poll(20, TimeUnit.SECONDS);
    assertThat(reading).as("a request for a line, after " + screen()).isNotNull();
    reply(reading.from(), reading.ref(), answer);
    return reading.prompt();
  }

  private String screen() {
    return String.join("", written);
  }

  @AfterEach
  void hangUp() {
    Kernel.exit(terminal, Atom.KILL);
    await().until(end::isDone);
  }

  @Test
  void evaluatesLinesAndWritesWhatComesOfThem() throws Exception {
    assertThat(answer("var x = 40\n")).isEqualTo("jex(1)> ");
    assertThat(answer("List.of(x,\n")).isEqualTo("jex(2)> ");
    assertThat(answer("2)\n")).isEqualTo("...(2)> ");
    assertThat(answer("println(\"hi\")\n")).isEqualTo("jex(3)> ");
    assertThat(answer("print(\"open\")\n")).isEqualTo("jex(4)> ");
    assertThat(answer("1 / 0\n")).isEqualTo("jex(5)> ");
    assertThat(answer("exit()\n")).isEqualTo("jex(5)> ");
    await().until(end::isDone);
    assertThat(screen().lines().skip(1))
        .containsExactly(
            "40",
            "[40, 2]",
            "hi",
            ":ok",
            "open",
            ":ok",
            "** (java.lang.ArithmeticException) / by zero",
            "    at jex:5");
  }

  @Test
  void endsAtTheEndOfTheInput() throws Exception {
    answer("int half(\n");
    answer(Atom.of("eof"));
    answer(Atom.of("eof"));
    await().until(end::isDone);
    assertThat(screen()).contains("SyntaxError");
  }

  @Test
  void anInterruptWhileALineIsReadGivesUpWhatWasTyped() throws Exception {
    answer("List.of(1,\n");
    answer(INTERRUPTED);
    assertThat(answer("1 + 1\n")).isEqualTo("jex(1)> ");
    await().until(() -> screen().endsWith("** interrupted\n2\n"));
  }

  @Test
  void anInterruptStopsWhatRunsAndNothingElse() throws Exception {
    answer("var x = 40\n");
    answer("println(\"runs\"); while (true) { }\n");
    await().until(() -> screen().contains("runs\n"));
    Kernel.exit(session, Atom.of("interrupt"));
    assertThat(answer("x\n")).isEqualTo("jex(2)> ");
    await().until(() -> screen().endsWith("** interrupted\n40\n"));
  }

  @Test
  void whatRunsEndsWithTheTerminal() throws Exception {
    answer("var me = self()\n");
    answer("register(\"remote_session_test\", me)\n");
    answer("receive()\n");
    var evaluator = Kernel.whereis("remote_session_test");
    assertThat(evaluator).isNotNull();
    Kernel.exit(terminal, Atom.KILL);
    await().until(end::isDone);
    await().until(() -> Kernel.whereis("remote_session_test") == null);
  }

  @Test
  void completesWhileALineIsRead() throws Exception {
    answer("var longName = 1\n");
    await() // the first time JShell looks at all that is on the class path
        .atMost(Duration.ofSeconds(50))
        .until(() -> sessions.expand(session, "longN").equals(new Expansion("ame", List.of())));
    assertThat(sessions.expand(session, "\"\".repl").insert()).isEqualTo("ace");
    assertThat(sessions.expand(session, "\"\".replace").choices())
        .contains("replace(", "replaceAll(");
    assertThat(sessions.expand(session, "nothing_like_it")).isEqualTo(Expansion.NONE);
    assertThat(sessions.expand(terminal, "longN")).isEqualTo(Expansion.NONE);
  }
}
