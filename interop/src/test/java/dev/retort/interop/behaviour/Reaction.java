package dev.retort.interop.behaviour;

import dev.retort.term.Atom;
import java.util.List;

/** What a callback does, and returns; its terms are what {@code behaviours.erl} reads. */
record Reaction(List<Effect> effects, Result result) {
  /** What is done before the callback returns. */
  sealed interface Effect {
    /** A message to itself, {@code cast} or {@code info}. */
    record Self(Atom how, Note note) implements Effect {}

    record TrapExit(boolean on) implements Effect {}

    /** It does not go on until it is released. */
    record Hold() implements Effect, Ending {}

    /** A reply to the caller that has waited longest, whether it has got one or not. */
    record ReplyNow(long value) implements Effect, Act, Ending {}

    /** The same, by another process. */
    record ReplyElsewhere(long value) implements Effect {}
  }

  /** What a callback returns. */
  sealed interface Result {
    /**
     * A server starts.
     *
     * @param next as in {@link Reply}
     */
    record BeginWith(Object next) implements Result {}

    /** A machine starts. */
    record BeginIn(Atom state, List<Act> acts) implements Result {}

    record Ignore() implements Result {}

    /**
     * A server replies; not allowed but in a call.
     *
     * @param next {@code none}, {@code hibernate}, a timeout of {@code zero}, {@code soon}, {@code
     *     hour} or {@code infinity}, or a {@link Note} to continue with
     */
    record Reply(long value, Object next) implements Result {}

    record NoReply(Object next) implements Result {}

    /**
     * A machine goes on.
     *
     * @param how {@code next_state}, {@code keep_state}, {@code keep_state_and_data}, {@code
     *     repeat_state} or {@code repeat_state_and_data}
     */
    record Go(Atom how, Atom state, List<Act> acts) implements Result {}

    record StopWith(Object reason) implements Result {}

    /** A machine replies to the caller that has waited longest. */
    record StopReply(Object reason, long value) implements Result {}

    record ExitWith(Object reason) implements Result, Ending {}

    record Crash() implements Result, Ending {}

    /** Nothing that a callback may return. */
    record Bad() implements Result {}
  }

  /** An action of a machine. */
  sealed interface Act {
    record Postpone() implements Act {}

    record Hibernate() implements Act {}

    /**
     * An event is inserted.
     *
     * @param type {@code cast}, {@code info}, {@code internal}, a timeout's, or {@code call}: of
     *     the caller that has waited longest
     */
    record NextEvent(Object type, Note note) implements Act {}

    /**
     * A timeout is set, changed or cancelled.
     *
     * @param key {@code state_timeout}, {@code timeout} or {@code {name, Name}}
     * @param time {@code zero}, {@code soon}, {@code hour}, {@code infinity}, {@code update} or
     *     {@code cancel}
     */
    record Timer(Object key, Atom time, Note note) implements Act {}
  }

  /** What {@code terminate} does. */
  sealed interface Ending {
    record Ok() implements Ending {}
  }
}
