package dev.retort;

/**
 * What a node has done and has to do, as {@link Node#statistics()} counts it. Nothing is counted by
 * all threads at one place, so that counting costs next to nothing; in return the numbers are read
 * one after the other and are no picture of one moment.
 *
 * <p>Java Flight Recorder gets the same numbers every second while it records ({@code
 * dev.retort.NodeStatistics}), and these events, all in the category Retort:
 *
 * <ul>
 *   <li>{@code dev.retort.Crash}: a process has ended with an exception.
 *   <li>{@code dev.retort.ChildRestart}: a supervisor starts a child again.
 *   <li>{@code dev.retort.Runaway}: a process was told to exit and its code still runs.
 *   <li>{@code dev.retort.MailboxAlarm}: a mailbox has grown beyond its high-water mark.
 *   <li>{@code dev.retort.ProcessStart} and {@code dev.retort.ProcessEnd}: each process; only where
 *       they are enabled, as there are millions: {@code
 *       -XX:StartFlightRecording:+dev.retort.ProcessEnd#enabled=true}.
 * </ul>
 *
 * <p>They cost nothing while nothing records. A runtime image without the module {@code jdk.jfr}
 * has no events.
 *
 * @param processes processes alive, the node's own included; {@code
 *     erlang:system_info(process_count)}
 * @param spawned processes started since the node was, its own not included
 * @param ended those of them that have ended
 * @param messages messages that processes have taken out of their mailboxes since the node was
 *     started
 * @param runQueue processes that have something to do and wait for a runner; {@code
 *     erlang:statistics(run_queue)}
 * @param runners processes that run now, or block outside the kernel: in I/O, in a lock
 * @param timers timers that have been set and have not fired; what limits the time of a wait is not
 *     counted
 * @param restarts how often a supervisor has started a child again that had ended by itself
 */
public record Statistics(
    int processes,
    long spawned,
    long ended,
    long messages,
    int runQueue,
    int runners,
    int timers,
    long restarts) {}
