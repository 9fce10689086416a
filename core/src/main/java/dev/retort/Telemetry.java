package dev.retort;

import dev.retort.term.Atom;
import dev.retort.term.Pid;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * What happens on a node, for those who watch: hands it to Java Flight Recorder where that records.
 * Until then each method is a look at a field that is null. Any thread.
 */
final class Telemetry {
  private final LongAdder restarts = new LongAdder();

  /** Null in a runtime image without {@code jdk.jfr}. */
  private volatile @Nullable Flight waiting;

  /** Null until the JVM records for the first time; then for good. */
  private volatile @Nullable Flight flight;

  /** Begins to wait for recordings; once, for a node that is complete. */
  void open(Node node) {
    try {
      var waiting = new Flight(node);
      waiting.waitForRecorder();
      this.waiting = waiting;
    } catch (LinkageError e) {
      // A runtime image without jdk.jfr.
    }
  }

  /** The JVM has begun to record. */
  void recordTo(Flight flight) {
    this.flight = flight;
  }

  void close() {
    flight = null;
    var waiting = this.waiting;
    if (waiting != null) {
      waiting.stop();
    }
  }

  long restarts() {
    return restarts.sum();
  }

  /** A process is about to run for the first time. */
  void started(Pid pid, @Nullable Atom name, Object code) {
    var flight = this.flight;
    if (flight != null) {
      flight.started(pid, name, code);
    }
  }

  /** A process has ended. */
  void ended(Pid pid, @Nullable Atom name, Object reason) {
    var flight = this.flight;
    if (flight != null) {
      flight.ended(pid, name, reason);
    }
  }

  /**
   * A process is about to end with an exception.
   *
   * @param kind what it is: {@code GenServer}
   */
  void crashed(Pid pid, @Nullable Atom name, String kind, Object reason) {
    var flight = this.flight;
    if (flight != null) {
      flight.crashed(pid, name, kind, reason);
    }
  }

  /** A supervisor is about to start a child again, and with it perhaps others. */
  void childRestarts(Pid supervisor, @Nullable Atom name, Object child, Object reason) {
    restarts.increment();
    var flight = this.flight;
    if (flight != null) {
      flight.childRestarts(supervisor, name, child, reason);
    }
  }

  /** The code of a process that was told to exit still runs, after {@code sinceNanos}. */
  void runaway(Pid pid, @Nullable Atom name, long sinceNanos) {
    var flight = this.flight;
    if (flight != null) {
      flight.runaway(pid, name, sinceNanos);
    }
  }

  /** A mailbox has grown beyond its high-water mark. */
  void mailboxAlarm(Pid pid, @Nullable Atom name, long messages) {
    var flight = this.flight;
    if (flight != null) {
      flight.mailboxAlarm(pid, name, messages);
    }
  }
}
