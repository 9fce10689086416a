package dev.retort.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.retort.Kernel;
import dev.retort.Node;
import dev.retort.term.Atom;
import dev.retort.term.Tuple;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A process is logged where its output is. */
@Timeout(60)
class LoggerProxyTest {
  private final TestNodes nodes = new TestNodes();
  private final LinkedBlockingQueue<LogRecord> logged = new LinkedBlockingQueue<>();
  private final Logger logger = Logger.getLogger("dev.retort");
  private final Handler handler =
      new Handler() {
        @Override
        public void publish(LogRecord written) {
          logged.add(written);
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
      };

  private Node one;
  private Node two;

  @BeforeEach
  void start() throws Exception {
    one = nodes.start();
    two = nodes.start();
    logger.addHandler(handler);
  }

  @AfterEach
  void close() throws Exception {
    logger.removeHandler(handler);
    nodes.close();
  }

  private LogRecord await(Predicate<LogRecord> which) throws InterruptedException {
    for (; ; ) {
      var next = logged.poll(20, TimeUnit.SECONDS);
      assertThat(next).isNotNull();
      if (which.test(next)) {
        return next;
      }
    }
  }

  @Test
  void aCrashIsLoggedOnTheNodeWhereTheOutputGoes() throws Exception {
    var there = two.name().name();
    var leader = Objects.requireNonNull(two.whereis("user"));
    one.run(() -> Node.connect(there));
    one.spawn(
        () -> {
          throw new IllegalStateException("no paper");
        },
        leader);
    var crash = await(each -> each.getMessage().contains("no paper"));
    assertThat(crash.getLoggerName()).isEqualTo(LoggerProxy.class.getName());
    assertThat(crash.getLevel()).isEqualTo(Level.SEVERE);
    assertThat(crash.getMessage())
        .contains("raised an exception", "Node: " + one.name().name(), "    at ");
  }

  @Test
  void aFunctionThatDoesNotExistIsLoggedThere() throws Exception {
    var there = two.name().name();
    one.run(() -> Node.spawn(there, "nowhere", "run", List.of()));
    var crash = await(each -> each.getMessage().contains("nowhere.run/0 is not exported"));
    assertThat(crash.getLoggerName()).isEqualTo(LoggerProxy.class.getName());
  }

  @Test
  void aCrashStaysWhereTheOtherNodeIsNotConnected() throws Exception {
    one.spawn(
        () -> {
          throw new IllegalStateException("no ink");
        },
        Objects.requireNonNull(two.whereis("user")));
    var crash = await(each -> each.getThrown() != null);
    assertThat(crash.getLoggerName()).isEqualTo("dev.retort.Process");
    assertThat(crash.getThrown()).hasMessage("no ink");
  }

  @Test
  void reportsStringsAndMismatchesAreShown() throws Exception {
    var log = Atom.of("log");
    Map<Object, Object> metadata = Map.of();
    one.run(
        () -> {
          var proxy = Kernel.whereis("logger_proxy");
          assertThat(proxy).isNotNull();
          Kernel.send(
              proxy,
              Tuple.of(log, Atom.of("warning"), Map.of(Atom.of("label"), Atom.of("x")), metadata));
          Kernel.send(proxy, Tuple.of(log, Atom.of("notice"), "just a text", metadata));
          Kernel.send(proxy, Tuple.of(log, Atom.of("error"), "~p ~p", List.of(1L), metadata));
          return Kernel.send(proxy, "nonsense");
        });
    var report = await(each -> each.getMessage().contains("label"));
    assertThat(report.getMessage()).isEqualTo("%{label: :x}");
    assertThat(report.getLevel()).isEqualTo(Level.WARNING);
    assertThat(await(each -> true).getMessage()).isEqualTo("just a text");
    assertThat(await(each -> true).getMessage()).isEqualTo("~p ~p [1]");
  }
}
