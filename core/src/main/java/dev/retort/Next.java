package dev.retort;

import java.time.Duration;
import java.util.Objects;

/** What a {@link GenServer} does between a callback and its next message. */
public sealed interface Next {
  /** {@code {continue, Continue}}: {@code handleContinue} at once. */
  record Continue(Object what) implements Next {
    public Continue {
      Objects.requireNonNull(what, "what to continue with");
    }
  }

  /** A {@code timeout} message if no other comes in this time. */
  record Timeout(Duration after) implements Next {
    /**
     * @throws IllegalArgumentException if it is negative
     */
    public Timeout {
      Timers.nanos(after);
    }
  }

  /** {@code hibernate}. */
  record Hibernate() implements Next {}
}
