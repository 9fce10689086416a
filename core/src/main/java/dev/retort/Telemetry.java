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
  private volatile @Nullable FlightWatch watch;

  /** Null until the JVM records for the first time; then for good. */
  private volatile @Nullable Flight flight;

  private boolean closed;

  /** Begins to wait for recordings; once, for a node that is complete. */
  void open(Node node) {
    try {
      watch = FlightWatch.begin(node);
    } catch (LinkageError e) {
      // A runtime image without jdk.jfr.
    }
  }

  /** The JVM has begun to record. */
  void recordTo(Flight flight) {
    synchronized (this) {
      if (!closed) {
        this.flight = flight;
        return;
      }
    }
    flight.end();
  }

  void close() {
    var watch = this.watch;
    if (watch != null) {
      watch.end();
    }
    Flight last;
    synchronized (this) { // not around the recorder's functions, which have a lock of their own
      closed = true;
      last = flight;
      flight = null;
    }
    if (last != null) {
      last.end();
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
