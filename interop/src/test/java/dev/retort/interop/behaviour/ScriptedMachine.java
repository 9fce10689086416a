package dev.retort.interop.behaviour;

import dev.retort.Action;
import dev.retort.Event;
import dev.retort.ExitException;
import dev.retort.Initial;
import dev.retort.MachineStatus;
import dev.retort.StateMachine;
import dev.retort.Transition;
import dev.retort.interop.Reasons;
import dev.retort.term.Atom;
import dev.retort.term.Tuple;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A machine that does what it is told to; its data count its steps. */
final class ScriptedMachine implements StateMachine<Atom, Long> {
  private static final Reaction QUIET =
      new Reaction(
          List.of(),
          new Reaction.Result.Go(Atom.of("keep_state_and_data"), Atom.of("a"), List.of()));

  private final Script.MachineScript script;
  private final Actor actor;
  private final ArrayDeque<Reaction> enters;

  /** How often each note was handled. */
  private final Map<Long, Integer> times = new HashMap<>();

  ScriptedMachine(Trace trace, long number, Script.MachineScript script) {
    this.script = script;
    actor = new Actor(trace, number, script.infos(), script.terminate());
    enters = new ArrayDeque<>(script.enters());
  }

  @Override
  @SuppressWarnings("NullAway") // it may return what it must not
  public Initial<Atom, Long> init() {
    actor.born();
    actor.affect(script.init().effects());
    return switch (script.init().result()) {
      case Reaction.Result.BeginIn(var state, var acts) -> Initial.ok(state, 0L, actions(acts));
      case Reaction.Result.Ignore() -> Initial.ignore();
      case Reaction.Result.StopWith(var reason) -> Initial.stop(reason);
      case Reaction.Result.ExitWith(var reason) -> throw new ExitException(reason);
      case Reaction.Result.Bad() -> null;
      default -> throw new IllegalStateException("on purpose");
    };
  }

  @Override
  public Transition<Atom, Long> handleEvent(Event event, Atom state, Long data) {
    Object content =
        switch (event) {
          case Event.Call(var request, var from) -> {
            if (isNew((Note) request)) {
              actor.keep(from);
            }
            yield request;
          }
          case Event.Cast(var message) -> message;
          case Event.Info(var message) -> message;
          case Event.Internal(var what) -> what;
          case Event.StateTimeout(var what) -> what;
          case Event.EventTimeout(var what) -> what;
          case Event.Timeout(var name, var what) -> what;
        };
    return move(
        Tuple.of(type(event), Actor.what(content), state, data), reaction(content), state, data);
  }

  private static Object type(Event event) {
    return switch (event) {
      case Event.Call call -> Atom.of("call");
      case Event.Cast cast -> Atom.of("cast");
      case Event.Info info -> Atom.of("info");
      case Event.Internal internal -> Atom.of("internal");
      case Event.StateTimeout timeout -> Atom.of("state_timeout");
      case Event.EventTimeout timeout -> Atom.TIMEOUT;
      case Event.Timeout(var name, var what) -> Tuple.of(Atom.TIMEOUT, name);
    };
  }

  @Override
  public Transition<Atom, Long> stateEnter(Atom oldState, Atom state, Long data) {
    if (!script.enter()) {
      return StateMachine.keepStateAndData();
    }
    var next = enters.poll();
    return move(
        Tuple.of(Atom.of("enter"), oldState, state, data),
        next == null ? QUIET : next,
        state,
        data);
  }

  @Override
  public void terminate(Object reason, Atom state, Long data) {
    actor.end(Tuple.of(Atom.of("terminate"), Reasons.of(reason), state, data));
  }

  @Override
  public MachineStatus formatStatus(MachineStatus status) {
    return new MachineStatus(
        Tuple.of(Atom.of("shown"), status.state()),
        status.data(),
        status.event(),
        status.postponed(),
        status.log());
  }

  private boolean isNew(Note note) {
    return !times.containsKey(note.id());
  }

  private Reaction reaction(Object content) {
    @Nullable Reaction reaction;
    if (content instanceof Note note) {
      int before = times.merge(note.id(), 1, Integer::sum) - 1;
      reaction = before < note.reactions().size() ? note.reactions().get(before) : null;
    } else {
      reaction = actor.nextInfo();
    }
    return reaction == null ? QUIET : reaction;
  }

  @SuppressWarnings("NullAway") // it may return what it must not
  private Transition<Atom, Long> move(Tuple entry, Reaction reaction, Atom state, Long data) {
    actor.say(entry);
    actor.affect(reaction.effects());
    long next = data + 1;
    return switch (reaction.result()) {
      case Reaction.Result.Go(var how, var to, var acts) -> {
        var actions = actions(acts);
        yield switch (how.name()) {
          case "next_state" -> StateMachine.nextState(to, next, actions);
          case "keep_state" -> StateMachine.keepState(next, actions);
          case "keep_state_and_data" -> StateMachine.keepStateAndData(actions);
          case "repeat_state" -> StateMachine.repeatState(next, actions);
          default -> StateMachine.repeatStateAndData(actions);
        };
      }
      case Reaction.Result.StopWith(var reason) -> StateMachine.stopping(reason, next);
      case Reaction.Result.StopReply(var reason, var value) -> {
        var from = actor.kept();
        yield from == null
            ? StateMachine.stopping(reason, next)
            : StateMachine.stopping(reason, next, Action.reply(from, value));
      }
      case Reaction.Result.ExitWith(var reason) -> throw new ExitException(reason);
      case Reaction.Result.Bad() -> null;
      default -> throw new IllegalStateException("on purpose");
    };
  }

  // ---- actions

  private Action[] actions(List<Reaction.Act> acts) {
    var actions = new ArrayList<Action>();
    for (var act : acts) {
      var action = action(act);
      if (action != null) {
        actions.add(action);
      }
    }
    return actions.toArray(Action[]::new);
  }

  private @Nullable Action action(Reaction.Act act) {
    return switch (act) {
      case Reaction.Effect.ReplyNow(var value) -> {
        var from = actor.kept();
        yield from == null ? null : Action.reply(from, value);
      }
      case Reaction.Act.Postpone() -> Action.postpone();
      case Reaction.Act.Hibernate() -> Action.hibernate();
      case Reaction.Act.NextEvent(var type, var note) -> {
        var event = event(type, note);
        yield event == null ? null : Action.nextEvent(event);
      }
      case Reaction.Act.Timer(var key, var time, var note) -> timer(key, time, note);
    };
  }

  private @Nullable Event event(Object type, Note note) {
    if (type instanceof Tuple named) {
      return new Event.Timeout(named.get(1), note);
    }
    return switch (((Atom) type).name()) {
      case "call" -> {
        var from = actor.kept();
        yield from == null ? null : new Event.Call(note, from);
      }
      case "cast" -> new Event.Cast(note);
      case "info" -> new Event.Info(note);
      case "internal" -> new Event.Internal(note);
      case "state_timeout" -> new Event.StateTimeout(note);
      default -> new Event.EventTimeout(note);
    };
  }

  private static Action timer(Object key, Atom time, Note note) {
    if (key instanceof Tuple named) {
      var name = named.get(1);
      return switch (time.name()) {
        case "cancel" -> Action.cancelTimeout(name);
        case "update" -> Action.updateTimeout(name, note);
        default -> Action.timeout(name, Actor.time(time), note);
      };
    }
    boolean ofState = key.equals(Atom.of("state_timeout"));
    return switch (time.name()) {
      case "cancel" -> ofState ? Action.cancelStateTimeout() : Action.cancelEventTimeout();
      case "update" -> ofState ? Action.updateStateTimeout(note) : Action.updateEventTimeout(note);
      default ->
          ofState
              ? Action.stateTimeout(Actor.time(time), note)
              : Action.eventTimeout(Actor.time(time), note);
    };
  }
}
