package dev.retort;

import static dev.retort.Kernel.receive;
import static dev.retort.Kernel.self;
import static dev.retort.Kernel.send;
import static dev.retort.Kernel.spawn;
import static org.assertj.core.api.Assertions.assertThat;

import dev.retort.term.Pid;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who waits for a carrier gets one, also behind a process that computes. */
@Timeout(60)
class CarriersTest {
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final int SHORT_TURNS = 20_000;

  private static void echo() {
    for (; ; ) {
      if (receive() instanceof Pid asking) {
        send(asking, "here");
      }
    }
  }

  @Test
  void whoWaitsBehindAProcessThatComputesIsNotForgotten() throws Exception {
    var stop = new AtomicBoolean();
    try {
      for (int i = 0; i < 20; i++) {
        var answer = Node.current().run(() -> askBesideOneThatComputes(stop));
        assertThat(answer).as("round %s", i).isEqualTo("here");
      }
    } finally {
      stop.set(true);
    }
  }

  private static Object askBesideOneThatComputes(AtomicBoolean stop) {
    var echo = spawn(CarriersTest::echo);
    var computes =
        spawn(
            () -> {
              receive();
              while (!stop.get()) {
                Thread.onSpinWait();
              }
            });
    for (int i = 0; i < SHORT_TURNS; i++) {
      send(echo, self());
      receive();
    }
    send(computes, "now"); // woken first, it runs first when this process waits
    send(echo, self());
    return receive(SOON);
  }

  @Test
  void whoWaitsBesidePairsThatTalkIsNotForgotten() throws Exception {
    var stop = new AtomicBoolean();
    try {
      for (int i = 0; i < Runtime.getRuntime().availableProcessors(); i++) {
        spawn(() -> talk(stop));
      }
      for (int i = 0; i < 100; i++) {
        var answer =
            Node.current()
                .run(
                    () -> {
                      var echo = spawn(CarriersTest::echo);
                      send(echo, self());
                      return receive(SOON);
                    });
        assertThat(answer).as("round %s", i).isEqualTo("here");
      }
    } finally {
      stop.set(true);
    }
  }

  private static final class Talker implements GenServer<Integer> {
    private final AtomicBoolean stop;

    Talker(AtomicBoolean stop) {
      this.stop = stop;
    }

    @Override
    public Integer init() {
      return 0;
    }

    @Override
    public Step<Integer> handleInfo(Object message, Integer state) {
      if (message instanceof Pid other && !stop.get()) {
        send(other, self());
      }
      return GenServer.noReply(state);
    }
  }

  @Test
  void whoWaitsBesideServersThatTalkIsNotForgotten() throws Exception {
    var stop = new AtomicBoolean();
    try {
      for (int i = 0; i < 2 * Runtime.getRuntime().availableProcessors(); i++) {
        send(GenServer.start(() -> new Talker(stop)), GenServer.start(() -> new Talker(stop)));
      }
      var echo = spawn(CarriersTest::echo); // holds a runner that has to come back to a carrier
      for (int i = 0; i < 100; i++) {
        var answer =
            Node.current()
                .run(
                    () -> {
                      send(echo, self());
                      return receive(SOON);
                    });
        assertThat(answer).as("round %s", i).isEqualTo("here");
      }
    } finally {
      stop.set(true);
    }
  }

  /** Two processes whose turns are short, and that always have something to say. */
  private static void talk(AtomicBoolean stop) {
    var echo = spawn(CarriersTest::echo);
    while (!stop.get()) {
      send(echo, self());
      receive();
    }
  }
}
