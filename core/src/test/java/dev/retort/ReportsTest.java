package dev.retort;

import static dev.retort.Supervised.waiting;
import static dev.retort.Supervisor.oneForOne;
import static org.assertj.core.api.Assertions.assertThat;

import dev.retort.term.Atom;
import dev.retort.term.Pid;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ReportsTest {
  private final List<Report> reports = new CopyOnWriteArrayList<>();

  @BeforeEach
  void beginAnew() {
    Node.current().close();
  }

  @AfterEach
  void leaveNothing() {
    Node.current().close();
  }

  /** A server that crashes at the first message. */
  private static final class Crashes implements GenServer<Object> {
    private final Object state;

    Crashes(Object state) {
      this.state = state;
    }

    @Override
    public Object init() {
      return state;
    }

    @Override
    public ServerStatus formatStatus(ServerStatus status) {
      return status.state() instanceof Secret ? status.withState("hidden") : status;
    }
  }

  record Secret(String password) {}

  private static Pid crash(Object state) throws Exception {
    var server = GenServer.start(() -> new Crashes(state));
    Supervised.run(
        () -> {
          GenServer.cast(server, Atom.of("anything"));
          Supervised.endOf(server);
        });
    return server;
  }

  @Test
  void aHandlerGetsThemAsData() throws Exception {
    Node.current().addReportHandler(reports::add);
    var server = crash(List.of(1, 2));
    assertThat(reports)
        .singleElement()
        .isInstanceOfSatisfying(
            Report.Crash.class,
            crash -> {
              assertThat(crash.kind()).isEqualTo("GenServer");
              assertThat(crash.logger()).isEqualTo("dev.retort.GenServer");
              assertThat(crash.pid()).isEqualTo(server);
              assertThat(crash.code()).isEqualTo(Crashes.class);
              assertThat(crash.reason()).isInstanceOf(IllegalArgumentException.class);
              assertThat(crash.thrown()).isSameAs(crash.reason());
              assertThat(crash.details().get("State")).isEqualTo(List.of(1, 2));
              assertThat(crash.client()).isNull();
            });
  }

  @Test
  void aHandlerSeesWhatFormatStatusLetsOthersSee() throws Exception {
    Node.current().addReportHandler(reports::add);
    crash(new Secret("1234"));
    assertThat(reports.getFirst().text()).contains("State: \"hidden\"").doesNotContain("1234");
  }

  @Test
  void aHandlerGetsProgressThatIsNotLogged() throws Exception {
    Node.current().addReportHandler(reports::add);
    Supervised.run(
        () -> {
          var supervisor =
              Supervisor.startLink(oneForOne().maxRestarts(0, Duration.ofSeconds(5)), waiting("a"));
          Supervised.end(Supervised.pidOf(supervisor, "a"), Supervised.BOOM);
          Supervised.endOf(supervisor);
        });
    assertThat(reports)
        .extracting(report -> ((Report.Child) report).event())
        .containsExactly(
            Report.Child.Event.STARTED,
            Report.Child.Event.TERMINATED,
            Report.Child.Event.CAUSED_SHUTDOWN);
  }

  @Test
  void aHandlerThatIsTakenBackGetsNoMore() throws Exception {
    Consumer<Report> handler = reports::add;
    Node.current().addReportHandler(handler);
    assertThat(Node.current().removeReportHandler(handler)).isTrue();
    assertThat(Node.current().removeReportHandler(handler)).isFalse();
    crash(1);
    assertThat(reports).isEmpty();
  }

  @Test
  void aHandlerThatThrowsIsRemovedAndTheOthersGoOn() throws Exception {
    var calls = new AtomicInteger();
    Node.current()
        .addReportHandler(
            report -> {
              calls.incrementAndGet();
              throw new IllegalStateException("on purpose");
            });
    Node.current().addReportHandler(reports::add);
    try (var log = new CapturedLog()) {
      crash(1);
      crash(2);
      assertThat(log.with("a handler of reports has failed and is removed", "on purpose"))
          .hasSize(1);
    }
    assertThat(calls).hasValue(1);
    assertThat(reports).hasSize(2);
  }

  @Test
  void aProcessMayBeKilledWhileItReports() throws Exception {
    Node.current()
        .addReportHandler(
            report -> {
              Kernel.exit(Kernel.self(), Atom.KILL);
              Kernel.send(Kernel.self(), "it has ended: this is not done");
              reports.add(report);
            });
    var server = GenServer.start(() -> new Crashes(1));
    Supervised.run(
        () -> {
          var ref = Kernel.monitor(server);
          GenServer.cast(server, Atom.of("anything"));
          var down = Kernel.receive(ref, Down.class, each -> each.ref().equals(ref));
          assertThat(down.reason()).isEqualTo(Atom.KILLED);
        });
    assertThat(reports).isEmpty();
  }

  @Test
  void anotherNodesReportsAreItsOwn() throws Exception {
    Node.current().addReportHandler(reports::add);
    Node.current().close(); // and there is another one
    crash(1);
    assertThat(reports).isEmpty();
  }

  @Test
  void whatIsHugeIsCut() throws Exception {
    try (var log = new CapturedLog()) {
      crash(IntStream.range(0, 100_000).boxed().toList());
      crash("x".repeat(1_000_000));
      crash(Map.of("key", Collections.nCopies(1_000, "y".repeat(1_000))));
      assertThat(log.with("GenServer"))
          .hasSize(3)
          .allSatisfy(t -> assertThat(t).hasSizeLessThan(2_000));
      assertThat(log.with("State: [0, 1, 2", "48, 49, ...]")).hasSize(1);
    }
  }

  @Test
  void aStateThatCannotBePrintedDoesNoHarm() throws Exception {
    try (var log = new CapturedLog()) {
      crash(
          new Object() {
            @Override
            public String toString() {
              throw new IllegalStateException("not for you");
            }
          });
      crash(
          new Object() {
            @Override
            public String toString() {
              return "" + this;
            }
          });
      assertThat(log.with("GenServer", "State: " + ReportsTest.class.getName())).hasSize(2);
    }
  }

  @Test
  void nothingIsMadeWhereNobodyWantsIt() throws Exception {
    var printed = new AtomicInteger();
    var state =
        new Object() {
          @Override
          public String toString() {
            return "printed " + printed.incrementAndGet();
          }
        };
    CrashLog.on(false);
    try {
      crash(state);
    } finally {
      CrashLog.on(true);
    }
    assertThat(printed).hasValue(0);
  }

  @Test
  void moreThanSoManyInASecondAreCountedInstead() {
    var clock = new AtomicLong();
    var limited = new Reports(new ReportLimit(3, clock::get));
    limited.add(reports::add);
    try (var log = new CapturedLog()) {
      for (int i = 0; i < 5; i++) {
        report(limited);
      }
      assertThat(reports).hasSize(3);
      assertThat(log.with("reports were dropped")).isEmpty();
      clock.addAndGet(TimeUnit.SECONDS.toNanos(1));
      report(limited);
      clock.addAndGet(TimeUnit.SECONDS.toNanos(1));
      report(limited);
      assertThat(reports).hasSize(5);
      assertThat(log.with("2 reports were dropped: there were more than 3 in a second")).hasSize(1);
    }
  }

  @Test
  void whatIsNoErrorIsNotCounted() {
    var limited = new Reports(new ReportLimit(1, System::nanoTime));
    limited.add(reports::add);
    for (int i = 0; i < 5; i++) {
      limited.report(
          Reports.APPLICATION,
          Level.DEBUG,
          () -> new Report.ApplicationStarted("shop", Node.self()));
    }
    assertThat(reports).hasSize(5);
  }

  @Test
  void withoutALimitAllAreReported() {
    var unlimited = new Reports(new ReportLimit(0, System::nanoTime));
    unlimited.add(reports::add);
    for (int i = 0; i < 600; i++) {
      report(unlimited);
    }
    assertThat(reports).hasSize(600);
  }

  private static void report(Reports to) {
    to.report(
        Reports.APPLICATION,
        Level.WARNING,
        () -> new Report.ApplicationStarted("shop", Node.self()));
  }
}
