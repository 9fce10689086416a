package dev.retort.node.eval;

import dev.retort.Kernel;
import dev.retort.term.Atom;
import dev.retort.term.Tuple;
import java.time.Duration;
import java.util.List;

/** Erlang's {@code timer}, the common functions. */
final class TimerModule {
  private TimerModule() {}

  static Library.Module module() {
    return new Library.Module("timer")
        .add("sleep", 1, (in, a) -> sleep(a[0]))
        .add("seconds", 1, (in, a) -> Arithmetic.multiply(a[0], 1000L))
        .add("minutes", 1, (in, a) -> Arithmetic.multiply(a[0], 60_000L))
        .add("hours", 1, (in, a) -> Arithmetic.multiply(a[0], 3_600_000L))
        .add(
            "send_after",
            2,
            (in, a) -> Tuple.of(Atom.OK, Processes.after(Kernel.self(), a[1], a[0])))
        .add("send_after", 3, (in, a) -> Tuple.of(Atom.OK, Processes.after(a[1], a[2], a[0])))
        .add("tc", 1, (in, a) -> timed(in, a[0], List.of()))
        .add("tc", 2, (in, a) -> timed(in, a[0], Sequence.elements(a[1])));
  }

  /** Waits for a message that never comes. */
  static Object sleep(Object millis) {
    if (millis.equals(Atom.INFINITY)) {
      var unused = Kernel.receive(Object.class, message -> false);
    } else {
      var unused = Kernel.receive(Object.class, message -> false, Processes.millis(millis));
    }
    return Atom.OK;
  }

  private static Object timed(Evaluation in, Object fun, List<?> arguments) {
    long start = System.nanoTime();
    var value = in.call(fun, arguments.toArray());
    return Tuple.of(Duration.ofNanos(System.nanoTime() - start).toNanos() / 1000, value);
  }
}
