package dev.retort.interop.behaviour;

import dev.retort.interop.behaviour.Reaction.Act;
import dev.retort.interop.behaviour.Reaction.Result;
import dev.retort.term.Atom;
import dev.retort.term.Tuple;
import java.util.ArrayList;
import java.util.List;

/**
 * A random scenario of a {@code gen_statem}.
 *
 * <p>A timeout of more than zero is set only at the first event after a message has been taken,
 * when none of zero can be pending: OTP 25 loses a timer that takes the place of one of those.
 */
final class MachineDraft extends Draft {
  /** When a callback is called. */
  private enum When {
    /** For a message; what it sets may come to pass. */
    MESSAGE,
    /** For a message that the machine has sent itself. */
    OWN_MESSAGE,
    /** For what comes before the next message. */
    INNER,
    ENTER
  }

  private final Object soonKey = key();

  MachineDraft(long seed) {
    super(seed);
  }

  @Override
  Script script() {
    var begin = new Result.BeginIn(place(), acts(2, When.MESSAGE, false));
    var init = new Reaction(initEffects(), init(begin));
    return new Script.MachineScript(
        chance(50),
        chance(60),
        init,
        reactions(random.nextInt(6), When.ENTER),
        reactions(random.nextInt(4), When.INNER),
        ending());
  }

  private List<Reaction> reactions(int count, When when) {
    var reactions = new ArrayList<Reaction>();
    for (int i = 0; i < count; i++) {
      reactions.add(reaction(1, when));
    }
    return List.copyOf(reactions);
  }

  @Override
  Note note(boolean call) {
    return note(2, When.MESSAGE);
  }

  @Override
  Note inner(int depth, boolean message) {
    return note(depth, message ? When.OWN_MESSAGE : When.INNER);
  }

  @Override
  Note silent() {
    var go = new Result.Go(Atom.of("keep_state"), place(), List.of());
    return new Note(number(), List.of(new Reaction(List.of(), go)));
  }

  @Override
  Object state() {
    return Tuple.of(place(), 1000 + value());
  }

  private Note note(int depth, When when) {
    var reactions = new ArrayList<Reaction>();
    reactions.add(reaction(depth, when));
    while (reactions.size() < 4 && chance(60)) {
      reactions.add(reaction(Math.max(0, depth - 1), When.INNER));
    }
    return new Note(number(), List.copyOf(reactions));
  }

  private Reaction reaction(int depth, When when) {
    boolean selfSends = when == When.MESSAGE || !timed;
    return new Reaction(effects(depth, selfSends), result(depth, when));
  }

  private Result result(int depth, When when) {
    return switch (percent()) {
      case 0 -> new Result.StopWith(reason());
      case 1 -> new Result.StopReply(reason(), value());
      case 2 -> new Result.Crash();
      case 3 -> chance(50) ? new Result.ExitWith(reason()) : new Result.Bad();
      case Integer i when i < 45 && (when != When.ENTER || i < 12) -> go("next_state", depth, when);
      case Integer i when i < 55 && (when != When.ENTER || i < 20) ->
          go(chance(60) ? "repeat_state" : "repeat_state_and_data", depth, when);
      case Integer i when i < 80 -> go("keep_state", depth, when);
      default -> go("keep_state_and_data", depth, when);
    };
  }

  private Result go(String how, int depth, When when) {
    boolean postpone = when == When.ENTER ? chance(1) : chance(25);
    return new Result.Go(Atom.of(how), place(), acts(depth, when, postpone));
  }

  private List<Act> acts(int depth, When when, boolean postpone) {
    var acts = new ArrayList<Act>();
    if (postpone) {
      acts.add(new Act.Postpone());
    }
    for (int i = random.nextInt(8); i > 4; i--) {
      acts.add(act(depth, when));
    }
    return List.copyOf(acts);
  }

  private Act act(int depth, When when) {
    return switch (random.nextInt(20)) {
      case 0, 1, 2 -> new Reaction.Effect.ReplyNow(value());
      case 3 -> suspending ? timer(depth, when) : new Act.Hibernate();
      case 4, 5, 6, 7, 8 ->
          depth > 0 && (when != When.ENTER || chance(10))
              ? new Act.NextEvent(type(), inner(depth - 1, false))
              : timer(depth, when);
      default -> timer(depth, when);
    };
  }

  private Act timer(int depth, When when) {
    var content = depth > 0 ? inner(depth - 1, false) : new Note(number(), List.of());
    if (timed && when == When.MESSAGE && chance(50)) {
      return new Act.Timer(soonKey, Atom.of("soon"), content);
    }
    boolean first = when == When.MESSAGE || when == When.OWN_MESSAGE;
    var time =
        switch (random.nextInt(10)) {
          case 0, 1, 2, 3 -> "zero";
          case 4 -> "infinity";
          case 5 -> "cancel";
          case 6, 7 -> "update";
          default -> first ? "hour" : "zero";
        };
    return new Act.Timer(key(), Atom.of(time), content);
  }

  private Object type() {
    return chance(70)
        ? oneOf(Atom.of("internal"), Atom.of("cast"), Atom.of("info"), Atom.of("call"))
        : key();
  }

  private Object key() {
    return oneOf(
        Atom.of("state_timeout"),
        Atom.TIMEOUT,
        Tuple.of(Atom.of("name"), Atom.of("x")),
        Tuple.of(Atom.of("name"), Atom.of("y")));
  }

  private Atom place() {
    return oneOf(Atom.of("a"), Atom.of("b"), Atom.of("c"));
  }
}
