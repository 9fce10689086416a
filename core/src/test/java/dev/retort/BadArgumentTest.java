package dev.retort;

import static dev.retort.Kernel.receive;
import static dev.retort.Kernel.self;
import static dev.retort.Kernel.send;
import static dev.retort.Kernel.sendAfter;
import static dev.retort.Kernel.sendAt;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.retort.etf.Vocabulary;
import dev.retort.term.Atom;
import dev.retort.term.Pid;
import dev.retort.term.Tuple;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Numbers and times out of range, and functions that give nothing where something is expected. */
@Timeout(30)
class BadArgumentTest {
  /** More than fits into nanoseconds. */
  private static final Duration ENDLESS = Duration.ofSeconds(Long.MAX_VALUE);

  private static <T> T run(Callable<T> body) throws Exception {
    return Node.current().run(body);
  }

  // ---- times that are too long to count

  @Test
  void aWaitMayBeEndless() throws Exception {
    var agent = Agent.start(() -> 1, GenServer.initTimeout(ENDLESS));
    run(
        () -> {
          send(self(), "a message");
          assertThat(receive(ENDLESS)).isEqualTo("a message");
          send(self(), "another");
          assertThat(receive(String.class, ENDLESS)).isEqualTo("another");
          var failure =
              catchThrowableOfType(
                  CallException.class, () -> GenServer.call(agent, Atom.of("unknown"), ENDLESS));
          assertThat(Kernel.inspect(failure.reason())).endsWith(", :unknown, :infinity]}}");
          return true;
        });
  }

  @Test
  void aNodeMayBeWaitedForEndlessly() throws Exception {
    assertThat(Node.current().awaitIdle(ENDLESS)).isTrue();
  }

  @Test
  void aTimerHasAnEnd() throws Exception {
    run(
        () -> {
          assertThatThrownBy(() -> sendAfter(self(), "never", ENDLESS))
              .isInstanceOf(IllegalArgumentException.class)
              .hasMessage("a delay of at most 146 years was expected, this is " + ENDLESS);
          long now = System.nanoTime();
          assertThatThrownBy(() -> sendAt(self(), "never", now + Long.MAX_VALUE))
              .isInstanceOf(IllegalArgumentException.class)
              .hasMessageContaining("at most 146 years");
          return true;
        });
  }

  // ---- a node's options

  @ParameterizedTest
  @ValueSource(ints = {-1, 65_536, Integer.MIN_VALUE, Integer.MAX_VALUE})
  void aPortIsOne(int port) {
    assertThatThrownBy(() -> NodeOptions.shortName("java").withPort(port))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("port: 0 (any free one) to 65535 was expected, this is " + port);
  }

  @Test
  void aRangeOfPortsHasAFirstAndALast() {
    var options = NodeOptions.shortName("java");
    assertThat(options.withPorts(9100, 9105).lastPort()).isEqualTo(9105);
    for (var range : List.of(List.of(0, 9100), List.of(9105, 9100), List.of(9100, 65_536))) {
      assertThatThrownBy(() -> options.withPorts(range.getFirst(), range.getLast()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("ports: a range from 1 to 65535 was expected, this is ");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 65_536})
  void thePortOfTheOthersIsOne(int port) {
    assertThatThrownBy(() -> NodeOptions.shortName("java").withoutEpmd(port))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("peerPort: 1 to 65535 was expected");
  }

  @Test
  void aCookieHasBytesToGoIntoASum() {
    var options = NodeOptions.shortName("java");
    assertThatThrownBy(() -> options.withCookie(""))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("cookie: 1 to 255 characters were expected, this has 0");
    assertThatThrownBy(() -> options.withCookie("x".repeat(256)))
        .hasMessage("cookie: 1 to 255 characters were expected, this has 256");
    assertThatThrownBy(() -> options.withCookie("kekséα"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("cookie: characters of Latin-1 were expected, number 6 of this one is none");
    assertThat(options.withCookie("keksé").cookie()).isEqualTo("keksé");
  }

  @Test
  void aCookieIsNotPrinted() {
    var options = NodeOptions.shortName("java").withCookie("hush");
    assertThat(options.toString()).isEqualTo("NodeOptions[shortName java]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"PT0S", "PT-1S", "PT0.000000003S", "P106752D", "PT2562047788015215H"})
  void aTickTimeCanBeWaitedFor(Duration time) {
    assertThatThrownBy(() -> NodeOptions.longName("java").withNetTickTime(time))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("netTickTime: 1 ms to 292 years were expected, this is " + time);
  }

  @Test
  void theFirstAndTheLastOfARangeAreInIt() {
    var options = NodeOptions.shortName("java");
    for (int port : List.of(0, 65_535)) {
      assertThat(options.withPort(port).port()).isEqualTo(port);
    }
    for (var time : List.of(Duration.ofMillis(1), Duration.ofNanos(Long.MAX_VALUE))) {
      assertThat(options.withNetTickTime(time).netTickTime()).isEqualTo(time);
    }
  }

  // ---- waiting for oneself

  @Test
  void aProcessThatWaitsForItsNodeToBeIdleIsToldThatItCannotBe() throws Exception {
    run(
        () -> {
          assertThatThrownBy(() -> Node.current().awaitIdle(ENDLESS))
              .isInstanceOf(IllegalStateException.class)
              .hasMessageContaining("awaitIdle was called in " + self())
              .hasMessageContaining("it would wait for itself");
          return true;
        });
  }

  // ---- functions that give null

  @Test
  void aServerIsMadeOfSomething() {
    var failure = catchThrowableOfType(StartException.class, () -> GenServer.start(() -> null));
    assertThat(failure).hasMessageContaining("the function that makes the server gave null");
  }

  @Test
  void anAgentIsUpdatedWithSomething() {
    Pid agent = Agent.start(() -> 1);
    assertThatThrownBy(() -> Agent.<Integer, Integer>getAndUpdate(agent, n -> null))
        .isInstanceOf(CallException.class)
        .hasMessageContaining("the function of getAndUpdate gave null");
  }

  // ---- nil from other nodes

  @Test
  void nilIsNoProcess() {
    var words = Vocabulary.of(Exit.class, Down.class);
    var exit = Tuple.of(Atom.of("EXIT"), Atom.NIL, Atom.of("boom"));
    assertThat(words.read(exit)).isEqualTo(exit);
    var down = Tuple.of(Atom.of("DOWN"), Atom.NIL, Atom.of("process"), Atom.NIL, Atom.of("boom"));
    assertThat(words.read(down)).isEqualTo(down);
  }
}
