package dev.retort.node;

import static dev.retort.Kernel.makeRef;
import static dev.retort.Kernel.monitor;
import static dev.retort.Kernel.receive;
import static dev.retort.Kernel.register;
import static dev.retort.Kernel.self;
import static dev.retort.Kernel.send;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import app.Bodies;
import app.Prices;
import dev.retort.Down;
import dev.retort.ErlangException;
import dev.retort.Erpc;
import dev.retort.Exports;
import dev.retort.Global;
import dev.retort.Kernel;
import dev.retort.Node;
import dev.retort.PeerAccess;
import dev.retort.Rpc;
import dev.retort.term.Atom;
import dev.retort.term.Name;
import dev.retort.term.Pid;
import dev.retort.term.Tuple;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a peer may not reach is not there for it, and all else is. */
@Timeout(60)
class GateTest {
  private static final Atom PRICES = Atom.of("prices");

  /** The arguments of a call of {@code prices:count/1}. */
  private static final List<Object> NO_ITEMS = List.of(List.of());

  private final TestNodes nodes = new TestNodes();
  private Node peer;
  private String there;

  @BeforeEach
  void start() throws IOException {
    peer = nodes.start();
  }

  @AfterEach
  void stop() throws IOException {
    nodes.close();
  }

  /** A node that lets {@code peer} do what {@code access} says. */
  private Node guarded(PeerAccess access) throws IOException {
    var node = nodes.start(TestNodes.options().withAccess(List.of(access)));
    node.export(Exports.of("prices", new Prices(2)));
    there = node.name().name();
    return node;
  }

  private PeerAccess forPeer() {
    return PeerAccess.of(peer.name().name());
  }

  @Test
  void nodeThatNoRuleIsForCannotConnect() throws Exception {
    guarded(PeerAccess.everything("somebody@else"));
    assertThat(peer.run(() -> Node.connect(there))).isFalse();
    assertThat(peer.run(() -> Node.check(there)).toString()).contains("does not allow");
  }

  @Test
  void nodeThatMayDoNothingIsStillANode() throws Exception {
    guarded(forPeer());
    assertThat(peer.run(() -> Node.ping(there))).isTrue();
  }

  @Test
  void functionThatIsNotForThePeerIsUndefined() throws Exception {
    guarded(forPeer().call("prices:total"));
    var undef = Tuple.of(PRICES, Atom.of("count"), NO_ITEMS, List.of());

    assertThatThrownBy(() -> peer.run(() -> Erpc.call(there, "prices", "count", NO_ITEMS)))
        .isInstanceOfSatisfying(
            ErlangException.class,
            e ->
                assertThat(e.value())
                    .isEqualTo(Tuple.of(Atom.of("exception"), Atom.of("undef"), List.of(undef))));
    assertThat(reasonOf("prices", "count", NO_ITEMS))
        .isEqualTo(Tuple.of(Atom.of("undef"), List.of(undef)));
    assertThat(rex(Tuple.of(Atom.of("call"), PRICES, Atom.of("count"), NO_ITEMS, Atom.of("user"))))
        .isEqualTo(
            Tuple.of(
                Atom.of("badrpc"),
                Tuple.of(Atom.of("EXIT"), Tuple.of(Atom.of("undef"), List.of(undef)))));
  }

  @Test
  void functionThatIsForThePeerIsCalled() throws Exception {
    guarded(forPeer().call("prices"));
    assertThat(peer.run(() -> Rpc.call(there, "prices", "count", NO_ITEMS))).isEqualTo(0L);
    assertThat(rex(Tuple.of(Atom.of("call"), PRICES, Atom.of("count"), NO_ITEMS, Atom.of("user"))))
        .isEqualTo(0L);
  }

  @Test
  void applyIsNoWayRoundIt() throws Exception {
    guarded(forPeer().call("erlang", "erpc"));
    var called = List.<Object>of(PRICES, Atom.of("count"), NO_ITEMS);
    assertThat(reasonOf("erlang", "apply", called))
        .isEqualTo(
            Tuple.of(
                Atom.of("undef"),
                List.of(Tuple.of(PRICES, Atom.of("count"), NO_ITEMS, List.of()))));
  }

  /** How a process ends that is started there. */
  private Object reasonOf(String module, String function, List<Object> arguments) throws Exception {
    return peer.run(
        () -> {
          var started = Node.spawnMonitor(there, module, function, arguments);
          return receive(Down.class, down -> down.ref().equals(started.ref())).reason();
        });
  }

  /** What {@code rex} answers, asked as nodes do that know nothing newer. */
  private Object rex(Tuple request) throws Exception {
    return peer.run(
        () -> {
          var tag = makeRef();
          send(
              new Name(Rex.NAME, Atom.of(there)),
              Tuple.of(GenMessage.CALL, Tuple.of(self(), tag), request));
          return receive(Tuple.class, answer -> tag.equals(answer.get(0))).get(1);
        });
  }

  @Test
  void nameThatIsNotForThePeerIsNotThere() throws Exception {
    var node = guarded(forPeer().send("open"));
    var open = inbox(node, "open");
    var closed = inbox(node, "closed");
    var reason =
        peer.run(
            () -> {
              send(new Name(Atom.of("closed"), Atom.of(there)), Atom.of("hello"));
              send(new Name(Atom.of("open"), Atom.of(there)), Atom.of("hello"));
              var ref = monitor(new Name(Atom.of("closed"), Atom.of(there)));
              return receive(Down.class, down -> down.ref().equals(ref)).reason();
            });
    assertThat(reason).isEqualTo(Atom.NOPROC);
    assertThat(node.run(() -> ask(open))).isEqualTo(List.of(Atom.of("hello")));
    assertThat(node.run(() -> ask(closed))).isEqualTo(List.of());
  }

  /** A process that keeps what comes, until it is asked. */
  private static Pid inbox(Node node, String name) throws Exception {
    return node.run(
        () -> {
          var pid =
              Kernel.spawn(
                  () -> {
                    var kept = new ArrayList<Object>();
                    for (; ; ) {
                      if (receive() instanceof Tuple asked && asked.get(0) instanceof Pid asker) {
                        send(asker, List.copyOf(kept));
                        kept.clear();
                      } else {
                        kept.add(Atom.of("hello"));
                      }
                    }
                  });
          register(name, pid);
          return pid;
        });
  }

  private static Object ask(Pid inbox) {
    send(inbox, Tuple.of(self(), Atom.of("ask")));
    return receive(List.class);
  }

  @Test
  void processesAreReachedByTheirPidsOnlyWhereThatIsSaid() throws Exception {
    var node = guarded(forPeer());
    var inbox = inbox(node, "inbox");
    reach(inbox);
    assertThat(node.run(() -> ask(inbox))).isEqualTo(List.of());
  }

  @Test
  void processesAreReachedWhereThatIsSaid() throws Exception {
    var node = guarded(forPeer().withProcesses());
    var inbox = inbox(node, "inbox");
    reach(inbox);
    assertThat(node.run(() -> Kernel.alive(inbox))).isFalse();
  }

  /** The peer sends to the process by its pid, and kills it. */
  private void reach(Pid inbox) throws Exception {
    var foreign = Pid.of(Atom.of(there), inbox.id(), inbox.serial(), inbox.creation());
    peer.run(
        () -> {
          send(foreign, Atom.of("hello"));
          Kernel.exit(foreign, Atom.KILL);
          var ref = monitor(foreign);
          return receive(Down.class, down -> down.ref().equals(ref)); // now all has arrived
        });
  }

  @Test
  void closuresRunOnlyWhereThatIsSaid() throws Exception {
    guarded(forPeer());
    assertThatThrownBy(() -> peer.run(() -> Node.spawn(there, Bodies.exit(Atom.NORMAL))))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("takes no Java closures");
  }

  @Test
  void namesOfGlobalCountOnlyWhereThatIsSaid() throws Exception {
    var node = guarded(forPeer());
    assertThat(peer.run(() -> Node.ping(there))).isTrue();
    var somebody = inbox(peer, "somebody");
    assertThat(peer.run(() -> Global.register("somebody", somebody))).isTrue();
    assertThat(node.run(() -> Global.names())).isEmpty();
  }

  @Test
  void whoseNamesCountMayNotReachMoreByThem() throws Exception {
    var node = guarded(forPeer().withGlobal());
    var somebody = inbox(node, "somebody");
    assertThat(global("register_name", "somebody", somebody)).isEqualTo(Atom.of("yes"));
    assertThat(global("whereis_name", "somebody")).isEqualTo(somebody);

    assertThatThrownBy(() -> global("send", "somebody", "hello")).hasMessageContaining("undef");
    var count = Tuple.of(PRICES, Atom.of("count"));
    assertThatThrownBy(() -> global("resolve_it", count, "somebody", somebody, somebody))
        .hasMessageContaining("undef");
    var notify = Tuple.of(Atom.of("global"), Atom.of("notify_all_name"));
    assertThat(global("resolve_it", notify, "somebody", somebody, somebody))
        .isEqualTo(Atom.of("none"));
  }

  private Object global(String function, Object... arguments) throws Exception {
    return peer.run(() -> Rpc.call(there, "global", function, List.of(arguments)));
  }
}
