package dev.retort.interop.behaviour;

import dev.retort.Call;
import dev.retort.ExitException;
import dev.retort.From;
import dev.retort.GenServer;
import dev.retort.Init;
import dev.retort.ServerStatus;
import dev.retort.Step;
import dev.retort.interop.Reasons;
import dev.retort.term.Atom;
import dev.retort.term.Tuple;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A server that does what it is told to; its state counts its steps. */
final class ScriptedServer implements GenServer<Long> {
  private static final Reaction QUIET =
      new Reaction(List.of(), new Reaction.Result.NoReply(Atom.of("none")));

  private final Script.ServerScript script;
  private final Actor actor;

  ScriptedServer(Trace trace, long number, Script.ServerScript script) {
    this.script = script;
    actor = new Actor(trace, number, script.infos(), script.terminate());
  }

  @Override
  public Long init() {
    throw new AssertionError("starting was expected to be called");
  }

  @Override
  @SuppressWarnings("NullAway") // it may return what it must not
  public Init<Long> starting() {
    actor.born();
    actor.affect(script.init().effects());
    return switch (script.init().result()) {
      case Reaction.Result.BeginWith(var next) -> {
        Init<Long> ok = Init.ok(0L);
        yield switch (next) {
          case Note note -> ok.continueWith(note);
          case Atom none when none.name().equals("none") -> ok;
          case Atom hibernate when hibernate.name().equals("hibernate") -> ok.hibernate();
          default -> ok.timeout(Actor.time((Atom) next));
        };
      }
      case Reaction.Result.Ignore() -> Init.ignore();
      case Reaction.Result.StopWith(var reason) -> Init.stop(reason);
      case Reaction.Result.ExitWith(var reason) -> throw new ExitException(reason);
      case Reaction.Result.Bad() -> null;
      default -> throw new IllegalStateException("on purpose");
    };
  }

  @Override
  public Step<Long> handleCall(Call<?> request, From from, Long state) {
    actor.keep(from);
    return react("call", request, state);
  }

  @Override
  public Step<Long> handleCast(Object message, Long state) {
    return react("cast", message, state);
  }

  @Override
  public Step<Long> handleInfo(Object message, Long state) {
    return react("info", message, state);
  }

  @Override
  public Step<Long> handleContinue(Object what, Long state) {
    return react("continue", what, state);
  }

  @Override
  public void terminate(Object reason, Long state) {
    actor.end(Tuple.of(Atom.of("terminate"), Reasons.of(reason), state));
  }

  @Override
  public ServerStatus formatStatus(ServerStatus status) {
    return status.withState(Tuple.of(Atom.of("shown"), status.state()));
  }

  @SuppressWarnings("NullAway") // it may return what it must not
  private Step<Long> react(String callback, Object message, Long state) {
    actor.say(Tuple.of(Atom.of(callback), Actor.what(message), state));
    var reaction = message instanceof Note note ? note.reactions().getFirst() : info();
    actor.affect(reaction.effects());
    long next = state + 1;
    return switch (reaction.result()) {
      case Reaction.Result.Reply(var value, var then) -> then(new Step.Reply<>(value, next), then);
      case Reaction.Result.NoReply(var then) -> then(GenServer.noReply(next), then);
      case Reaction.Result.StopWith(var reason) -> GenServer.stopping(reason, next);
      case Reaction.Result.StopReply(var reason, var value) ->
          new Step.ReplyAndStop<>(reason, value, next);
      case Reaction.Result.ExitWith(var reason) -> throw new ExitException(reason);
      case Reaction.Result.Bad() -> null;
      default -> throw new IllegalStateException("on purpose");
    };
  }

  private Reaction info() {
    @Nullable Reaction next = actor.nextInfo();
    return next == null ? QUIET : next;
  }

  private static Step<Long> then(Step<Long> step, Object next) {
    return switch (next) {
      case Note note -> step.continueWith(note);
      case Atom none when none.name().equals("none") -> step;
      case Atom hibernate when hibernate.name().equals("hibernate") -> step.hibernate();
      default -> step.timeout(Actor.time((Atom) next));
    };
  }
}
