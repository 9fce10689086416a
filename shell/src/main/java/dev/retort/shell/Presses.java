package dev.retort.shell;

import java.time.Duration;

/** Tells the second Ctrl-C in a row from the first. */
final class Presses {
  private static final Duration IN_A_ROW = Duration.ofSeconds(2);

  private boolean pressed; // guarded by this
  private long last; // guarded by this

  /** Takes note of one; whether another came shortly before. */
  synchronized boolean isSecond() {
    long now = System.nanoTime();
    boolean second = pressed && now - last < IN_A_ROW.toNanos();
    pressed = true;
    last = now;
    return second;
  }

  /** Something else came in between. */
  synchronized void forget() {
    pressed = false;
  }
}
