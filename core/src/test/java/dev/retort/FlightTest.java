package dev.retort;

import static dev.retort.Kernel.receive;
import static dev.retort.Kernel.self;
import static dev.retort.Kernel.send;
import static dev.retort.Supervisor.child;
import static dev.retort.Supervisor.oneForOne;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.retort.term.Atom;
import dev.retort.term.Pid;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import jdk.jfr.EventType;
import jdk.jfr.FlightRecorder;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class FlightTest {
  private static final Atom END = Atom.of("end");
  private static final String START = "dev.retort.ProcessStart";
  private static final String ENDED = "dev.retort.ProcessEnd";
  private static final String STATISTICS = "dev.retort.NodeStatistics";

  private final List<RecordedEvent> events = new CopyOnWriteArrayList<>();

  @BeforeEach
  @AfterEach
  void beginWithAFreshNode() {
    Node.current().close();
  }

  private interface Action {
    void run() throws Exception;
  }

  /** Records while {@code action} runs; then all its events are in {@link #events}. */
  private void record(Action action, String... enabled) throws Exception {
    try (var stream = new RecordingStream()) {
      for (var name : enabled) {
        stream.enable(name);
      }
      stream.setReuse(false);
      stream.onEvent(
          event -> {
            if (event.getEventType().getName().startsWith("dev.retort.")) {
              events.add(event);
            }
          });
      stream.startAsync();
      Node.current();
      action.run();
      stream.stop();
    }
  }

  private List<RecordedEvent> events(String name, Pid pid) {
    return events.stream()
        .filter(event -> event.getEventType().getName().equals(name))
        .filter(event -> event.getString("pid").equals(pid.toString()))
        .toList();
  }

  private RecordedEvent event(String name, Pid pid) {
    var all = events(name, pid);
    assertThat(all).as(events::toString).hasSize(1);
    assertThat(all.getFirst().getString("node")).isEqualTo("nonode@nohost");
    return all.getFirst();
  }

  private static boolean isAfterTheEnd(RecordedEvent event) {
    return event.getEventType().getName().equals(STATISTICS) && event.getLong("ended") == 1;
  }

  private static Pid runToItsEnd(Body body) {
    var pid = Kernel.spawn(body);
    await().until(() -> !Kernel.alive(pid));
    return pid;
  }

  @Test
  void startAndEndOfAProcessAreRecordedOnRequest() throws Exception {
    var pids = new ArrayList<Pid>();
    record(
        () -> {
          pids.add(
              runToItsEnd(
                  () -> {
                    Kernel.register("worker", self());
                    Kernel.exit(Atom.of("tired"));
                  }));
        },
        START,
        ENDED);
    var start = event(START, pids.getFirst());
    assertThat(start.getClass("code").getName()).contains("FlightTest");
    var end = event(ENDED, pids.getFirst());
    assertThat(end.getString("name")).isEqualTo("worker");
    assertThat(end.getString("reason")).isEqualTo(":tired");
    assertThat(end.getDuration("lifetime")).isPositive().isLessThan(Duration.ofMinutes(2));
    assertThat(end.getStartTime()).isAfterOrEqualTo(start.getStartTime());
  }

  @Test
  void aLifetimeIsKnownOnlyIfItsStartWasSeen() throws Exception {
    var before = Kernel.spawn(() -> receive());
    record(
        () -> {
          send(before, END);
          await().until(() -> !Kernel.alive(before));
        },
        ENDED);
    assertThat(event(ENDED, before).getLong("lifetime")).isEqualTo(Long.MIN_VALUE);
  }

  @Test
  void processesAreNotRecordedUnlessSomebodyAsks() throws Exception {
    var pids = new ArrayList<Pid>();
    record(() -> pids.add(runToItsEnd(() -> {})));
    assertThat(events(START, pids.getFirst())).isEmpty();
    assertThat(events(ENDED, pids.getFirst())).isEmpty();
  }

  @Test
  void crashesAreRecordedAndOrdinaryEndsAreNot() throws Exception {
    var pids = new ArrayList<Pid>();
    record(
        () -> {
          pids.add(
              runToItsEnd(
                  () -> {
                    throw new IllegalStateException("on purpose");
                  }));
          pids.add(runToItsEnd(() -> Kernel.exit(Atom.SHUTDOWN)));
        });
    var crash = event("dev.retort.Crash", pids.getFirst());
    assertThat(crash.getString("kind")).isEqualTo("Process");
    assertThat(crash.getString("reason")).isEqualTo("java.lang.IllegalStateException: on purpose");
    assertThat(events("dev.retort.Crash", pids.getLast())).isEmpty();
  }

  @Test
  void restartsOfChildrenAreRecorded() throws Exception {
    var pids = new ArrayList<Pid>();
    record(
        () -> {
          Pid supervisor =
              Supervisor.start(
                  oneForOne(),
                  List.of(child("agent", () -> Agent.startLink(() -> 0, GenServer.name("agent")))),
                  GenServer.name("boss"));
          pids.add(supervisor);
          Kernel.exit(Kernel.whereis("agent"), Atom.KILL);
          await().until(() -> Node.current().statistics().restarts() == 1);
          Supervisor.stop(supervisor);
        });
    var restart = event("dev.retort.ChildRestart", pids.getFirst());
    assertThat(restart.getString("name")).isEqualTo("boss");
    assertThat(restart.getString("child")).isEqualTo("\"agent\"");
    assertThat(restart.getString("reason")).isEqualTo(":killed");
  }

  @Test
  void runawaysAndFullMailboxesAreRecorded() throws Exception {
    var pid = Kernel.spawn(() -> receive());
    record(
        () -> {
          var telemetry = Node.current().telemetry();
          telemetry.runaway(pid, Atom.of("late"), 1_500_000_000);
          telemetry.mailboxAlarm(pid, null, 100_000);
        });
    var runaway = event("dev.retort.Runaway", pid);
    assertThat(runaway.getString("name")).isEqualTo("late");
    assertThat(runaway.getDuration("since")).isEqualTo(Duration.ofMillis(1500));
    var alarm = event("dev.retort.MailboxAlarm", pid);
    assertThat(alarm.getString("name")).isNull();
    assertThat(alarm.getLong("messages")).isEqualTo(100_000);
  }

  @Test
  void countersAreRecordedEverySecond() throws Exception {
    record(
        () -> {
          Kernel.spawn(() -> receive());
          runToItsEnd(
              () -> {
                send(self(), END);
                receive();
              });
          await()
              .atMost(Duration.ofSeconds(30))
              .until(() -> events.stream().anyMatch(FlightTest::isAfterTheEnd));
        });
    var last = events.stream().filter(FlightTest::isAfterTheEnd).toList().getLast();
    assertThat(last.getString("node")).isEqualTo("nonode@nohost");
    assertThat(last.getInt("processes")).isEqualTo(2);
    assertThat(last.getLong("spawned")).isEqualTo(2);
    assertThat(last.getLong("messages")).isEqualTo(1);
    assertThat(last.getInt("timers")).isZero();
    assertThat(last.getLong("restarts")).isZero();
  }

  @Test
  void aClosedNodeRecordsNothing() throws Exception {
    record(
        () -> {
          Node.current().close();
          events.clear();
        });
    assertThat(events).noneMatch(event -> event.getEventType().getName().equals(STATISTICS));
  }

  @Test
  void eventsCarryLabelsAndStandUnderRetort() throws Exception {
    record(() -> {});
    var types =
        FlightRecorder.getFlightRecorder().getEventTypes().stream()
            .filter(type -> type.getName().startsWith("dev.retort."))
            .toList();
    assertThat(types).extracting(EventType::getName).contains(STATISTICS);
    assertThat(types)
        .allSatisfy(
            type -> {
              assertThat(type.getCategoryNames()).containsExactly("Retort");
              assertThat(type.getLabel()).isNotBlank();
              assertThat(type.getDescription()).isNotBlank();
            });
  }

  // ---- JVMs of their own

  @Test
  void theRecorderIsLeftAloneUntilSomebodyRecords() throws Exception {
    assertThat(run()).contains("recorder: false", "spawned: 1");
  }

  @Test
  void thereIsANodeWithoutTheRecordersModule() throws Exception {
    assertThat(run("--limit-modules", "java.base,java.logging,java.management,jdk.management"))
        .contains("recorder: none", "spawned: 1");
  }

  private static String run(String... options) throws IOException, InterruptedException {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(options));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Program.class.getName()));
    var process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try (var output = process.inputReader()) {
      var text = String.join("\n", output.lines().toList());
      assertThat(process.waitFor()).as(text).isZero();
      return text;
    } finally {
      process.destroyForcibly();
    }
  }

  /** Starts and ends a process, and says whether the recorder was touched. */
  static final class Program {
    public static void main(String[] args) throws Exception {
      Node.current().run(() -> Atom.OK);
      System.out.println("spawned: " + Node.current().statistics().spawned());
      try {
        System.out.println("recorder: " + Recorder.isInitialized());
      } catch (LinkageError e) {
        System.out.println("recorder: none");
      }
      System.exit(0);
    }
  }

  /** Apart, so that the program can run without. */
  private static final class Recorder {
    static boolean isInitialized() {
      return FlightRecorder.isInitialized();
    }
  }
}
