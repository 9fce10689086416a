package dev.retort.interop;

import static dev.retort.Kernel.exit;
import static dev.retort.Kernel.monitor;
import static dev.retort.Kernel.receive;
import static dev.retort.Kernel.self;
import static dev.retort.Kernel.send;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.retort.Down;
import dev.retort.Node;
import dev.retort.NodeOptions;
import dev.retort.term.Atom;
import dev.retort.term.Name;
import dev.retort.term.Pid;
import dev.retort.term.Tuple;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A real Erlang node whose process is stopped, as a debugger or a swapping machine does. */
@Timeout(300)
class StoppedPeersTest {
  private static final int SENDERS = 3;
  private static final int MESSAGES = 120;
  private static final String PAYLOAD = "x".repeat(100_000);

  @RegisterExtension final Nodes nodes = new Nodes();

  private Node node;
  private Iex stopped;

  @AfterEach
  void goOn() throws Exception {
    if (stopped != null && stopped.isAlive()) {
      signal("CONT", stopped);
    }
    if (node != null) {
      node.close();
    }
  }

  private void startNode(Duration tickTime) throws IOException {
    node =
        Node.start(
            NodeOptions.shortName(nodes.name("java"))
                .withCookie(nodes.cookie())
                .withNetTickTime(tickTime));
  }

  /** A process of the test's own. */
  private static void signal(String signal, Console program) throws Exception {
    var kill = new ProcessBuilder("kill", "-" + signal, Long.toString(program.pid()));
    assertThat(kill.inheritIO().start().waitFor()).isZero();
  }

  /** Processes that send, and how many messages each has got rid of. */
  private record Flood(List<Pid> senders, AtomicIntegerArray sent) {
    /** Waits until they all wait. */
    int[] awaitBlocked() {
      var looks = new ArrayList<String>();
      await()
          .atMost(Duration.ofSeconds(30))
          .pollInterval(Duration.ofMillis(300))
          .until(
              () -> {
                looks.add(sent.toString());
                return looks.size() > 2
                    && Set.copyOf(looks.subList(looks.size() - 3, looks.size())).size() == 1;
              });
      var blocked = IntStream.range(0, SENDERS).map(sent::get).toArray();
      assertThat(IntStream.of(blocked).max().orElseThrow()).isLessThan(MESSAGES);
      assertThat(IntStream.of(blocked).sum()).isPositive();
      return blocked;
    }
  }

  private Flood flood(String peer) {
    var sent = new AtomicIntegerArray(SENDERS);
    var senders = new ArrayList<Pid>();
    for (int i = 0; i < SENDERS; i++) {
      int sender = i;
      senders.add(
          node.spawn(
              () -> {
                var to = new Name(Atom.of("sink"), Atom.of(peer));
                for (long n = 0; n < MESSAGES; n++) {
                  send(to, Tuple.of((long) sender, n, PAYLOAD));
                  sent.incrementAndGet(sender);
                }
              }));
    }
    return new Flood(senders, sent);
  }

  private void assertServes(String peer) throws Exception {
    assertThat(
            node.run(
                () -> {
                  var to = new Name(Atom.of("echo"), Atom.of(peer));
                  send(to, Tuple.of(self(), "still there"));
                  return receive(String.class, Duration.ofSeconds(20));
                }))
        .isEqualTo("still there");
    assertThat(
            node.run(
                () -> {
                  var me = self();
                  node.spawn(() -> send(me, "here, too"));
                  return receive(String.class, Duration.ofSeconds(20));
                }))
        .isEqualTo("here, too");
  }

  private static void startEcho(Iex peer) {
    peer.run(
        "spawn(fn -> Process.register(self(), :echo);"
            + " Enum.each(Stream.repeatedly(fn -> receive do {pid, m} -> send(pid, m) end end),"
            + " fn _ -> :ok end) end)");
  }

  @Test
  void blocksOnlyWhoSendsToItAndLosesNothing() throws Exception {
    startNode(Duration.ofSeconds(60));
    stopped = nodes.iex("stopped");
    var other = nodes.iex("other");
    startEcho(other);
    stopped.run(
        """
        defmodule Sink do
          def run(counts, 0), do: counts
          def run(counts, left) do
            receive do
              {sender, n, payload} when byte_size(payload) == 100_000 ->
                ^n = Map.get(counts, sender, 0)
                run(Map.put(counts, sender, n + 1), left - 1)
            end
          end
        end
        """
            .strip());
    stopped.run(
        "me = self(); spawn(fn -> Process.register(self(), :sink); send(me, :ready); send(me, Sink.run(%{}, "
            + SENDERS * MESSAGES
            + ")) end); receive do :ready -> :ok end");
    assertThat(node.run(() -> Node.connect(stopped.node()))).isTrue();

    signal("STOP", stopped);
    var flood = flood(stopped.node());
    flood.awaitBlocked();
    for (int i = 0; i < 20; i++) {
      assertServes(other.node());
    }
    signal("CONT", stopped);

    assertThat(stopped.value("receive do counts -> counts after 30_000 -> :nothing end"))
        .isEqualTo("%{0 => 120, 1 => 120, 2 => 120}");
    await().until(() -> flood.sent.toString().equals("[120, 120, 120]"));
  }

  @Test
  void whoSendsToOneThatNeverGoesOnIsReleasedByTheTick() throws Exception {
    startNode(Duration.ofSeconds(4));
    stopped = nodes.iex("stopped", "--erl", "-kernel net_ticktime 4");
    stopped.run("spawn(fn -> Process.register(self(), :sink); Process.sleep(:infinity) end)");
    assertThat(node.run(() -> Node.connect(stopped.node()))).isTrue();
    var told = new LinkedBlockingQueue<Object>();
    node.spawn(
        () -> {
          monitor(new Name(Atom.of("sink"), Atom.of(stopped.node())));
          told.add("ready");
          while (true) {
            told.add(receive());
          }
        });
    assertThat(told.take()).isEqualTo("ready");

    signal("STOP", stopped);
    var flood = flood(stopped.node());
    var blocked = flood.awaitBlocked();
    var down = (Down) told.poll(60, TimeUnit.SECONDS);
    assertThat(down).isNotNull();
    assertThat(down.reason()).isEqualTo(Atom.NOCONNECTION);
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> IntStream.range(0, SENDERS).allMatch(i -> flood.sent.get(i) > blocked[i]));
    node.run(
        () -> {
          flood.senders.forEach(sender -> exit(sender, Atom.KILL));
          return null;
        });
    assertThat(told).isEmpty();
  }
}
