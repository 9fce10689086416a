package dev.retort.node;

import static dev.retort.Kernel.cancelTimer;
import static dev.retort.Kernel.monitor;
import static dev.retort.Kernel.readTimer;
import static dev.retort.Kernel.receive;
import static dev.retort.Kernel.register;
import static dev.retort.Kernel.self;
import static dev.retort.Kernel.send;
import static dev.retort.Kernel.sendAfter;
import static dev.retort.Kernel.sendAt;
import static dev.retort.Kernel.spawn;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.retort.Down;
import dev.retort.Kernel;
import dev.retort.Node;
import dev.retort.term.Atom;
import dev.retort.term.Name;
import dev.retort.term.Pid;
import dev.retort.term.Ref;
import dev.retort.term.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TimersAcrossNodesTest {
  private final TestNodes nodes = new TestNodes();

  @AfterEach
  void closeNodes() throws Exception {
    nodes.close();
  }

  /** The name of a process on another node that sends back what it gets. */
  private Name echo() throws Exception {
    var node = nodes.start();
    node.spawn(
        () -> {
          register("echo", self());
          while (true) {
            var message = (Tuple) receive();
            send((Pid) message.get(0), message.get(1));
          }
        });
    await().until(() -> node.whereis("echo") != null);
    return new Name(Atom.of("echo"), node.name());
  }

  @Test
  void messagesToAnotherNodeArriveInOrder() throws Exception {
    var echo = echo();
    Node one = nodes.start();
    one.run(
        () -> {
          var expected = new ArrayList<Object>();
          long due = System.nanoTime() + 20_000_000;
          for (long i = 0; i < 1_000; i++) {
            sendAt(echo, Tuple.of(self(), i), due);
            expected.add(i);
          }
          var received = new ArrayList<Object>();
          for (int i = 0; i < 1_000; i++) {
            received.add(receive());
          }
          assertThat(received).isEqualTo(expected);
          return null;
        });
  }

  @Test
  void aReferenceThatComesBackCancelsItsTimer() throws Exception {
    var echo = echo();
    Node one = nodes.start();
    one.run(
        () -> {
          var timer = sendAfter(self(), "never", Duration.ofHours(1));
          send(echo, Tuple.of(self(), timer));
          var back = (Ref) receive();
          assertThat(readTimer(back)).isPositive();
          assertThat(cancelTimer(back)).isPositive();
          assertThat(readTimer(timer)).isNull();
          return null;
        });
  }

  @Test
  void aPidThatComesBackIsTheProcessThatItsTimersEndWith() throws Exception {
    var echo = echo();
    Node one = nodes.start();
    one.run(
        () -> {
          var process = spawn(Kernel::receive);
          send(echo, Tuple.of(self(), process));
          var timer = sendAfter((Pid) receive(), "end", Duration.ofHours(1));
          assertThat(readTimer(timer)).isPositive();
          monitor(process);
          send(process, "end");
          receive(Down.class);
          assertThat(readTimer(timer)).isNull();
          return null;
        });
  }
}
