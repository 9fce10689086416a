package dev.retort;

import static dev.retort.Kernel.send;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.retort.term.Atom;
import dev.retort.term.Name;
import dev.retort.term.Pid;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class MessageCheckTest {
  record Names(List<String> names) {}

  private static Names mutable() {
    return new Names(new ArrayList<>(List.of("ann")));
  }

  private final List<String> log = new ArrayList<>();

  @Test
  void reportsOncePerClassAndPlace() {
    var check = new MessageCheck(MessageCheck.Mode.REPORT, log::add);
    for (int i = 0; i < 3; i++) {
      check.inspect(mutable());
      check.inspect(List.of("ann", mutable()));
    }
    check.inspect(new Names(List.of("ann")));
    check.inspect(null);
    assertThat(log).hasSize(2);
    assertThat(log.getFirst())
        .startsWith(
            "A message can still be changed: Names.names is an ArrayList, which can still be"
                + " changed: pass List.copyOf(names)")
        .contains("\nSent at dev.retort.MessageCheckTest.reportsOncePerClassAndPlace(Mess");
  }

  @Test
  void reportsSoManyPlacesOfOneClassAndNoMore() {
    var check = new MessageCheck(MessageCheck.Mode.REPORT, log::add);
    for (int depth = 0; depth < 100; depth++) {
      Object message = new int[1];
      for (int i = 0; i < depth; i++) {
        message = List.of(message);
      }
      check.inspect(new Holder(message));
    }
    assertThat(log).hasSizeBetween(10, 30);
  }

  private record Holder(Object value) {}

  @Test
  void throwsInTheSender() {
    var check = new MessageCheck(MessageCheck.Mode.THROW, log::add);
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(() -> check.inspect(mutable()))
          .isExactlyInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "Names.names is an ArrayList, which can still be changed: pass List.copyOf(names)");
    }
    assertThatCode(() -> check.inspect(new Names(List.of()))).doesNotThrowAnyException();
    assertThat(log).isEmpty();
  }

  @Test
  void thePropertyComesBeforeAssertions() {
    assertThat(MessageCheck.mode("off", MessageCheck.class)).isEqualTo(MessageCheck.Mode.OFF);
    assertThat(MessageCheck.mode("THROW", MessageCheck.class)).isEqualTo(MessageCheck.Mode.THROW);
    assertThat(MessageCheck.mode("report", String.class)).isEqualTo(MessageCheck.Mode.REPORT);
    assertThat(MessageCheck.mode("yes", String.class)).isEqualTo(MessageCheck.Mode.REPORT);
    assertThat(MessageCheck.mode(null, String.class)).isEqualTo(MessageCheck.Mode.OFF);
  }

  // ---- a JVM of its own for each mode

  @Test
  void everyWayToSendIsChecked() throws Exception {
    var outcomes = run("-Ddev.retort.messages=throw").outcomes();
    assertThat(keys(outcomes, "refused"))
        .containsExactlyInAnyOrder(
            "send",
            "sendName",
            "sendAfter",
            "call",
            "callTerm",
            "cast",
            "reply",
            "laterReply",
            "agent");
    assertThat(keys(outcomes, "sent")).containsExactlyInAnyOrder("exit", "spawn", "task");
  }

  private static List<String> keys(Map<String, String> outcomes, String outcome) {
    return outcomes.keySet().stream().filter(key -> outcomes.get(key).equals(outcome)).toList();
  }

  @Test
  void assertionsTurnReportsOn() throws Exception {
    var run = run("-ea");
    assertThat(run.outcomes().values()).containsOnly("sent");
    assertThat(run.output)
        .contains("WARNING: A message can still be changed: Names.names is an ArrayList")
        .contains("Sent at dev.retort.MessageCheckTest$Program.lambda$main$");
    // One for the record in messages of its own class, however it is sent.
    assertThat(run.output.split("changed: Names.names is", -1)).hasSize(2);
  }

  @Test
  void withoutAssertionsNothingIsChecked() throws Exception {
    var run = run("-da");
    assertThat(run.outcomes().values()).containsOnly("sent");
    assertThat(run.output).doesNotContain("can still be changed");
  }

  @Test
  void offIsOff() throws Exception {
    var run = run("-ea", "-Ddev.retort.messages=off");
    assertThat(run.outcomes().values()).containsOnly("sent");
    assertThat(run.output).doesNotContain("can still be changed");
  }

  @Test
  void librariesMayBeTrusted() throws Exception {
    var run =
        run("-Ddev.retort.messages=throw", "-Ddev.retort.messages.trust=a.b., dev.retort.Mess");
    assertThat(run.outcomes()).containsEntry("send", "sent").containsEntry("reply", "refused");
  }

  private record Run(String output) {
    Map<String, String> outcomes() {
      var outcomes = new LinkedHashMap<String, String>();
      for (var line : output.lines().filter(line -> line.startsWith("> ")).toList()) {
        outcomes.put(line.split(" ", -1)[1], line.split(" ", -1)[2]);
      }
      return outcomes;
    }
  }

  private static Run run(String... options) throws IOException, InterruptedException {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(options));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Program.class.getName()));
    var process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try (var output = process.inputReader()) {
      var text = String.join("\n", output.lines().toList());
      assertThat(process.waitFor()).as(text).isZero();
      return new Run(text);
    } finally {
      process.destroyForcibly();
    }
  }

  /** Sends mutable messages in every way and prints what came of each. */
  static final class Program {
    record Ask(Object what) implements Call<Object> {}

    record Later() implements Call<Object> {}

    record GiveMutable() implements Call<Object> {}

    static final class Server implements GenServer<Object> {
      @Override
      public Object init() {
        return Atom.OK;
      }

      @Override
      public Step<Object> handleCall(Call<?> request, From from, Object state) {
        return switch (request) {
          case Ask ask -> ask.reply(Atom.OK, state);
          case GiveMutable give -> give.reply(new ArrayList<>(), state);
          case Later later -> {
            attempt("laterReply", () -> GenServer.reply(from, new ArrayList<>()));
            GenServer.reply(from, Atom.OK); // a second reply is dropped
            yield GenServer.noReply(state);
          }
          case Call.Term term -> term.reply(Atom.OK, state);
          default -> GenServer.unknown(request);
        };
      }

      @Override
      public Step<Object> handleCast(Object message, Object state) {
        return GenServer.noReply(state);
      }

      @Override
      public Step<Object> handleInfo(Object message, Object state) {
        return GenServer.noReply(state);
      }
    }

    private interface Attempt {
      @Nullable Object run() throws Exception;
    }

    private static void attempt(String name, Runnable attempt) {
      attempt(
          name,
          () -> {
            attempt.run();
            return null;
          });
    }

    private static void attempt(String name, Attempt attempt) {
      try {
        var unused = attempt.run();
        System.out.println("> " + name + " sent");
      } catch (IllegalArgumentException e) {
        System.out.println("> " + name + " refused " + e.getMessage());
      } catch (CallException e) {
        boolean refused = e.getMessage().contains("can still be changed: pass");
        System.out.println("> " + name + (refused ? " refused" : " failed " + e));
      } catch (Exception e) {
        System.out.println("> " + name + " failed " + e);
      }
    }

    public static void main(String[] args) throws Exception {
      Pid server = GenServer.start(Server::new);
      Kernel.register("server", server);
      attempt("send", () -> send(server, mutable()));
      attempt("sendName", () -> send("server", new ArrayList<>()));
      attempt("sendAfter", () -> Kernel.sendAfter(server, new int[1], Duration.ZERO));
      attempt("call", () -> GenServer.call(server, new Ask(new ArrayList<>())));
      attempt("callTerm", () -> GenServer.call(Name.of("server"), (Object) new int[1]));
      attempt("cast", () -> GenServer.cast(server, mutable()));
      GenServer.call(server, new Later());
      attempt("reply", () -> GenServer.call(GenServer.start(Server::new), new GiveMutable()));
      var agent = Agent.start(() -> 0);
      var log = new ArrayList<Integer>();
      attempt(
          "agent",
          () ->
              Agent.update(
                  agent,
                  (Integer n) -> {
                    log.add(n);
                    return n + 1;
                  }));
      attempt("exit", () -> Kernel.exit(agent, mutable()));
      attempt("spawn", () -> Kernel.spawn(() -> log.add(1)));
      attempt(
          "task",
          () -> Node.current().run(() -> Task.async(() -> new ArrayList<>(List.of(1))).await()));
      System.exit(0);
    }
  }
}
