package dev.retort.interop;

import dev.retort.ExitException;
import dev.retort.term.Atom;
import dev.retort.term.Pid;
import dev.retort.term.Tuple;
import java.util.List;
import java.util.stream.Stream;

/** Exit reasons without what differs from run to run: stacks and pids. */
public final class Reasons {
  private Reasons() {}

  public static Object of(Object reason) {
    return switch (reason) {
      case ExitException exit -> of(exit.reason());
      case Throwable crash -> Atom.of("crash");
      case Pid pid -> Atom.of("pid");
      case Tuple tuple -> Tuple.of(Stream.of(tuple.toArray()).map(Reasons::of).toArray());
      case List<?> list -> list.stream().map(Reasons::of).toList();
      default -> reason;
    };
  }
}
