package dev.retort;

import dev.retort.term.Atom;
import dev.retort.term.Pid;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import jdk.jfr.FlightRecorder;
import org.jspecify.annotations.Nullable;

/** Writes a node's events into the recordings of Java Flight Recorder. Any thread. */
final class Flight implements Runnable {
  private final Node node;

  /** When the processes that began while their ends were recorded did so. */
  private final Map<Pid, Long> births = new ConcurrentHashMap<>();

  private Flight(Node node) {
    this.node = node;
  }

  /** Begins; the JVM records for the first time. */
  static Flight begin(Node node) {
    var flight = new Flight(node);
    FlightRecorder.addPeriodicEvent(FlightEvents.NodeStatistics.class, flight);
    return flight;
  }

  void end() {
    FlightRecorder.removePeriodicEvent(this);
  }

  void started(Pid pid, @Nullable Atom name, Object code) {
    if (new FlightEvents.ProcessEnd().isEnabled()) {
      births.put(pid, System.nanoTime());
    }
    var event = new FlightEvents.ProcessStart();
    if (event.isEnabled()) {
      of(event, pid, name);
      event.code = code instanceof Behaviour behaviour ? behaviour.code() : code.getClass();
      event.commit();
    }
  }

  void ended(Pid pid, @Nullable Atom name, Object reason) {
    var birth = births.isEmpty() ? null : births.remove(pid);
    var event = new FlightEvents.ProcessEnd();
    if (event.isEnabled()) {
      of(event, pid, name);
      event.reason = CrashReport.inspect(reason);
      event.lifetime = birth == null ? Long.MIN_VALUE : System.nanoTime() - birth;
      event.commit();
    }
  }

  void crashed(Pid pid, @Nullable Atom name, String kind, Object reason) {
    var event = new FlightEvents.Crash();
    if (event.isEnabled()) {
      of(event, pid, name);
      event.kind = kind;
      event.reason = CrashReport.inspect(reason);
      event.commit();
    }
  }

  void childRestarts(Pid supervisor, @Nullable Atom name, Object child, Object reason) {
    var event = new FlightEvents.ChildRestart();
    if (event.isEnabled()) {
      of(event, supervisor, name);
      event.child = CrashReport.inspect(child);
      event.reason = CrashReport.inspect(reason);
      event.commit();
    }
  }

  void runaway(Pid pid, @Nullable Atom name, long sinceNanos) {
    var event = new FlightEvents.Runaway();
    if (event.isEnabled()) {
      of(event, pid, name);
      event.since = sinceNanos;
      event.commit();
    }
  }

  void mailboxAlarm(Pid pid, @Nullable Atom name, long messages) {
    var event = new FlightEvents.MailboxAlarm();
    if (event.isEnabled()) {
      of(event, pid, name);
      event.messages = messages;
      event.commit();
    }
  }

  private void of(FlightEvents.ProcessEvent event, Pid pid, @Nullable Atom name) {
    event.node = node.name().name();
    event.pid = pid.toString();
    event.name = name == null ? null : name.name();
  }

  /** Writes the node's statistics: every second, on the recorder's thread. */
  @Override
  public void run() {
    var event = new FlightEvents.NodeStatistics();
    if (!event.isEnabled()) {
      return;
    }
    var now = node.statistics();
    event.node = node.name().name();
    event.processes = now.processes();
    event.spawned = now.spawned();
    event.ended = now.ended();
    event.messages = now.messages();
    event.runQueue = now.runQueue();
    event.runners = now.runners();
    event.timers = now.timers();
    event.restarts = now.restarts();
    event.commit();
  }
}
