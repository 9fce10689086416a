package dev.retort.node;

import static dev.retort.Kernel.self;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import app.Prices;
import app.Prices.Item;
import dev.retort.BadRpcException;
import dev.retort.Down;
import dev.retort.ErlangException;
import dev.retort.ErlangException.Kind;
import dev.retort.Erpc;
import dev.retort.Exit;
import dev.retort.ExitException;
import dev.retort.Exports;
import dev.retort.Kernel;
import dev.retort.Node;
import dev.retort.Rpc;
import dev.retort.term.Atom;
import dev.retort.term.Pid;
import dev.retort.term.Tuple;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Functions by their names, called from one Retort node to another and on the node itself. */
@Timeout(60)
class ErpcTest {
  private static final List<Item> ITEMS = List.of(new Item("tea", 2), new Item("milk", 3));

  private final TestNodes nodes = new TestNodes();
  private Node one;
  private Node two;
  private String there;

  @BeforeEach
  void start() throws Exception {
    one = nodes.start();
    two = Node.start(TestNodes.options(), Exports.of("prices", new Prices(2)));
    there = two.name().name();
  }

  @AfterEach
  void close() throws Exception {
    two.close();
    nodes.close();
  }

  private Object call(String function, Object... arguments) {
    return Erpc.call(there, "prices", function, List.of(arguments));
  }

  private ErlangException raised(String function, Object... arguments) {
    return catchThrowableOfType(ErlangException.class, () -> call(function, arguments));
  }

  private static Tuple frame(String module, String function, Object... arguments) {
    return Tuple.of(Atom.of(module), Atom.of(function), List.of(arguments), List.of());
  }

  @Test
  void argumentsAndValuesAreTyped() {
    assertThat(Erpc.call(there, "prices", "net", List.of(2.5), Double.class)).isEqualTo(5.0);
    assertThat(Erpc.call(there, "prices", "count", List.of(ITEMS), Integer.class)).isEqualTo(5);
    assertThat(Erpc.call(there, "prices", "largest", List.of(ITEMS), Item.class))
        .isEqualTo(new Item("milk", 3));
    assertThat(call("largest", ITEMS)).isEqualTo(Tuple.of(Atom.of("item"), "milk", 3L));
    assertThat(call("or_default", Atom.NIL)).isEqualTo("default");
    assertThat(call("nothing")).isEqualTo(Atom.NIL);
    assertThat(Erpc.call(there, "prices", "nothing", List.of(), String.class)).isNull();
    assertThat(call("same", Tuple.of(Atom.of("ok"), "a"))).isEqualTo(Tuple.of(Atom.OK, "a"));
    assertThatThrownBy(() -> Erpc.call(there, "prices", "same", List.of("a"), Integer.class))
        .isInstanceOf(ClassCastException.class)
        .hasMessageContaining("java.lang.Integer")
        .hasMessageContaining("\"a\"");
  }

  @Test
  void anyThreadAndAnyProcessMayCall() throws Exception {
    assertThat(one.run(() -> call("count", ITEMS))).isEqualTo(5L);
    assertThat(
            one.run(
                () -> {
                  var first = Erpc.sendRequest(there, "prices", "waiting", List.of(self()));
                  var second = Erpc.sendRequest(there, "prices", "count", List.of(ITEMS));
                  assertThat(second.receive()).isEqualTo(5L);
                  assertThat(first.await(Duration.ZERO)).isFalse();
                  Kernel.send((Pid) Kernel.receive(), ITEMS.getFirst());
                  assertThat(first.await(Duration.ofSeconds(30))).isTrue();
                  assertThat(first.receive()).isEqualTo(2L);
                  return Kernel.processInfo(self()).messageQueueLength();
                }))
        .isZero();
  }

  @Test
  void whatIsRaisedHasItsKind() {
    var undefined = raised("secret");
    assertThat(undefined.kind()).isEqualTo(Kind.ERROR);
    assertThat(undefined.value())
        .isEqualTo(
            Tuple.of(Atom.of("exception"), Atom.of("undef"), List.of(frame("prices", "secret"))));
    assertThat(raised("net", "a").value())
        .isEqualTo(
            Tuple.of(
                Atom.of("exception"),
                Atom.of("function_clause"),
                List.of(frame("prices", "net", "a"))));
    assertThat(raised("or_default", 1).value().toString()).contains(":function_clause");
    assertThat(raised("net", Atom.NIL).value().toString()).contains(":function_clause");
    var failed = (Tuple) raised("failing").value();
    assertThat(failed.get(1)).isEqualTo(Tuple.of(Atom.of("illegal_state_exception"), "on purpose"));
    assertThat(failed.get(2).toString()).contains("app.Prices").doesNotContain("dev.retort");
    assertThat(raised("exiting").kind()).isEqualTo(Kind.EXIT);
    assertThat(raised("exiting").value()).isEqualTo(Tuple.of(Atom.of("exception"), Atom.of("bye")));
    assertThat(raised("throwing", "ball").kind()).isEqualTo(Kind.THROW);
    assertThat(raised("throwing", "ball").value()).isEqualTo("ball");
    assertThat(raised("no_term").value().toString()).contains("AtomicInteger has no term");
  }

  @Test
  void aFunctionWhoseProcessIsEndedIsASignal() throws Exception {
    one.run(
        () -> {
          var request = Erpc.sendRequest(there, "prices", "waiting", List.of(self()));
          Kernel.exit((Pid) Kernel.receive(), Atom.KILL);
          var ended = catchThrowableOfType(ErlangException.class, request::receive);
          assertThat(ended.kind()).isEqualTo(Kind.EXIT);
          assertThat(ended.value()).isEqualTo(Tuple.of(Atom.of("signal"), Atom.KILLED));
          return true;
        });
  }

  @Test
  void timeAndConnectionsRunOut() throws Exception {
    one.run(
        () -> {
          assertThat(
                  catchThrowableOfType(
                          ErlangException.class,
                          () ->
                              Erpc.call(
                                  there,
                                  "prices",
                                  "waiting",
                                  List.of(self()),
                                  Duration.ofMillis(20)))
                      .value())
              .isEqualTo(Tuple.of(Atom.of("erpc"), Atom.TIMEOUT));
          Kernel.receive(); // it runs on
          var request = Erpc.sendRequest(there, "prices", "waiting", List.of(self()));
          Kernel.receive();
          Node.disconnect(there);
          assertThat(catchThrowableOfType(ErlangException.class, request::receive).value())
              .isEqualTo(Tuple.of(Atom.of("erpc"), Atom.NOCONNECTION));
          return true;
        });
    var nowhere = "nobody@" + there.substring(there.indexOf('@') + 1);
    assertThat(
            catchThrowableOfType(
                    ErlangException.class, () -> Erpc.call(nowhere, "lists", "sum", List.of()))
                .value())
        .isEqualTo(Tuple.of(Atom.of("erpc"), Atom.NOCONNECTION));
  }

  @Test
  void manyNodesAreCalledAtOnce() {
    one.export(Exports.of("prices", new Prices(3)));
    var responses =
        Erpc.multicall(
            List.of(one.name(), two.name(), Atom.of("nobody@nowhere")),
            "prices",
            "net",
            List.of(1.0),
            Double.class,
            Duration.ofSeconds(30));
    assertThat(responses.subList(0, 2))
        .containsExactly(new Erpc.Response.Ok<>(3.0), new Erpc.Response.Ok<>(2.0));
    assertThat(responses.get(2)).isInstanceOf(Erpc.Response.Raised.class);
    var replies =
        Rpc.multicall(
            List.of(one.name(), two.name(), Atom.of("nobody@nowhere")),
            "prices",
            "net",
            List.of(1.0));
    assertThat(replies.replies().values()).containsExactly(3.0, 2.0);
    assertThat(replies.badNodes()).containsExactly(Atom.of("nobody@nowhere"));
  }

  @Test
  void theNodeItselfIsCalledLikeAnyOther() {
    one.export(Exports.of("prices", new Prices(3)));
    assertThat(Node.self()).isEqualTo(one.name());
    assertThat(Erpc.call(one.name().name(), "prices", "net", List.of(1.0), Double.class))
        .isEqualTo(3.0);
    assertThat(
            catchThrowableOfType(
                    ErlangException.class,
                    () -> Erpc.call(one.name().name(), "prices", "exiting", List.of()))
                .value())
        .isEqualTo(Tuple.of(Atom.of("exception"), Atom.of("bye")));
    assertThat(
            catchThrowableOfType(
                    BadRpcException.class,
                    () -> Rpc.call(one.name().name(), "prices", "nosuch", List.of()))
                .why()
                .toString())
        .contains(":undef");
  }

  @Test
  void rpcSaysItInItsOwnWords() {
    assertThat(Rpc.call(there, "prices", "count", List.of(ITEMS), Integer.class)).isEqualTo(5);
    assertThat(Rpc.call(there, "prices", "throwing", List.of("ball"))).isEqualTo("ball");
    assertThat(Rpc.blockCall(there, "prices", "count", List.of(ITEMS), Duration.ofSeconds(30)))
        .isEqualTo(5L);
    assertThat(why("exiting")).isEqualTo(Tuple.of(Atom.of("EXIT"), Atom.of("bye")));
    assertThat(why("secret"))
        .isEqualTo(
            Tuple.of(
                Atom.of("EXIT"), Tuple.of(Atom.of("undef"), List.of(frame("prices", "secret")))));
    var blocked =
        catchThrowableOfType(
            BadRpcException.class,
            () -> Rpc.blockCall(there, "prices", "exiting", List.of(), Duration.ofSeconds(30)));
    assertThat(blocked.why()).isEqualTo(Tuple.of(Atom.of("EXIT"), Atom.of("bye")));
    assertThat(
            catchThrowableOfType(
                    BadRpcException.class,
                    () -> Rpc.call("nobody@nowhere", "prices", "count", List.of()))
                .why())
        .isEqualTo(Atom.of("nodedown"));
  }

  private Object why(String function) {
    return catchThrowableOfType(
            BadRpcException.class, () -> Rpc.call(there, "prices", function, List.of()))
        .why();
  }

  @Test
  void outputComesHomeAndCastsNeedNoAnswer() throws Exception {
    var printed = new ConcurrentLinkedQueue<String>();
    one.output(printed::add);
    one.run(
        () -> {
          Erpc.cast(there, "prices", "printing", List.of("hello"));
          Rpc.cast("nobody@nowhere", "prices", "printing", List.of("hello"));
          return true;
        });
    await().untilAsserted(() -> assertThat(printed).containsExactly("hello\n"));
  }

  @Test
  void functionsAreSpawnedByTheirNames() throws Exception {
    one.run(
        () -> {
          Kernel.trapExit(true);
          var pid = Node.spawnLink(there, "prices", "waiting", List.of(self()));
          assertThat(Kernel.receive()).isEqualTo(pid);
          Kernel.send(pid, ITEMS.getFirst());
          assertThat(Kernel.receive()).isEqualTo(new Exit(pid, Atom.NORMAL));
          var monitored = Node.spawnMonitor(there, "prices", "nosuch", List.of());
          var down = Kernel.receive(Down.class);
          assertThat(down.ref()).isEqualTo(monitored.ref());
          assertThat(down.reason())
              .isEqualTo(Tuple.of(Atom.of("undef"), List.of(frame("prices", "nosuch"))));
          var here = Node.spawnMonitor(Node.self().name(), "prices", "nosuch", List.of());
          assertThat(Kernel.receive(Down.class).object()).isEqualTo(here.pid());
          return true;
        });
  }

  @Test
  void whatCannotBeExportedIsRefused() {
    assertThatThrownBy(() -> Exports.of("prices", Prices.class))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("net")
        .hasMessageContaining("not static");
    assertThatThrownBy(() -> Exports.of("text", String.class))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("@Export");
    assertThat(Exports.of("prices", new Prices(1)).functions()).contains("net/1", "or_default/1");
    assertThatThrownBy(() -> Erpc.call(there, "prices", "same", List.of(new Object())))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("has no term");
    assertThat(new ErlangException(Kind.THROW, 1).reason())
        .isEqualTo(Tuple.of(Tuple.of(Atom.of("nocatch"), 1L), List.of()));
    assertThat(new ErlangException(Kind.ERROR, 1)).isInstanceOf(ExitException.class);
  }
}
