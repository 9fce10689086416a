package dev.retort.interop.behaviour;

import dev.retort.interop.behaviour.Reaction.Result;
import dev.retort.term.Atom;
import java.util.ArrayList;
import java.util.List;

/** A random scenario of a {@code gen_server}. */
final class ServerDraft extends Draft {
  private static final Atom NONE = Atom.of("none");

  ServerDraft(long seed) {
    super(seed);
  }

  @Override
  Script script() {
    var init = new Reaction(initEffects(), init(new Result.BeginWith(next(2, true))));
    var infos = new ArrayList<Reaction>();
    for (int i = random.nextInt(6); i > 0; i--) {
      infos.add(reaction(1, false, false, false));
    }
    return new Script.ServerScript(init, List.copyOf(infos), ending());
  }

  @Override
  Note note(boolean call) {
    return new Note(number(), List.of(reaction(2, call, true, true)));
  }

  @Override
  Note inner(int depth, boolean message) {
    return new Note(number(), List.of(reaction(depth, false, !timed, false)));
  }

  @Override
  Note silent() {
    var next = chance(50) ? NONE : Atom.of("hour");
    return new Note(number(), List.of(new Reaction(List.of(), new Result.NoReply(next))));
  }

  @Override
  Object state() {
    return 1000 + value();
  }

  /**
   * What is done at a message.
   *
   * @param soon whether a timeout may come to pass: not one after the other, for which no step
   *     waits
   */
  private Reaction reaction(int depth, boolean call, boolean selfSends, boolean soon) {
    return new Reaction(effects(depth, selfSends), result(depth, call, soon));
  }

  private Result result(int depth, boolean call, boolean soon) {
    return switch (percent()) {
      case 0 -> new Result.StopWith(reason());
      case 1, 2 ->
          call || chance(40)
              ? new Result.StopReply(reason(), value())
              : new Result.StopWith(reason());
      case 3 -> new Result.Crash();
      case 4 -> new Result.ExitWith(reason());
      case 5 -> chance(50) ? new Result.Bad() : new Result.Reply(value(), next(depth, soon));
      case Integer i when i < 65 && call -> new Result.Reply(value(), next(depth, soon));
      default -> new Result.NoReply(next(depth, soon));
    };
  }

  private Object next(int depth, boolean soon) {
    return switch (random.nextInt(20)) {
      case 0, 1, 2 -> Atom.of("zero");
      case 3, 4 -> Atom.of("hour");
      case 5 -> Atom.of("infinity");
      case 6, 7 -> suspending ? NONE : Atom.of("hibernate");
      case 8, 9, 10 -> depth > 0 ? inner(depth - 1, false) : NONE;
      case 11, 12, 13, 14 -> timed && soon ? Atom.of("soon") : NONE;
      default -> NONE;
    };
  }
}
