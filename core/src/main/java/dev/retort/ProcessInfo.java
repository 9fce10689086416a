package dev.retort;

import dev.retort.term.Atom;
import dev.retort.term.Dest;
import dev.retort.term.Pid;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a process was, did and had at one moment: {@code process_info/1}.
 *
 * @param registeredName its name; null without one
 * @param status whether it runs
 * @param code the class whose code it runs: that of the behaviour's callbacks, or of the body
 * @param stack where its thread is, innermost first; empty while it holds none, as an idle server
 *     and a process that has not begun do. Erlang's {@code current_stacktrace}
 * @param waitsFor the process of this node whose reply to a call it waits for; null for none
 * @param messageQueueLength how many messages wait in its mailbox; counted when asked
 * @param links the processes that it is linked to
 * @param monitors what it monitors, once for each monitor: a pid, or a name with its node
 * @param monitoredBy who monitors it, once for each monitor
 * @param trapExit whether exit signals come as {@link Exit} messages
 * @param priority when it runs
 * @param groupLeader where its output goes
 */
public record ProcessInfo(
    @Nullable Atom registeredName,
    Status status,
    Class<?> code,
    List<StackTraceElement> stack,
    @Nullable Pid waitsFor,
    long messageQueueLength,
    List<Pid> links,
    List<Dest> monitors,
    List<Pid> monitoredBy,
    boolean trapExit,
    Priority priority,
    Pid groupLeader) {
  /** Whether a process runs. */
  public enum Status {
    /** It is on a thread, in its own code or in what that called, which may block. */
    RUNNING,

    /** It has something to do and waits for a thread. */
    RUNNABLE,

    /** It waits for a message or a reply. */
    WAITING
  }
}
