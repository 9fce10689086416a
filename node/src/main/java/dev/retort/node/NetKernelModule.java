package dev.retort.node;

import dev.retort.Export;
import java.time.Duration;

/** The module {@code net_kernel}, as far as terminals ask it: {@code -remsh} since OTP 26. */
final class NetKernelModule {
  private final Duration tickTime;

  NetKernelModule(Duration tickTime) {
    this.tickTime = tickTime;
  }

  /** In seconds. A terminal makes it its own node's, so that both hear of each other in time. */
  @Export
  long getNetTicktime() {
    return Math.max(1, tickTime.toSeconds());
  }
}
