package dev.retort;

import jdk.jfr.FlightRecorder;
import jdk.jfr.FlightRecorderListener;

/**
 * Waits for the JVM to record, and tells the node's {@link Telemetry}.
 *
 * <p>Waiting is cheap. Loading {@link Flight} is not, since it uses {@link FlightEvents}: it is put
 * off until here.
 */
final class FlightWatch implements FlightRecorderListener {
  private final Node node;

  private FlightWatch(Node node) {
    this.node = node;
  }

  /**
   * Begins to wait, for a node that is complete.
   *
   * @throws LinkageError in a runtime image without {@code jdk.jfr}
   */
  static FlightWatch begin(Node node) {
    var watch = new FlightWatch(node);
    FlightRecorder.addListener(watch);
    return watch;
  }

  /** On the thread that starts the first recording; at once, where that has been. */
  @Override
  public void recorderInitialized(FlightRecorder recorder) {
    node.telemetry().recordTo(Flight.begin(node));
  }

  void end() {
    FlightRecorder.removeListener(this);
  }
}
