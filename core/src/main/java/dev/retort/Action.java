package dev.retort;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link StateMachine} does beside changing its state: {@code gen_statem}'s {@code
 * action()}. Actions are done in the order given; of several that say the same, the last one
 * counts.
 *
 * <p>A timeout that is set anew begins anew. One of zero is no timer: its event comes when those
 * that the machine has in store are handled, before any message that it has not taken yet.
 */
public sealed interface Action {
  /** {@code {reply, From, Reply}}. Made by {@link #reply}. */
  record Reply(From from, @Nullable Object reply) implements Action {
    public Reply {
      Objects.requireNonNull(from, "from");
    }
  }

  /** {@code postpone}. */
  record Postpone() implements Action {}

  /** {@code hibernate}. */
  record Hibernate() implements Action {}

  /** {@code {next_event, Type, Content}}. */
  record NextEvent(Event event) implements Action {
    public NextEvent {
      Objects.requireNonNull(event, "event");
    }
  }

  /**
   * {@code {state_timeout, Time, Content}} and its like.
   *
   * @param event what comes when the time is over
   * @param change whether it is set, changed or cancelled
   */
  record SetTimeout(Event event, Change change) implements Action {}

  /** What is done to a timeout. */
  sealed interface Change {
    /** It begins. */
    record Start(Duration after) implements Change {
      /**
       * @throws IllegalArgumentException if it is negative
       */
      public Start {
        Timers.nanos(after);
      }
    }

    /**
     * It begins, and ends at a point in time: {@code {abs, true}}.
     *
     * @param nanoTime as {@link System#nanoTime} counts
     */
    record StartUntil(long nanoTime) implements Change {}

    /** It gets another content and goes on. */
    record Update() implements Change {}

    /** It ends without an event. */
    record Cancel() implements Change {}
  }

  /** Replies to the caller of {@code request}. */
  static <R> Reply reply(From from, Call<R> request, R reply) {
    Objects.requireNonNull(request, "request"); // for its type
    return new Reply(from, reply);
  }

  /** Replies to a caller whose request has no Java type, or is no longer there. */
  static Reply reply(From from, @Nullable Object reply) {
    return new Reply(from, reply);
  }

  /**
   * Keeps the event that is being handled until the state has changed; then it comes again, before
   * events that have come later. Not for {@link StateMachine#stateEnter}.
   */
  static Action postpone() {
    return new Postpone();
  }

  /**
   * Lets the machine handle {@code event} next, before all that are in store; several of them in
   * the order given. Not for {@link StateMachine#stateEnter}.
   */
  static Action nextEvent(Event event) {
    return new NextEvent(event);
  }

  /** Changes nothing, as {@link Step#hibernate}; here for machines that come from OTP. */
  static Action hibernate() {
    return new Hibernate();
  }

  /**
   * Gives {@link Event.StateTimeout} when the state that this leads to has lasted for {@code
   * after}; another state cancels it.
   */
  static Action stateTimeout(Duration after, Object content) {
    return new SetTimeout(new Event.StateTimeout(content), new Change.Start(after));
  }

  /**
   * As {@link #stateTimeout}, at a point in time instead: {@code [{abs, true}]}. The event comes as
   * a message does, also if that is over.
   *
   * @param nanoTime as {@link System#nanoTime} counts, no more than 146 years away
   */
  static Action stateTimeoutAt(long nanoTime, Object content) {
    return new SetTimeout(new Event.StateTimeout(content), new Change.StartUntil(nanoTime));
  }

  /** Changes what the running state timeout brings; one of zero, if none is running. */
  static Action updateStateTimeout(Object content) {
    return new SetTimeout(new Event.StateTimeout(content), new Change.Update());
  }

  /** Cancels the state timeout, if there is one. */
  static Action cancelStateTimeout() {
    return new SetTimeout(new Event.StateTimeout(false), new Change.Cancel());
  }

  /**
   * Gives {@link Event.EventTimeout} if no event comes for {@code after}; any event cancels it,
   * also one that the machine has in store.
   */
  static Action eventTimeout(Duration after, Object content) {
    return new SetTimeout(new Event.EventTimeout(content), new Change.Start(after));
  }

  /** As {@link #eventTimeout}, at a point in time instead: {@link #stateTimeoutAt}. */
  static Action eventTimeoutAt(long nanoTime, Object content) {
    return new SetTimeout(new Event.EventTimeout(content), new Change.StartUntil(nanoTime));
  }

  /**
   * One of zero: since the event that is being handled has cancelled the one before, there is none
   * to change.
   */
  static Action updateEventTimeout(Object content) {
    return new SetTimeout(new Event.EventTimeout(content), new Change.Update());
  }

  /** Cancels the event timeout, if there is one. */
  static Action cancelEventTimeout() {
    return new SetTimeout(new Event.EventTimeout(false), new Change.Cancel());
  }

  /**
   * Gives {@link Event.Timeout} after {@code after}, whatever happens: {@code {{timeout, name},
   * after, content}}. Each name has a timeout of its own.
   */
  static Action timeout(Object name, Duration after, Object content) {
    return new SetTimeout(new Event.Timeout(name, content), new Change.Start(after));
  }

  /** As {@link #timeout}, at a point in time instead: {@link #stateTimeoutAt}. */
  static Action timeoutAt(Object name, long nanoTime, Object content) {
    return new SetTimeout(new Event.Timeout(name, content), new Change.StartUntil(nanoTime));
  }

  /** Changes what the timeout {@code name} brings; one of zero, if it is not running. */
  static Action updateTimeout(Object name, Object content) {
    return new SetTimeout(new Event.Timeout(name, content), new Change.Update());
  }

  /** Cancels the timeout {@code name}, if it is running. */
  static Action cancelTimeout(Object name) {
    return new SetTimeout(new Event.Timeout(name, false), new Change.Cancel());
  }
}
