package dev.retort;

import dev.retort.term.Atom;
import dev.retort.term.Tuple;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A server's state as {@code sys} of two nodes tell each other: since OTP 26.1 as {@code {ok,
 * State}}, before that as the state itself, which could be taken for an error. Erlang nodes of both
 * kinds do not understand each other, and no message between them says which they are; so a node is
 * asked for the version of its {@code stdlib}. One that does not say, such as a JVM, has the old
 * way.
 */
final class ForeignState {
  /** That of OTP 26.1. */
  private static final int MAJOR = 5;

  private static final int MINOR = 1;

  /** Less than callers of {@code sys} wait. */
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  private ForeignState() {}

  /** Answers a caller on another node. It is asked by a process of its own: the server goes on. */
  static void answer(From from, Object state) {
    Kernel.spawn(
        () -> from.replyUnchecked(isTagged(from.pid().node()) ? Tuple.of(Atom.OK, state) : state));
  }

  /**
   * The state in what a server on another node has answered.
   *
   * @throws IllegalStateException if it has answered that it cannot tell
   */
  static @Nullable Object of(Atom node, @Nullable Object answer) {
    if (!(answer instanceof Tuple tuple) || tuple.size() != 2) {
      return answer; // in the new way it would be a pair
    }
    if (tuple.get(0).equals(Atom.OK) && isTagged(node)) {
      return tuple.get(1);
    }
    if (tuple.get(0).equals(Atom.ERROR) && isTagged(node)) {
      throw new IllegalStateException(
          "the server cannot tell its state: " + CrashReport.inspect(tuple.get(1)));
    }
    return answer;
  }

  private static boolean isTagged(Atom node) {
    try {
      var question = List.of(Atom.of("stdlib"), Atom.of("vsn"));
      var answer =
          Erpc.call(node.name(), "application", "get_key", question, Tuple.class, PATIENCE);
      return answer.size() == 2 && isNew(text((List<?>) answer.get(1)));
    } catch (ErlangException | ClassCastException noAnswer) {
      return false;
    }
  }

  private static String text(List<?> charlist) {
    var text = new StringBuilder();
    charlist.forEach(c -> text.appendCodePoint(Math.toIntExact((Long) c)));
    return text.toString();
  }

  /** Versions are numbers with dots between them. */
  static boolean isNew(String version) {
    var parts = version.split("\\.", -1);
    try {
      int major = Integer.parseInt(parts[0]);
      return major > MAJOR
          || (major == MAJOR && parts.length > 1 && Integer.parseInt(parts[1]) >= MINOR);
    } catch (NumberFormatException e) {
      return false;
    }
  }
}
