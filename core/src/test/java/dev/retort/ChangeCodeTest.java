package dev.retort;

import static dev.retort.Supervisor.child;
import static dev.retort.Supervisor.oneForAll;
import static dev.retort.Supervisor.oneForOne;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.retort.term.Atom;
import dev.retort.term.Pid;
import dev.retort.term.Tuple;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@link Sys#changeCode}: what {@code sys:change_code} does to OTP's behaviours. */
@Timeout(30)
class ChangeCodeTest {
  private static final Atom MODULE = Atom.of("module");
  private static final Atom GET = Atom.of("get");

  private final AtomicReference<Pid> started = new AtomicReference<>();

  private Pid server(Pid pid) {
    started.set(pid);
    return pid;
  }

  @AfterEach
  void end() {
    if (started.get() != null) {
      Kernel.exit(started.get(), Atom.KILL);
    }
  }

  /** The code of the beginning: counts what it is sent. */
  private static final class Counter implements GenServer<Integer> {
    @Override
    public Integer init() {
      return 0;
    }

    @Override
    public Step<Integer> handleCall(Call<?> request, From from, Integer count) {
      return ((Call.Term) request).reply(count, count);
    }

    @Override
    public Step<Integer> handleCast(Object message, Integer count) {
      return GenServer.noReply(count + 1);
    }

    @Override
    public Integer codeChange(Object oldVersion, Object state, Object extra) {
      return (Integer) state + (Integer) extra;
    }
  }

  /** The code that takes its place: keeps what it is sent. */
  private static final class Keeper implements GenServer<List<Object>> {
    @Override
    public List<Object> init() {
      return List.of();
    }

    @Override
    public Step<List<Object>> handleCall(Call<?> request, From from, List<Object> kept) {
      return ((Call.Term) request).reply(kept, kept);
    }

    @Override
    public Step<List<Object>> handleCast(Object message, List<Object> kept) {
      return GenServer.noReply(List.of(kept, message));
    }

    @Override
    public List<Object> codeChange(Object oldVersion, Object state, Object extra) {
      if (extra.equals("refuse")) {
        throw new IllegalArgumentException("on purpose");
      }
      return List.of(oldVersion, state, extra);
    }
  }

  private Pid counter() {
    var counter = server(GenServer.start(Counter::new));
    GenServer.cast(counter, "one");
    return counter;
  }

  @Test
  void aServerMakesAnotherStateOfTheOldOne() {
    var counter = counter();
    Sys.suspend(counter);
    Sys.changeCode(counter, MODULE, "1", 10);
    Sys.resume(counter);
    assertThat(GenServer.call(counter, GET)).isEqualTo(11);
  }

  @Test
  void otherCodeTakesTheServerOver() {
    var counter = counter();
    Sys.suspend(counter);
    GenServer.cast(counter, "two"); // waits for the new code
    Sys.changeCode(counter, Keeper::new, "1", "extra");
    Sys.resume(counter);
    assertThat(GenServer.call(counter, GET)).isEqualTo(List.of(List.of("1", 1, "extra"), "two"));
    assertThat(Objects.requireNonNull(Kernel.processInfo(counter)).code()).isEqualTo(Keeper.class);
  }

  @Test
  void codeThatRefusesLeavesCodeAndState() {
    var counter = counter();
    Sys.suspend(counter);
    assertThatThrownBy(() -> Sys.changeCode(counter, Keeper::new, "1", "refuse"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("code and state are what they were")
        .hasRootCauseMessage("on purpose");
    assertThatThrownBy(() -> Sys.changeCode(counter, String::new, "1", "extra"))
        .hasRootCauseMessage(
            "a GenServer was expected from the function that makes the new code, not a"
                + " java.lang.String");
    Sys.resume(counter);
    assertThat(GenServer.call(counter, GET)).isEqualTo(1);
  }

  @Test
  void onlyASuspendedServerChangesItsCode() {
    var counter = counter();
    assertThatThrownBy(() -> Sys.changeCode(counter, MODULE, "1", 10))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("a suspended server was expected");
    assertThat(GenServer.call(counter, GET)).isEqualTo(1);
  }

  @Test
  void anAgentTakesAFunction() {
    var agent = server(Agent.start(() -> 20));
    Sys.suspend(agent);
    Sys.changeCode(agent, MODULE, "1", (AgentFunction<Integer, Integer>) n -> n + 1);
    assertThatThrownBy(() -> Sys.changeCode(agent, MODULE, "1", "no function"))
        .hasRootCauseMessage("an AgentFunction was expected as extra, not \"no function\"");
    assertThatThrownBy(
            () ->
                Sys.changeCode(
                    agent,
                    MODULE,
                    "1",
                    (AgentFunction<Integer, Integer>)
                        n -> {
                          throw new ArithmeticException("on purpose");
                        }))
        .hasRootCauseMessage("on purpose");
    Sys.resume(agent);
    int now = Agent.get(agent, (Integer n) -> n);
    assertThat(now).isEqualTo(21);
  }

  // ---- state machines

  private record Old() implements StateMachine<String, Integer> {
    @Override
    public Initial<String, Integer> init() {
      return Initial.ok("off", 3);
    }

    @Override
    public Transition<String, Integer> handleEvent(Event event, String state, Integer data) {
      return StateMachine.keepStateAndData(Action.postpone());
    }
  }

  private record New(List<Object> entered) implements StateMachine<Boolean, Object> {
    @Override
    public Initial<Boolean, Object> init() {
      return Initial.ignore();
    }

    @Override
    public Transition<Boolean, Object> handleEvent(Event event, Boolean state, Object data) {
      return StateMachine.nextState(!state, event);
    }

    @Override
    public Transition<Boolean, Object> stateEnter(Boolean old, Boolean state, Object data) {
      entered.add(state);
      return StateMachine.keepStateAndData();
    }

    @Override
    public Initial<Boolean, Object> codeChange(
        Object oldVersion, Object state, Object data, Object extra) {
      return extra.equals("wrong")
          ? Initial.ignore()
          : Initial.ok(state.equals("on"), List.of(data, extra));
    }
  }

  @Test
  void aMachineMakesAnotherStateAndOtherData() {
    var entered = new java.util.concurrent.CopyOnWriteArrayList<>();
    var machine = server(StateMachine.start(Old::new));
    StateMachine.cast(machine, "postponed");
    Sys.suspend(machine);
    assertThatThrownBy(() -> Sys.changeCode(machine, () -> new New(entered), "1", "wrong"))
        .hasRootCauseMessage("Initial.ok(state, data) without actions was expected of codeChange");
    assertThat(Sys.getState(machine)).isEqualTo(Tuple.of("off", 3));
    Sys.changeCode(machine, () -> new New(entered), "1", "more");
    assertThat(Sys.getState(machine)).isEqualTo(Tuple.of(false, List.of(3, "more")));
    Sys.resume(machine);
    assertThat(entered).isEmpty();
    StateMachine.cast(machine, "event"); // and then the one that was postponed
    assertThat(Sys.getState(machine)).isEqualTo(Tuple.of(false, new Event.Cast("postponed")));
    assertThat(entered).containsExactly(true, false);
  }

  // ---- supervisors

  private static ChildSpec agent(String id) {
    return child(id, () -> Agent.startLink(() -> id));
  }

  private static final class Tree implements Supervisor {
    static volatile Supervisor.Init init;

    @Override
    public Supervisor.Init init() {
      return init;
    }
  }

  @Test
  void aSupervisorReadsItsInitAgain() {
    Tree.init = Supervisor.init(oneForOne(), agent("a"), agent("b"));
    var supervisor = server(Supervisor.start(Tree::new));
    var before = Supervisor.whichChildren(supervisor);
    Tree.init = Supervisor.init(oneForAll(), agent("c"), agent("b").restart(Restart.TRANSIENT));
    Sys.suspend(supervisor);
    Sys.changeCode(supervisor, MODULE, "1", Atom.NIL);
    Sys.resume(supervisor);
    assertThat(Supervisor.whichChildren(supervisor))
        .extracting(ChildInfo::id, ChildInfo::pid)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("a", before.get(0).pid()),
            org.assertj.core.groups.Tuple.tuple("c", null),
            org.assertj.core.groups.Tuple.tuple("b", before.get(1).pid()));
    assertThat(Objects.requireNonNull(Supervisor.getChildspec(supervisor, "b")).restart())
        .isEqualTo(Restart.TRANSIENT);
    Tree.init = Supervisor.init(oneForOne(), agent("d"), agent("d"));
    Sys.suspend(supervisor);
    assertThatThrownBy(() -> Sys.changeCode(supervisor, MODULE, "1", Atom.NIL))
        .rootCause()
        .hasMessageContaining("two children have the id \"d\"");
    Sys.resume(supervisor);
    assertThat(Supervisor.restartChild(supervisor, "c")).isNotNull();
    Supervisor.stop(supervisor);
  }
}
