package dev.retort.node;

import static dev.retort.Kernel.link;
import static dev.retort.Kernel.monitor;
import static dev.retort.Kernel.receive;
import static dev.retort.Kernel.register;
import static dev.retort.Kernel.self;
import static dev.retort.Kernel.send;
import static dev.retort.Kernel.trapExit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import app.Bodies;
import com.sun.management.UnixOperatingSystemMXBean;
import dev.retort.Down;
import dev.retort.Exit;
import dev.retort.Kernel;
import dev.retort.Node;
import dev.retort.NodeDown;
import dev.retort.NodeOptions;
import dev.retort.term.Atom;
import dev.retort.term.Binary;
import dev.retort.term.Name;
import dev.retort.term.Pid;
import dev.retort.term.Tuple;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class NodesTest {
  private static final Atom ECHO = Atom.of("echo");

  private final TestNodes nodes = new TestNodes();

  @AfterEach
  void closeNodes() throws Exception {
    nodes.close();
  }

  /** A node with a process that sends back what it gets, and ends when told why. */
  private Node withEcho() throws Exception {
    var node = nodes.start();
    node.spawn(NodesTest::echo);
    await().until(() -> node.whereis("echo") != null);
    return node;
  }

  private static void echo() {
    register("echo", self());
    for (; ; ) {
      var message = (Tuple) receive();
      if (message.get(0) instanceof Pid from) {
        send(from, Tuple.of(self(), message.get(1)));
      } else {
        Kernel.exit(message.get(1));
      }
    }
  }

  private static Name echoOf(Node node) {
    return new Name(ECHO, node.name());
  }

  /** The pid of an echo, which answers. */
  private static Pid find(Name echo) {
    send(echo, Tuple.of(self(), "where"));
    return (Pid) ((Tuple) receive()).get(0);
  }

  /** Also where it is closed before its threads have begun. */
  @Test
  void aConnectionLeavesNoFilesOpen() throws Exception {
    var one = nodes.start();
    var two = nodes.start();
    var system = (UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    one.run(
        () -> {
          connectAndDisconnect(two, 20);
          long before = system.getOpenFileDescriptorCount();
          connectAndDisconnect(two, 100);
          await().until(() -> system.getOpenFileDescriptorCount() < before + 50);
          return null;
        });
  }

  private static void connectAndDisconnect(Node other, int times) {
    for (int i = 0; i < times; i++) {
      assertThat(Node.connect(other.name().name())).isTrue();
      Node.disconnect(other.name().name());
    }
  }

  /**
   * The thread that reads wakes it, and may run it: others must get their messages all the same.
   */
  @Test
  void aProcessThatComputesKeepsNoMessageFromOthers() throws Exception {
    var one = nodes.start();
    var two = withEcho();
    var stop = new AtomicBoolean();
    var computing =
        two.spawn(
            () -> {
              receive();
              while (!stop.get()) {
                Thread.onSpinWait();
              }
            });
    two.spawn(
        () -> {
          register("stopper", self());
          receive();
          stop.set(true);
        });
    await().until(() -> two.whereis("stopper") != null);
    one.run(
        () -> {
          var echo = find(echoOf(two));
          for (int i = 0; i < 100; i++) { // it seems to be a conversation
            send(echo, Tuple.of(self(), i));
            receive();
          }
          send(computing, "now");
          send(Name.of("stopper", two.name().name()), "stop");
          send(echo, Tuple.of(self(), "at last"));
          assertThat(((Tuple) receive()).get(1)).isEqualTo("at last");
          return null;
        });
    await().untilTrue(stop);
  }

  @Test
  void messagesComeBackInOrder() throws Exception {
    var one = nodes.start();
    var two = withEcho();
    var numbers =
        one.run(
            () -> {
              for (long i = 0; i < 10_000; i++) {
                send(echoOf(two), Tuple.of(self(), i));
              }
              var back = new ArrayList<Object>();
              for (int i = 0; i < 10_000; i++) {
                back.add(((Tuple) receive()).get(1));
              }
              return back;
            });
    for (int i = 0; i < 10_000; i++) {
      assertThat(numbers.get(i)).isEqualTo((long) i);
    }
    assertThat(one.run(Node::list)).containsExactly(two.name());
    assertThat(two.run(Node::list)).containsExactly(one.name());
  }

  @Test
  void largeMessagesArriveWhole() throws Exception {
    var one = nodes.start();
    var two = withEcho();
    var bytes = new byte[5_000_000];
    new Random(1).nextBytes(bytes);
    var large = Binary.of(bytes);
    var back =
        one.run(
            () -> {
              send(echoOf(two), Tuple.of(self(), large));
              return ((Tuple) receive()).get(1);
            });
    assertThat(back.equals(large)).isTrue();
  }

  @Test
  void monitorOfWhatIsNotThereIsAnsweredAtOnce() throws Exception {
    var one = nodes.start();
    var two = nodes.start();
    var down =
        one.run(
            () -> {
              monitor(new Name(Atom.of("nosuch"), two.name()));
              return (Down) receive();
            });
    assertThat(down.reason()).isEqualTo(Atom.NOPROC);
    assertThat(down.object()).isEqualTo(new Name(Atom.of("nosuch"), two.name()));
    var unreachable =
        one.run(
            () -> {
              monitor(Name.of("nosuch", "nobody@nowhere-at-all"));
              return (Down) receive();
            });
    assertThat(unreachable.reason()).isEqualTo(Atom.NOCONNECTION);
  }

  @Test
  void exitReasonsCrossLinksAndMonitors() throws Exception {
    var one = nodes.start();
    var two = withEcho();
    var reason = Tuple.of(Atom.of("boom"), List.of(1L, "why"));
    var received =
        one.run(
            () -> {
              trapExit(true);
              var echo = find(echoOf(two));
              link(echo);
              monitor(echo);
              send(echo, Tuple.of(Atom.of("exit"), reason));
              return List.of(receive(Exit.class).reason(), receive(Down.class).reason());
            });
    assertThat(received).containsExactly(reason, reason);
  }

  @Test
  void tiesEndWithNoconnectionWhenTheOtherNodeEnds() throws Exception {
    var one = nodes.start();
    var two = withEcho();
    var tied = new CompletableFuture<Boolean>();
    var messages = new CompletableFuture<List<Object>>();
    one.spawn(
        () -> {
          trapExit(true);
          var echo = find(echoOf(two));
          link(echo);
          monitor(echoOf(two));
          Node.monitor(two.name().name(), true);
          find(echoOf(two));
          tied.complete(true);
          messages.complete(
              List.of(
                  receive(Exit.class).reason(),
                  receive(Down.class).reason(),
                  receive(NodeDown.class).node()));
        });
    tied.get();

    two.close();

    assertThat(messages.get()).containsExactly(Atom.NOCONNECTION, Atom.NOCONNECTION, two.name());
    assertThat(one.run(Node::list)).isEmpty();
  }

  @Test
  void processesOfAnEarlierIncarnationAreDead() throws Exception {
    var one = nodes.start();
    var options = TestNodes.options();
    var two = nodes.start(options);
    two.spawn(NodesTest::echo);
    var old =
        one.run(
            () -> {
              Node.connect(two.name().name());
              await().until(() -> two.whereis("echo") != null);
              return find(echoOf(two));
            });
    two.close();
    await().until(() -> one.run(Node::list).isEmpty());

    var again = nodes.start(options);
    var down =
        one.run(
            () -> {
              monitor(old);
              return (Down) receive();
            });

    assertThat(down.reason()).isEqualTo(Atom.NOPROC);
    assertThat(one.run(Node::list)).containsExactly(again.name());
  }

  @Test
  void closureRunsOnTheOtherNode() throws Exception {
    var one = nodes.start();
    var two = nodes.start();
    var there =
        one.run(
            () -> {
              var me = self();
              Node.spawnLink(two.name().name(), Bodies.tellNode(me));
              return receive();
            });
    assertThat(there).isEqualTo(two.name());
  }

  @Test
  void endOfASpawnedClosureIsNeverMissed() throws Exception {
    var one = nodes.start();
    var two = nodes.start();
    one.run(
        () -> {
          trapExit(true);
          for (int i = 0; i < 200; i++) {
            var linked = Node.spawnLink(two.name().name(), Bodies.exit(Atom.of("at_once")));
            assertThat(receive(Exit.class)).isEqualTo(new Exit(linked, Atom.of("at_once")));
            var monitored = Node.spawnMonitor(two.name().name(), Bodies.exit(Atom.of("at_once")));
            var down = receive(Down.class);
            assertThat(down.ref()).isEqualTo(monitored.ref());
            assertThat(down.object()).isEqualTo(monitored.pid());
          }
          return true;
        });
  }

  @Test
  void closureIsRefusedWhereTheyAreNotAccepted() throws Exception {
    var one = nodes.start();
    var two = nodes.start(TestNodes.options().withAcceptClosures(false));
    assertThatThrownBy(() -> one.run(() -> Node.spawn(two.name().name(), Bodies.exit(Atom.NORMAL))))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("withAcceptClosures");
  }

  @Test
  void wrongCookieIsRefusedBothWays() throws Exception {
    var one = nodes.start();
    var two = nodes.start(TestNodes.options().withCookie("another"));
    assertThat(one.run(() -> Node.connect(two.name().name()))).isFalse();
    assertThat(two.run(() -> Node.ping(one.name().name()))).isFalse();
    assertThat(one.run(Node::list)).isEmpty();
    assertThat(two.run(Node::list)).isEmpty();
  }

  @Test
  void hiddenNodeIsListedAmongHiddenOnes() throws Exception {
    var one = nodes.start();
    var two = nodes.start(TestNodes.options().withHidden(true));
    assertThat(two.run(() -> Node.ping(one.name().name()))).isTrue();
    assertThat(one.run(Node::list)).isEmpty();
    assertThat(one.run(Node::listHidden)).containsExactly(two.name());
  }

  @Test
  void callsAtTheSameTimeEndInOneConnection() throws Exception {
    var one = nodes.start();
    var two = nodes.start();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 30; i++) {
        var forth = threads.submit(() -> one.run(() -> Node.ping(two.name().name())));
        var back = threads.submit(() -> two.run(() -> Node.ping(one.name().name())));
        assertThat(forth.get()).isTrue();
        assertThat(back.get()).isTrue();
        assertThat(one.run(Node::list)).containsExactly(two.name());
        one.run(() -> Node.disconnect(two.name().name()));
        await().until(() -> two.run(Node::list).isEmpty());
      }
    }
  }

  @Test
  void nameThatIsInUseIsSaidInOneSentence() throws Exception {
    var options = TestNodes.options();
    nodes.start(options);
    assertThatThrownBy(() -> nodes.start(options))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("is in use on this machine");
  }

  @Test
  void portThatIsInUseIsSaidInOneSentence() throws Exception {
    try (var taken = new java.net.ServerSocket(0)) {
      var options = TestNodes.options().withPort(taken.getLocalPort());
      assertThatThrownBy(() -> nodes.start(options))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("cannot listen on port " + taken.getLocalPort());
    }
  }

  @Test
  void longNamesMeetOnAnAddress() throws Exception {
    var one = nodes.start(longName());
    var two = nodes.start(longName());
    var shortNamed = nodes.start();
    assertThat(one.run(() -> Node.ping(two.name().name()))).isTrue();
    assertThat(one.run(() -> Node.connect(shortNamed.name().name()))).isFalse();
    assertThat(shortNamed.run(() -> Node.connect(one.name().name()))).isFalse();
  }

  private static NodeOptions longName() {
    return NodeOptions.longName(TestNodes.options().name() + "@127.0.0.1")
        .withCookie(TestNodes.COOKIE);
  }
}
