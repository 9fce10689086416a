package dev.retort.node;

import dev.retort.ErlangException;
import dev.retort.term.Atom;
import dev.retort.term.Pid;
import dev.retort.term.Tuple;
import java.util.List;

/** What the answers to Erlang's tools are made of. */
final class ErlangTerms {
  private ErlangTerms() {}

  /** {@code {Key, Value}}. */
  static Tuple pair(String key, Object value) {
    return Tuple.of(Atom.of(key), value);
  }

  /** A string as Erlang has it: the list of its code points. */
  static List<Long> charlist(String text) {
    return text.codePoints().mapToObj(Long::valueOf).toList();
  }

  /** {@code pid_to_list/1} of a process of this node. */
  static String text(Pid pid) {
    return "<0."
        + Integer.toUnsignedString(pid.id())
        + "."
        + Integer.toUnsignedString(pid.serial())
        + ">";
  }

  /** What a function of Erlang raises whose argument is none that it takes. */
  static ErlangException badarg() {
    return new ErlangException(ErlangException.Kind.ERROR, Atom.of("badarg"));
  }

  /** The number, where one from 0 on is expected. */
  static long natural(Object term) {
    if (term instanceof Long number && number >= 0) {
      return number;
    }
    throw badarg();
  }
}
