package dev.retort.shell;

import java.util.concurrent.atomic.AtomicInteger;

/** Typed code tells a test that it runs. */
public final class Started {
  static final AtomicInteger COUNT = new AtomicInteger();

  private Started() {}

  public static void now() {
    COUNT.incrementAndGet();
  }
}
