package dev.retort;

import dev.retort.etf.Terms;
import dev.retort.term.Atom;
import dev.retort.term.Dest;
import dev.retort.term.Pid;
import dev.retort.term.Ref;
import dev.retort.term.Tuple;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * The process of a task that Elixir's {@code Task.Supervisor} of another node starts here: it is
 * told which exported function to call and where its value goes, as Elixir's {@code
 * Task.Supervised} is.
 */
final class ForeignTask extends Behaviour {
  private static final Atom TASK_SUPERVISED = Atom.of("Elixir.Task.Supervised");
  private static final Atom NOMONITOR = Atom.of("nomonitor");
  private static final Atom BRUTAL_KILL = Atom.of("brutal_kill");

  /** How long it waits for its owner, which may have given it up while it was not connected. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final Pid owner;
  private final boolean monitors;

  /** What it calls; null until its owner has said it. */
  private volatile @Nullable Mfa function;

  private ForeignTask(Pid owner, boolean monitors) {
    this.owner = owner;
    this.monitors = monitors;
  }

  /** Asks a supervisor of whatever node for a task that waits to be told what to call. */
  static Tuple startTask(LocalProcess owner) {
    var arguments = List.of(owner(owner), Atom.of("monitor"));
    return Tuple.of(Atom.of("start_task"), arguments, Atom.of("temporary"), Atom.NIL);
  }

  /** The same for a task whose value nobody wants. */
  static Tuple startTask(LocalProcess owner, Mfa mfa) {
    var arguments = List.of(owner(owner), Callers.of(owner).toList(), mfa.term());
    return Tuple.of(Atom.of("start_task"), arguments, Atom.of("temporary"), Atom.NIL);
  }

  /** {@code {Node, NameOrPid, Pid}}, for its logs. */
  private static Tuple owner(LocalProcess owner) {
    var name = owner.name;
    return Tuple.of(owner.pid.node(), name == null ? owner.pid : name, owner.pid);
  }

  /** What {@link #awaitGo} and Elixir's tasks wait for. */
  static Tuple go(LocalProcess owner, Ref ref, Mfa mfa) {
    return Tuple.of(owner.pid, ref, ref, Callers.of(owner).toList(), mfa.term());
  }

  /**
   * The child that is meant by {@code {start_task, Arguments, Restart, Shutdown}}; null if none is.
   */
  static @Nullable ChildSpec child(Object request) {
    if (!(request instanceof Tuple tuple
        && tuple.size() == 4
        && tuple.get(1) instanceof List<?> arguments
        && !arguments.isEmpty()
        && arguments.getFirst() instanceof Tuple owner
        && owner.size() == 3
        && owner.get(2) instanceof Pid pid)) {
      return null;
    }
    var start = start(pid, arguments);
    var restart = restart(tuple.get(2));
    var shutdown = shutdown(tuple.get(3));
    return start == null || restart == null || shutdown == null
        ? null
        : Supervisor.child(TASK_SUPERVISED, start).restart(restart).shutdown(shutdown);
  }

  private static TaskSupervisor.@Nullable Start start(Pid owner, List<?> arguments) {
    if (arguments.size() == 2) { // [owner, monitor]
      boolean monitors = !arguments.get(1).equals(NOMONITOR);
      return start(() -> new ForeignTask(owner, monitors));
    }
    var mfa = arguments.size() == 3 ? Mfa.of(arguments.get(2)) : null; // [owner, callers, mfa]
    return mfa == null
        ? null
        : start(() -> TaskProcess.silent(mfa, callers(arguments.get(1), owner)));
  }

  private static TaskSupervisor.Start start(Callable<Behaviour> task) {
    return new TaskSupervisor.Start(ForeignTask.class, task);
  }

  private static Callers callers(Object term, Pid owner) {
    Callers callers = null;
    if (term instanceof List<?> list) {
      for (var element : list.reversed()) {
        callers = element instanceof Pid pid ? new Callers(pid, callers) : callers;
      }
    }
    return callers == null ? new Callers(owner, null) : callers;
  }

  private static @Nullable Restart restart(Object term) {
    return switch (term instanceof Atom atom ? atom.name() : "") {
      case "temporary", "nil" -> Restart.TEMPORARY;
      case "transient" -> Restart.TRANSIENT;
      case "permanent" -> Restart.PERMANENT;
      default -> null;
    };
  }

  private static @Nullable Duration shutdown(Object term) {
    return switch (term) {
      case Atom atom when atom.equals(Atom.NIL) -> ChildSpec.SHUTDOWN;
      case Atom atom when atom.equals(Atom.INFINITY) -> ChildSpec.INFINITY;
      case Atom atom when atom.equals(BRUTAL_KILL) -> ChildSpec.BRUTAL_KILL;
      case Long millis when millis >= 0 -> Duration.ofMillis(millis);
      default -> null;
    };
  }

  @Override
  void init() throws Exception {
    var go = awaitGo();
    var mfa = Mfa.of(go.get(4));
    if (mfa == null || !(go.get(2) instanceof Dest replyTo)) {
      throw new ExitException(Tuple.of(Atom.of("badarg"), go.get(4)));
    }
    function = mfa;
    var value = Terms.toTerm(mfa.applyInOwnProcess());
    Kernel.send(replyTo, Tuple.of(go.get(1), value));
    throw new ExitException(Atom.NORMAL, "the task is done");
  }

  /** {@code {Owner, Ref, ReplyTo, Callers, {Module, Function, Arguments}}}. */
  private Tuple awaitGo() {
    var monitor = monitors ? Kernel.monitor(owner) : Kernel.makeRef();
    var message =
        Kernel.process("task")
            .<Object>receive(
                received -> {
                  var term = received instanceof Decoded(var decoded) ? decoded : received;
                  return isGo(term) || (term instanceof Down down && down.ref().equals(monitor))
                      ? term
                      : null;
                },
                monitors ? Timers.deadline(PATIENCE) : Long.MAX_VALUE);
    return switch (message) {
      case Tuple go -> {
        Kernel.demonitorFlush(monitor);
        yield go;
      }
      case Down down -> throw new ExitException(Tuple.of(Atom.SHUTDOWN, down.reason()));
      case null, default -> throw new ExitException(Atom.TIMEOUT);
    };
  }

  private boolean isGo(Object message) {
    return message instanceof Tuple tuple && tuple.size() == 5 && tuple.get(0).equals(owner);
  }

  @Override
  void handle(Object message) {
    throw new AssertionError("ends in init");
  }

  @Override
  Class<?> code() {
    return ForeignTask.class;
  }

  @Override
  String describe() {
    return "Task";
  }

  @Override
  Map<String, Object> circumstances() {
    var mfa = function;
    var all = new LinkedHashMap<String, Object>();
    all.put(CrashReport.STARTED_FROM, owner);
    all.put("Function", mfa == null ? "none yet" : mfa.shortForm());
    return Collections.unmodifiableMap(all);
  }
}
