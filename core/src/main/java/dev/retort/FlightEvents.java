package dev.retort;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.Period;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;
import org.jspecify.annotations.Nullable;

/**
 * The events of Java Flight Recorder. Their names and fields are what users find in recordings:
 * public, though the classes are not.
 *
 * <p>The first class of them that is loaded makes the JVM get the recorder ready, which takes half
 * a second: only {@link Flight} uses them, and only once somebody else has.
 */
final class FlightEvents {
  private FlightEvents() {}

  /** What concerns one process. */
  @Category("Retort")
  @StackTrace(false)
  abstract static class ProcessEvent extends Event {
    @Label("Node")
    String node = "";

    @Label("Pid")
    String pid = "";

    @Label("Registered Name")
    @Nullable String name;
  }

  @Name("dev.retort.ProcessStart")
  @Label("Process Start")
  @Description("A process has been started")
  @Enabled(false)
  static final class ProcessStart extends ProcessEvent {
    @Label("Code")
    @Description("The class of its body or of its callbacks")
    @Nullable Class<?> code;
  }

  @Name("dev.retort.ProcessEnd")
  @Label("Process End")
  @Description("A process has ended")
  @Enabled(false)
  static final class ProcessEnd extends ProcessEvent {
    @Label("Exit Reason")
    String reason = "";

    @Label("Lifetime")
    @Description("From its start; not known if the event was not enabled then")
    @Timespan(Timespan.NANOSECONDS)
    long lifetime;
  }

  @Name("dev.retort.Crash")
  @Label("Crash")
  @Description("A process has ended with an exception, as its crash report says")
  static final class Crash extends ProcessEvent {
    @Label("Kind")
    @Description("What it was: GenServer, Process")
    String kind = "";

    @Label("Exit Reason")
    String reason = "";
  }

  @Name("dev.retort.ChildRestart")
  @Label("Child Restart")
  @Description("A supervisor starts a child again that has ended; the process is the supervisor")
  static final class ChildRestart extends ProcessEvent {
    @Label("Child")
    @Description("The child's id")
    String child = "";

    @Label("Exit Reason")
    @Description("Why the child has ended, or could not be started")
    String reason = "";
  }

  @Name("dev.retort.Runaway")
  @Label("Runaway")
  @Description("A process was told to exit, and its code still runs")
  static final class Runaway extends ProcessEvent {
    @Label("Runs Since")
    @Description("How long its code has run on")
    @Timespan(Timespan.NANOSECONDS)
    long since;
  }

  @Name("dev.retort.MailboxAlarm")
  @Label("Mailbox Alarm")
  @Description("A mailbox has grown beyond its high-water mark")
  static final class MailboxAlarm extends ProcessEvent {
    @Label("Messages")
    long messages;
  }

  @Name("dev.retort.NodeStatistics")
  @Label("Node Statistics")
  @Description("What a node has done and has to do")
  @Category("Retort")
  @StackTrace(false)
  @Period("1 s")
  static final class NodeStatistics extends Event {
    @Label("Node")
    String node = "";

    @Label("Processes")
    @Description("Processes alive")
    int processes;

    @Label("Spawned")
    @Description("Processes started since the node was")
    long spawned;

    @Label("Ended")
    @Description("Processes ended since the node was started")
    long ended;

    @Label("Messages")
    @Description("Messages taken out of mailboxes since the node was started")
    long messages;

    @Label("Run Queue")
    @Description("Processes that wait for a runner")
    int runQueue;

    @Label("Runners")
    @Description("Processes that run, or block outside the kernel")
    int runners;

    @Label("Timers")
    @Description("Timers pending")
    int timers;

    @Label("Restarts")
    @Description("Children restarted since the node was started")
    long restarts;
  }
}
