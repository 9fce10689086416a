package dev.retort;

import static dev.retort.Restart.TRANSIENT;
import static dev.retort.Supervised.waitForEver;
import static dev.retort.Supervisor.child;
import static dev.retort.Supervisor.oneForOne;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.retort.term.Atom;
import dev.retort.term.Pid;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The examples in {@code docs/logging.md} are what is logged. */
@Timeout(60)
class LoggingTest {
  private static final Pattern EXAMPLE =
      Pattern.compile("^```([a-z ]+)\n(.*?)\n```$", Pattern.MULTILINE | Pattern.DOTALL);

  private static final Pattern PID = Pattern.compile("#PID<[\\d.]+>");

  private static final Pattern FRAMES = Pattern.compile("(\n    at [^\n]*)+");

  record Put(String what, int count) implements Call<Atom> {}

  record Slam() {}

  /** A server that keeps things. */
  static final class Cart implements GenServer<Map<String, Integer>> {
    @Override
    public Map<String, Integer> init() {
      return Map.of("pear", 1);
    }

    @Override
    public Step<Map<String, Integer>> handleCall(
        Call<?> request, From from, Map<String, Integer> things) {
      if (request instanceof Put(var what, var count)) {
        throw new IllegalArgumentException(count + " " + what + "s");
      }
      return GenServer.unknown(request);
    }
  }

  /** A state machine that does not like to be slammed. */
  static final class Door implements StateMachine<Atom, Integer> {
    @Override
    public Initial<Atom, Integer> init() {
      return Initial.ok(Atom.of("open"), 7);
    }

    @Override
    public Transition<Atom, Integer> handleEvent(Event event, Atom state, Integer data) {
      return StateMachine.stopping(Atom.of("jammed"), data);
    }
  }

  private final CapturedLog log = new CapturedLog(true);

  @BeforeEach
  void beginAnew() {
    Node.current().close();
  }

  @AfterEach
  void leaveNothing() {
    Node.current().close();
    log.close();
  }

  private static String example(String name) {
    String text;
    try {
      text = Files.readString(Path.of("../docs/logging.md"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return EXAMPLE
        .matcher(text)
        .results()
        .filter(found -> found.group(1).equals(name))
        .findFirst()
        .orElseThrow()
        .group(2);
  }

  /** Pids in the order in which they come, and the names of the documentation. */
  private static String plain(String text) {
    var pids = new LinkedHashMap<String, String>();
    var numbered =
        PID.matcher(text)
            .replaceAll(
                found ->
                    pids.computeIfAbsent(
                        found.group(), pid -> "#PID<0." + (101 + pids.size()) + ".0>"));
    return FRAMES
        .matcher(
            numbered
                .replace("dev.retort.LoggingTest$", "com.example.")
                .replace("dev.retort.LoggingTest", "com.example.Shop")
                .replace("dev.retort.Recorded", "com.example.Shop"))
        .replaceAll("\n    at ...");
  }

  private void assertLogged(String logger, String level, String example, String part) {
    var line =
        log.lines().stream()
            .filter(each -> each.message().contains(part))
            .findFirst()
            .orElseThrow(() -> new AssertionError("nothing is logged with " + part));
    assertThat(plain(line.message())).isEqualTo(example(example));
    assertThat(line.logger()).isEqualTo("dev.retort." + logger);
    assertThat(line.level()).isEqualTo(level);
  }

  private static Object endOf(Pid pid) {
    var ref = Kernel.monitor(pid);
    return Kernel.receive(ref, Down.class, down -> down.ref().equals(ref)).reason();
  }

  /** Runs as a process that traps exits. */
  private static void run(Body body) throws Exception {
    Supervised.run(body);
  }

  @Test
  void aProcess() throws Exception {
    run(
        () ->
            endOf(
                Kernel.spawn(
                    () -> {
                      throw new IllegalStateException("no paper");
                    })));
    assertLogged("Process", "SEVERE", "process", "no paper");
    assertThat(log.thrown("no paper").getFirst()).hasMessage("no paper");
  }

  @Test
  void aServerAndItsSupervisor() throws Exception {
    var client = new CompletableFuture<Boolean>();
    run(
        () -> {
          var shop =
              Supervisor.startLink(
                  oneForOne(),
                  List.of(
                      child("cart", () -> GenServer.startLink(Cart::new, GenServer.name("cart")))),
                  GenServer.name("shop"));
          Node.current()
              .spawn(
                  () -> {
                    try {
                      GenServer.call("cart", new Put("apple", 0));
                    } catch (CallException e) {
                      client.complete(true);
                    }
                  });
          client.get();
          Supervisor.stop(shop);
        });
    assertLogged("GenServer", "SEVERE", "server", "GenServer :cart");
    assertLogged("Supervisor", "SEVERE", "terminated", "terminated");
  }

  @Test
  void aStateMachine() throws Exception {
    run(
        () -> {
          var door = StateMachine.start(Door::new);
          StateMachine.cast(door, new Slam());
          endOf(door);
        });
    assertLogged("StateMachine", "SEVERE", "machine", "StateMachine");
  }

  @Test
  void aTask() throws Exception {
    run(
        () ->
            endOf(
                Task.async(
                        () -> {
                          throw new UncheckedIOException("no network", new IOException());
                        })
                    .pid()));
    assertLogged("Task", "SEVERE", "task", "no network");
  }

  @Test
  void aChildThatDoesNotStart() throws Exception {
    run(
        () -> {
          try {
            Supervisor.startLink(
                oneForOne(),
                child("disk", LoggingTest::noDisk).restart(TRANSIENT).shutdown(ofSeconds(30)));
          } catch (StartException e) {
            // that is what is logged
          }
        });
    assertLogged("Supervisor", "SEVERE", "failed", "failed to start");
  }

  private static @Nullable Pid noDisk() {
    throw new IllegalStateException("no disk");
  }

  @Test
  void aChildThatDoesNotEndWhenItIsTold() throws Exception {
    run(
        () -> {
          var supervisor =
              Supervisor.startLink(
                  oneForOne(),
                  child(
                          "till",
                          () ->
                              Kernel.spawnLink(
                                  () -> {
                                    Kernel.trapExit(true);
                                    waitForEver();
                                  }))
                      .shutdown(Duration.ZERO));
          // It traps exits when it has answered.
          var till = Supervised.pidOf(supervisor, "till");
          while (!Objects.requireNonNull(Kernel.processInfo(till)).trapExit()) {
            Thread.sleep(1);
          }
          Supervisor.stop(supervisor);
        });
    assertLogged("Supervisor", "SEVERE", "abnormal", "shut down abnormally");
  }

  @Test
  void aSupervisorThatGivesUp() throws Exception {
    run(
        () -> {
          var supervisor =
              Supervisor.startLink(
                  oneForOne(), child("cart", () -> Kernel.spawnLink(Supervised::waitForEver)));
          for (int i = 0; i < 4; i++) {
            Supervised.end(Supervised.pidOf(supervisor, "cart"), Supervised.BOOM);
          }
          endOf(supervisor);
        });
    assertLogged("Supervisor", "SEVERE", "shutdown", "caused shutdown");
    assertLogged("Supervisor", "FINE", "started", "started");
  }

  @Test
  void anApplication() throws Exception {
    var node = Node.current();
    Recorded.of("shop", Recorded.notes()).load();
    Application.start("shop", Restart.PERMANENT);
    assertLogged("Application", "FINE", "running", "started at");
    Application.stop("shop");
    assertLogged("Application", "INFO", "stopped", ":stopped");
    Application.start("shop", Restart.PERMANENT);
    GenServer.stop(Objects.requireNonNull(node.whereis("shop")), Atom.SHUTDOWN);
    assertThat(node.onClose().get()).isNotEqualTo(Atom.NORMAL);
    assertLogged("Application", "SEVERE", "over", " ends: ");
  }

  @Test
  void anApplicationThatDoesNotStart() {
    Recorded.of("shop", Recorded.notes())
        .starting(() -> Supervisor.startLink(oneForOne(), child("disk", LoggingTest::noDisk)))
        .load();
    try {
      Application.start("shop");
    } catch (ApplicationException e) {
      // that is what is logged
    }
    assertLogged("Application", "INFO", "not started", "Application shop exited");
  }

  @Test
  void eachExampleIsChecked() throws IOException {
    var source = Files.readString(Path.of("src/test/java/dev/retort/LoggingTest.java"));
    assertThat(EXAMPLE.matcher(Files.readString(Path.of("../docs/logging.md"))).results().toList())
        .hasSize(13)
        .allSatisfy(found -> assertThat(source).contains("\"" + found.group(1) + "\""));
  }
}
