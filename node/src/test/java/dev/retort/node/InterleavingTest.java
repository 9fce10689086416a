package dev.retort.node;

import static dev.retort.Kernel.receive;
import static dev.retort.Kernel.register;
import static dev.retort.Kernel.self;
import static dev.retort.Kernel.send;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.retort.Node;
import dev.retort.term.Atom;
import dev.retort.term.Binary;
import dev.retort.term.Pid;
import java.io.DataInputStream;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Timeout;

/** A large message does not keep small ones of other processes waiting until it is over. */
@Timeout(60)
class InterleavingTest {
  private static final int LARGE = 64 << 20;

  /** What may be before a small message: the queue of the connection, and the sockets' buffers. */
  private static final int BEFORE = LARGE / 2;

  private final TestNodes nodes = new TestNodes();
  private Node node;

  @BeforeEach
  void startNode() throws IOException {
    node = nodes.start();
  }

  @AfterEach
  void closeNodes() throws IOException {
    nodes.close();
  }

  /** A process that answers whoever asks, and may have to wait while it does. */
  private final class Answerer {
    private final String name;
    private final AtomicBoolean answered = new AtomicBoolean();
    private final AtomicReference<Thread> answering = new AtomicReference<>();

    Answerer(String name, Object answer) throws Exception {
      this.name = name;
      var ready = new CountDownLatch(1);
      node.spawn(
          () -> {
            register(name, self());
            ready.countDown();
            var asker = (Pid) receive();
            answering.set(Thread.currentThread());
            send(asker, answer);
            answered.set(true);
          });
      ready.await();
    }

    /** Waits until it has answered, or waits for room to do so. */
    void await() {
      Awaitility.await(name)
          .until(
              () -> {
                var thread = answering.get();
                return answered.get()
                    || (thread != null && thread.getState() == Thread.State.WAITING);
              });
    }
  }

  /**
   * The peer asks for a large message, reads its first fragment, asks somebody else for a small
   * one, and reads on: the small one comes before most of the large one has.
   */
  @RepeatedTest(3)
  void aSmallMessageOvertakesTheRestOfALargeOne() throws Exception {
    var large = new Answerer("large", Binary.of(new byte[LARGE]));
    var small = new Answerer("small", Atom.of("small"));
    try (var peer = nodes.pretend(node)) {
      var in = new DataInputStream(peer.socket().getInputStream());
      peer.sendTo("large", peer.pid());
      long before = 0;
      while (true) {
        var frame = new byte[in.readInt()];
        in.readFully(frame);
        if (frame.length == 0) {
          continue;
        }
        if (frame[1] != Frames.DIST_HEADER) {
          if (before == 0) {
            large.await();
            peer.sendTo("small", peer.pid());
            small.await();
          }
          before += frame.length;
        } else if (new String(frame, ISO_8859_1).endsWith("small")) {
          break;
        }
      }
      assertThat(before).as("bytes of the large message before the small one").isLessThan(BEFORE);
    }
  }
}
