package dev.retort.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code gen_statem}'s functions of a real node, on a state machine of the JVM. */
class StateMachineTest {
  private static final String DOOR =
      """
      final class Door implements StateMachine<Door.State, Integer> {
        enum State { LOCKED, OPEN }
        record Enter(long code) {}
        record Opened() implements Call<Integer> {}
        public Initial<State, Integer> init() { return Initial.ok(State.LOCKED, 0); }
        public Transition<State, Integer> handleEvent(Event event, State state, Integer opened) {
          return switch (event) {
            case Event.Cast(Enter(long code)) when state == State.OPEN ->
                StateMachine.keepStateAndData(Action.postpone());
            case Event.Cast(Enter(long code)) ->
                code == 1234 ? StateMachine.nextState(State.OPEN, opened + 1)
                             : StateMachine.keepStateAndData();
            case Event.Info lock -> StateMachine.nextState(State.LOCKED, opened);
            case Event.Call(Opened request, From from) ->
                StateMachine.keepStateAndData(Action.reply(from, request, opened));
            default -> StateMachine.unknown(event);
          };
        }
      }
      """;

  @RegisterExtension final Nodes nodes = new Nodes();

  private Iex elixir;
  private String door;

  @BeforeEach
  void start() throws IOException {
    var java = nodes.jex("java");
    elixir = nodes.iex("elixir");
    door = "{:door, " + java.atom() + "}";
    java.run(DOOR.strip());
    java.run("StateMachine.start(Door::new, GenServer.name(\"door\"))");
  }

  @Test
  void elixirCallsCastsSeesAndStopsIt() {
    assertThat(elixir.value(":gen_statem.call(" + door + ", :opened)")).isEqualTo("0");
    assertThat(elixir.value(":gen_statem.cast(" + door + ", {:enter, 1234})")).isEqualTo(":ok");
    assertThat(elixir.value(":gen_statem.cast(" + door + ", {:enter, 1234})")).isEqualTo(":ok");
    assertThat(elixir.value(":gen_statem.call(" + door + ", :opened, 3000)")).isEqualTo("1");
    assertThat(elixir.value(":sys.get_state(" + door + ")")).isEqualTo("{:open, 1}");
    elixir.run("send(" + door + ", :lock)"); // and the postponed code opens it again
    assertThat(elixir.value(":sys.get_state(" + door + ")")).isEqualTo("{:open, 2}");
    assertThat(
            elixir.value(
                "{:status, _, {:module, mod}, [_, :running, _, [], misc]} = :sys.get_status("
                    + door
                    + "); {mod, misc[:header], List.last(misc)}"))
        .isEqualTo(
            "{:gen_statem, \"Status for state machine :door\", {:data, [{\"State\", {:open, 2}}]}}");
    assertThat(elixir.value(":gen_statem.stop(" + door + ", :shutdown, 3000)")).isEqualTo(":ok");
    assertThat(
            elixir.value(
                "try do :gen_statem.call("
                    + door
                    + ", :opened) catch :exit, {reason, _} -> reason end"))
        .isEqualTo(":noproc");
  }
}
