package dev.retort.interop.behaviour;

import dev.retort.term.Atom;
import dev.retort.term.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** A random scenario in the making. */
abstract class Draft {
  private static final Tuple GONE = Tuple.of(Atom.SHUTDOWN, Atom.of("gone"));
  private static final List<Object> REASONS =
      List.of(Atom.NORMAL, Atom.SHUTDOWN, GONE, Atom.of("boom"), Atom.of("boom"));

  final Random random;

  /** Whether there are timeouts that come to pass: seldom, since they take time. */
  final boolean timed;

  /** Whether servers are held on their way. */
  final boolean holding;

  /**
   * Whether servers are suspended; otherwise they hibernate: OTP's, doing both, never comes to rest
   * as long as a message waits.
   */
  final boolean suspending;

  private long numbers;

  Draft(long seed) {
    random = new Random(seed);
    timed = chance(3);
    holding = !timed && chance(50);
    suspending = !timed && chance(60);
  }

  // ---- what kinds of servers say

  abstract Script script();

  /** For a message from outside. */
  abstract Note note(boolean call);

  /** For a call that gets no reply at once. */
  abstract Note silent();

  /** What can take the place of a state. */
  abstract Object state();

  // ---- steps

  Scenario scenario() {
    var ops = new ArrayList<Op>();
    ops.add(start(false));
    for (int i = timed ? 3 + random.nextInt(4) : 5 + random.nextInt(12); i > 0; i--) {
      ops.add(op());
    }
    for (int i = 0; holding && i < 4; i++) {
      ops.add(new Op.Release());
    }
    ops.add(new Op.Sys(number(), Op.GET_STATE)); // and whatever was late has come
    return new Scenario(timed, List.copyOf(ops));
  }

  private Op op() {
    boolean byName = chance(15);
    return switch (percent()) {
      case Integer i when i < 20 -> start(chance(80));
      case Integer i when i < 42 ->
          timed && chance(30)
              ? new Op.Ask(number(), byName, silent(), true)
              : new Op.Ask(number(), byName, note(true), false);
      case Integer i when i < 54 -> new Op.Cast(byName, note(false));
      case Integer i when i < 62 -> new Op.Send(note(false));
      case Integer i when i < 64 -> new Op.MultiCall(number(), note(true));
      case Integer i when i < 66 -> new Op.Abcast(note(false));
      case Integer i when i < 68 -> new Op.Stop(number(), byName, reason());
      case Integer i when i < 70 -> new Op.Signal(signal());
      case Integer i when i < 73 -> new Op.LinkedExit(signal());
      case Integer i when i < 76 -> new Op.ParentSignal(signal());
      case Integer i when i < 78 -> new Op.ParentExit(signal());
      case Integer i when i < 88 && holding -> new Op.Release();
      case Integer i when i < 82 -> new Op.Cast(byName, note(false));
      default -> new Op.Sys(number(), request());
    };
  }

  private Op start(boolean needed) {
    boolean impatient = timed && chance(15);
    return new Op.Start(number(), needed, chance(75), chance(70), chance(60), impatient, script());
  }

  private Object request() {
    return switch (random.nextInt(20)) {
      case 0, 1, 2, 3 -> suspending ? Atom.of("suspend") : Op.GET_STATE;
      case 4, 5, 6, 7, 8, 9 -> suspending ? Atom.of("resume") : Op.GET_STATE;
      case 10, 11, 12 -> new Op.Request.ReplaceState(state());
      case 13 -> Atom.of("replace_state_crash");
      case 14 -> new Op.Request.Terminate(reason());
      case 15, 16 -> Atom.of("get_status");
      default -> Op.GET_STATE;
    };
  }

  // ---- parts

  long number() {
    return ++numbers;
  }

  /**
   * What a callback does before it returns.
   *
   * @param selfSends whether it may send messages to itself
   */
  final List<Reaction.Effect> effects(int depth, boolean selfSends) {
    var effects = new ArrayList<Reaction.Effect>();
    for (int i = random.nextInt(10); i > 6; i--) {
      effects.add(effect(depth, selfSends));
    }
    return List.copyOf(effects);
  }

  private Reaction.Effect effect(int depth, boolean selfSends) {
    return switch (random.nextInt(8)) {
      case 0, 1, 2 ->
          depth > 0 && selfSends
              ? new Reaction.Effect.Self(
                  Atom.of(chance(50) ? "cast" : "info"), inner(depth - 1, true))
              : new Reaction.Effect.ReplyNow(value());
      case 3 -> new Reaction.Effect.TrapExit(chance(70));
      case 4 -> new Reaction.Effect.ReplyElsewhere(value());
      case 5, 6 -> holding ? new Reaction.Effect.Hold() : new Reaction.Effect.TrapExit(true);
      default -> new Reaction.Effect.ReplyNow(value());
    };
  }

  /**
   * For what a callback leaves to be done later.
   *
   * @param message whether that is a message; else it is handled before all messages
   */
  abstract Note inner(int depth, boolean message);

  final Reaction.Ending ending() {
    return switch (random.nextInt(10)) {
      case 0 -> new Reaction.Result.Crash();
      case 1 -> new Reaction.Result.ExitWith(reason());
      case 2 -> new Reaction.Effect.ReplyNow(value());
      case 3 -> holding ? new Reaction.Effect.Hold() : new Reaction.Ending.Ok();
      default -> new Reaction.Ending.Ok();
    };
  }

  /** What {@code init} returns; {@code begin} in most cases. */
  final Reaction.Result init(Reaction.Result begin) {
    return switch (random.nextInt(25)) {
      case 0 -> new Reaction.Result.Ignore();
      case 1 -> new Reaction.Result.StopWith(reason());
      case 2 -> new Reaction.Result.ExitWith(reason());
      case 3 -> new Reaction.Result.Crash();
      case 4 -> new Reaction.Result.Bad();
      default -> begin;
    };
  }

  /** Before {@code init} returns; most servers trap exits, since others hear less. */
  final List<Reaction.Effect> initEffects() {
    var effects = new ArrayList<Reaction.Effect>();
    if (chance(65)) {
      effects.add(new Reaction.Effect.TrapExit(true));
    }
    if (chance(20)) {
      effects.addAll(effects(1, true));
    }
    return List.copyOf(effects);
  }

  final long value() {
    return random.nextInt(100);
  }

  final Object reason() {
    return random.nextInt(30) == 0 ? Atom.KILL : REASONS.get(random.nextInt(REASONS.size()));
  }

  private Object signal() {
    return chance(15) ? Atom.KILL : reason();
  }

  /** From 0 to 99, for a switch with guards. */
  final Integer percent() {
    return random.nextInt(100);
  }

  final boolean chance(int percent) {
    return percent() < percent;
  }

  @SafeVarargs
  final <T> T oneOf(T... choices) {
    return choices[random.nextInt(choices.length)];
  }
}
