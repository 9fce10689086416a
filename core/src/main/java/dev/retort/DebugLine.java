package dev.retort;

import static dev.retort.CrashReport.inspect;

import dev.retort.term.Tuple;

/** How a system event is printed; the words are those of {@code gen_server} and gen_statem. */
final class DebugLine {
  private DebugLine() {}

  static String of(Tuple event) {
    return switch (event.get(0).toString() + event.size()) {
      case ":in2" -> "got " + message(event.get(1));
      case ":in3" -> "receive " + inspect(event.get(1)) + state(event.get(2));
      case ":out3" -> "send " + inspect(event.get(1)) + " to " + pid(event.get(2));
      case ":out4" ->
          "sent "
              + inspect(event.get(1))
              + " to "
              + pid(event.get(2))
              + ", new state "
              + inspect(event.get(3));
      case ":noreply2" -> "new state " + inspect(event.get(1));
      case ":terminate3" -> "terminate " + inspect(event.get(1)) + state(event.get(2));
      case ":postpone4", ":consume4" ->
          event.get(0).toString().substring(1)
              + " "
              + inspect(event.get(1))
              + state(event.get(2))
              + (event.get(2).equals(event.get(3)) ? "" : " => " + inspect(event.get(3)));
      default -> "dbg " + inspect(event);
    };
  }

  private static String message(Object message) {
    if (message instanceof Tuple tuple && tuple.size() > 0) {
      if (tuple.get(0).equals(Calls.GEN_CALL) && tuple.size() == 3) {
        return "call " + inspect(tuple.get(2)) + " from " + pid(tuple.get(1));
      }
      if (tuple.get(0).equals(Calls.GEN_CAST)) {
        return "cast " + inspect(tuple.get(1));
      }
    }
    return inspect(message);
  }

  private static String pid(Object from) {
    return from instanceof Tuple tuple ? inspect(tuple.get(0)) : inspect(from);
  }

  private static String state(Object state) {
    return " in state " + inspect(state);
  }
}
