package dev.retort;

import dev.retort.term.Atom;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link GenServer} does next: the return values of OTP's {@code handle_call}, {@code
 * handle_cast}, {@code handle_info} and {@code handle_continue}.
 *
 * @param <S> the server's state
 */
public sealed interface Step<S> {
  /** {@code {:reply, reply, state}}. Made by {@link Call#reply(Object, Object)}. */
  record Reply<S>(@Nullable Object reply, S state) implements Step<S> {}

  /** {@code {:noreply, state}}. Made by {@link GenServer#noReply}. */
  record NoReply<S>(S state) implements Step<S> {}

  /** {@code {:stop, reason, state}}. Made by {@link GenServer#stopping}. */
  record Stop<S>(Object reason, S state) implements Step<S> {
    public Stop {
      ExitException.checked(reason);
    }
  }

  /** {@code {:stop, reason, reply, state}}. Made by {@link #andStop}. */
  record ReplyAndStop<S>(Object reason, @Nullable Object reply, S state) implements Step<S> {
    public ReplyAndStop {
      ExitException.checked(reason);
    }
  }

  /**
   * {@code {:reply, reply, state, next}} and {@code {:noreply, state, next}}. Made by {@link
   * #continueWith}, {@link #timeout} and {@link #hibernate}.
   *
   * @param step a {@link Reply} or a {@link NoReply}
   */
  record Then<S>(Step<S> step, Next next) implements Step<S> {
    /**
     * @throws IllegalStateException if the step stops the server, or says already what comes next
     */
    public Then {
      if (!(step instanceof Reply || step instanceof NoReply)) {
        throw new IllegalStateException(
            "one of continueWith, timeout and hibernate was expected after a reply or noReply, not"
                + " another one, and none where the server stops: "
                + step);
      }
    }
  }

  /** The same, and the server ends afterwards: {@code {:stop, reason, reply, state}}. */
  default Step<S> andStop(Object reason) {
    return switch (this) {
      case Reply<S>(var reply, var state) -> new ReplyAndStop<>(reason, reply, state);
      case NoReply<S>(var state) -> new Stop<>(reason, state);
      case Stop<S> stop -> stop;
      case ReplyAndStop<S> stop -> stop;
      case Then<S>(var step, var next) ->
          throw new IllegalStateException("a server that stops does nothing next: " + next);
    };
  }

  /**
   * The same, and {@link GenServer#handleContinue} is called before any message is looked at:
   * {@code {:noreply, state, {:continue, what}}}.
   */
  default Step<S> continueWith(Object what) {
    return new Then<>(this, new Next.Continue(what));
  }

  /**
   * The same, and if no message comes in this time, {@link GenServer#handleInfo} is called with
   * {@link Atom#TIMEOUT}: {@code {:noreply, state, timeout}}. Zero means: if none is there already.
   *
   * <p>It counts once; the next step says anew whether there is one. Requests of {@link Sys} begin
   * it anew. For a time that goes on whatever comes, use {@link Kernel#sendAfter}.
   */
  default Step<S> timeout(Duration after) {
    return new Then<>(this, new Next.Timeout(after));
  }

  /**
   * The same: {@code {:noreply, state, :hibernate}}. It is here for servers that come from OTP, and
   * changes nothing: a server that waits holds neither thread nor stack, and the garbage collector
   * is the JVM's.
   */
  default Step<S> hibernate() {
    return new Then<>(this, new Next.Hibernate());
  }
}
