package dev.retort;

/** A wait for another thread that is a few steps from what is waited for. */
final class Spin {
  /** After that many looks the other thread seems to have been preempted. */
  private static final int LOOKS = 100;

  private Spin() {}

  /**
   * Between two looks.
   *
   * @param looks how many there have been, from 0
   */
  @SuppressWarnings("ThreadPriorityCheck") // yields only to a preempted thread
  static void pause(int looks) {
    if (looks < LOOKS) {
      Thread.onSpinWait();
    } else {
      Thread.yield();
    }
  }
}
