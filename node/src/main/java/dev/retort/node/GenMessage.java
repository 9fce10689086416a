package dev.retort.node;

import dev.retort.term.Atom;
import dev.retort.term.Dest;
import dev.retort.term.ImproperList;
import dev.retort.term.Pid;
import dev.retort.term.Ref;
import dev.retort.term.Tuple;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What OTP's behaviours send each other: calls with their answers, and casts. */
sealed interface GenMessage {
  Atom CALL = Atom.of("$gen_call");
  Atom CAST = Atom.of("$gen_cast");
  Atom ALIAS = Atom.of("alias");

  /** {@code {'$gen_call', {Pid, Tag}, Request}}. */
  record Call(Pid from, Object tag, Object request) implements GenMessage {
    /** Where the answer goes: to the alias that the tag brings along, as {@code gen:reply} does. */
    Dest replyTo() {
      var alias = alias(tag);
      return alias != null ? alias : from;
    }

    /** The answer's message. */
    Tuple reply(Object answer) {
      return Tuple.of(tag, answer);
    }

    private static @Nullable Ref alias(Object tag) {
      return switch (tag) {
        case ImproperList list
            when list.elements().equals(List.of(ALIAS)) && list.tail() instanceof Ref ref ->
            ref;
        case List<?> list when !list.isEmpty() -> alias(list.getFirst());
        default -> null;
      };
    }
  }

  /** {@code {'$gen_cast', Request}}. */
  record Cast(Object request) implements GenMessage {}

  /** Anything else. */
  record Info(Object message) implements GenMessage {}

  static GenMessage of(Object message) {
    if (message instanceof Tuple tuple) {
      if (tuple.size() == 3
          && tuple.get(0).equals(CALL)
          && tuple.get(1) instanceof Tuple from
          && from.size() == 2
          && from.get(0) instanceof Pid pid) {
        return new Call(pid, from.get(1), tuple.get(2));
      }
      if (tuple.size() == 2 && tuple.get(0).equals(CAST)) {
        return new Cast(tuple.get(1));
      }
    }
    return new Info(message);
  }

  /** The name of a request: the atom that it is, or that its tuple begins with. */
  static String tag(Object request) {
    return switch (request) {
      case Atom atom -> atom.name();
      case Tuple tuple when tuple.size() > 0 && tuple.get(0) instanceof Atom atom -> atom.name();
      default -> "";
    };
  }
}
