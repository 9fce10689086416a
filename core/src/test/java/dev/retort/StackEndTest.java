package dev.retort;

import static dev.retort.Kernel.monitor;
import static dev.retort.Kernel.receive;
import static dev.retort.Kernel.send;
import static dev.retort.Kernel.spawn;
import static org.assertj.core.api.Assertions.assertThat;

import dev.retort.term.Pid;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The stack of a process ends inside a function of the kernel: that process has its {@link
 * StackOverflowError}, and nobody else misses a wake-up for it.
 */
@Timeout(120)
class StackEndTest {
  private static final int ROUNDS = 100;
  private static final int TRIES = 30;

  /** A function of the kernel, tried where the stack ends. */
  private interface Try {
    void on(Pid to) throws Exception;
  }

  private static final class Answers implements GenServer<Integer> {
    @Override
    public Integer init() {
      return 0;
    }

    @Override
    public Step<Integer> handleCall(Call<?> request, From from, Integer state) {
      return GenServer.unknown(request);
    }

    @Override
    public Step<Integer> handleInfo(Object message, Integer state) {
      if (message instanceof Pid asking) {
        send(asking, "alive");
      }
      return GenServer.noReply(state);
    }
  }

  private static void answer() {
    for (; ; ) {
      if (receive() instanceof Pid asking) {
        send(asking, "alive");
      }
    }
  }

  private static final class Diver {
    private final Try what;
    private final Pid to;
    private int done;

    Diver(Try what, Pid to) {
      this.what = what;
      this.to = to;
    }

    /** Goes down until the stack ends, and on the way back tries in every frame. */
    @SuppressWarnings("InfiniteRecursion") // that is the point
    void dive() {
      try {
        dive();
      } catch (StackOverflowError e) {
        // the end
      }
      if (done < TRIES) {
        try {
          what.on(to);
        } catch (Exception | InternalError e) { // the latter, from method handles, wraps the end
          // as good as done
        }
        done++; // unless the stack ended in it: then the frame above tries
      }
    }

    /** So that the end comes at another place each time. */
    int pad(int frames) {
      if (frames == 0) {
        dive();
        return 0;
      }
      return pad(frames - 1) + 1;
    }
  }

  private static void loseNoWakeUp(boolean server, Try what) throws Exception {
    var node = Node.current();
    for (int i = 0; i < ROUNDS; i++) {
      int frames = i % 37;
      var to = server ? GenServer.start(Answers::new) : spawn(StackEndTest::answer);
      assertThat(node.run(() -> new Diver(what, to).pad(frames))).isEqualTo(frames);
      var answer =
          node.run(
              () -> {
                send(to, Kernel.self());
                return receive(Duration.ofSeconds(20));
              });
      assertThat(answer).as("round %s", i).isEqualTo("alive");
    }
  }

  @Test
  void sendToAServer() throws Exception {
    loseNoWakeUp(true, to -> send(to, 1));
  }

  @Test
  void sendToAReceiver() throws Exception {
    loseNoWakeUp(false, to -> send(to, 1));
  }

  @Test
  void receiveItself() throws Exception {
    loseNoWakeUp(false, to -> receive(Duration.ofNanos(1)));
  }

  @Test
  void monitorOfAnother() throws Exception {
    loseNoWakeUp(false, to -> monitor(to));
  }

  @Test
  void spawnOfAnother() throws Exception {
    loseNoWakeUp(false, to -> spawn(() -> {}));
  }
}
