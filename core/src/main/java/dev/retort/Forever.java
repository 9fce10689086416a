package dev.retort;

import java.time.Duration;

/** How long a request to a supervisor waits: a child may take its time to start or stop. */
final class Forever {
  static final Duration TIME = Duration.ofNanos(Long.MAX_VALUE);

  private Forever() {}
}
