package dev.retort;

import dev.retort.etf.Vocabulary;
import dev.retort.term.Atom;
import dev.retort.term.Pid;
import dev.retort.term.Tuple;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The process of a {@link DynamicSupervisor}. Its state is its children by pid; one that is about
 * to be started again is there by the pid that it had.
 */
final class DynamicSupervisorServer implements GenServer<Map<Pid, Child>> {
  record StartChild(ChildSpec child) implements Call<Started> {}

  record WhichChildren() implements Call<List<ChildInfo>> {}

  /** A message to itself: try again to start a child that did not start. */
  private record TryAgain(Pid pid, @Shareable Object failure) {}

  /** A message to itself: it is time to start a child again. */
  private record Attempt(Pid pid) {}

  private final Strategy strategy;
  private final RestartIntensity intensity;

  DynamicSupervisorServer(Strategy strategy) {
    this.strategy = strategy;
    this.intensity = new RestartIntensity(strategy);
  }

  @Override
  public Map<Pid, Child> init() {
    Kernel.trapExit(true);
    Kernel.vocabulary(Vocabulary.EMPTY); // OTP's requests look like our records, not its answers
    return new HashMap<>();
  }

  // ---- requests

  @Override
  public Step<Map<Pid, Child>> handleCall(Call<?> request, From from, Map<Pid, Child> children) {
    return switch (request) {
      case StartChild start -> start.reply(start(start.child, children), children);
      case WhichChildren which ->
          which.reply(children.values().stream().map(Child::info).toList(), children);
      case Call.Term term -> term.reply(answer(term.request(), children), children);
      default -> GenServer.unknown(request);
    };
  }

  private Started start(ChildSpec spec, Map<Pid, Child> children) {
    if (children.size() >= strategy.maxChildren()) {
      return Started.failed(Started.MAX_CHILDREN);
    }
    var child = new Child(spec);
    var failure = child.start(strategy.extraArgument());
    if (child.pid != null) {
      children.put(child.pid, child);
    }
    return new Started(child.pid, failure);
  }

  private Object answer(Object request, Map<Pid, Child> children) {
    if (request.equals(SupervisorTerms.WHICH_CHILDREN)) {
      return children.values().stream()
          .map(child -> SupervisorTerms.child(Atom.UNDEFINED, child))
          .toList();
    }
    if (request.equals(SupervisorTerms.COUNT_CHILDREN)) {
      return SupervisorTerms.countChildren(ChildCount.of(children.values()));
    }
    if (request instanceof Tuple tuple && tuple.size() == 2) {
      if (tuple.get(0).equals(SupervisorTerms.TERMINATE_CHILD) && tuple.get(1) instanceof Pid pid) {
        return terminate(pid, children) ? Atom.OK : Tuple.of(Atom.ERROR, Started.NOT_FOUND);
      }
      if (tuple.get(0).equals(SupervisorTerms.START_CHILD)) {
        try {
          return start(ForeignSpec.dynamic(tuple.get(1)), children).asTerm();
        } catch (ForeignSpec.Refused e) {
          return Tuple.of(Atom.ERROR, e.reason());
        }
      }
    }
    if (request instanceof Tuple tuple
        && tuple.size() > 0
        && tuple.get(0).equals(SupervisorTerms.START_TASK)) {
      var task = ForeignTask.child(request);
      if (task != null) {
        return start(task, children).asTerm();
      }
    }
    return Tuple.of(Atom.ERROR, Tuple.of(Atom.of("badarg"), request));
  }

  private static boolean terminate(Pid pid, Map<Pid, Child> children) {
    var child = children.remove(pid);
    if (child != null) {
      Shutdown.of(child);
      child.rest();
    }
    return child != null;
  }

  @Override
  public Step<Map<Pid, Child>> handleCast(Object message, Map<Pid, Child> children) {
    SupervisorReports.unexpected("cast", message);
    return GenServer.noReply(children);
  }

  // ---- a child has ended

  @Override
  public Step<Map<Pid, Child>> handleInfo(Object message, Map<Pid, Child> children) {
    switch (message) {
      case Exit(var pid, var reason) -> {
        var child = children.get(pid);
        if (child != null) {
          return ended(child, pid, reason, children);
        }
      }
      case TryAgain(var pid, var failure) -> {
        var child = children.get(pid);
        if (child != null) {
          return restart(failure, child, pid, children);
        }
      }
      case Attempt(var pid) -> {
        var child = children.get(pid);
        if (child != null) {
          attempt(child, pid, children);
        }
      }
      default -> SupervisorReports.unexpected("message", message);
    }
    return GenServer.noReply(children);
  }

  private Step<Map<Pid, Child>> ended(
      Child child, Pid pid, Object reason, Map<Pid, Child> children) {
    boolean restarts = child.restartsAfter(reason);
    if (restarts || !CrashReport.isNormal(reason)) {
      SupervisorReports.childTerminated(child, pid, reason);
    }
    child.pid = null;
    if (restarts) {
      return restart(reason, child, pid, children);
    }
    children.remove(pid);
    return GenServer.noReply(children);
  }

  /** Counts the restart, and does it now or after a wait. */
  private Step<Map<Pid, Child>> restart(
      Object reason, Child child, Pid pid, Map<Pid, Child> children) {
    if (intensity.exceeded()) {
      SupervisorReports.tooManyRestarts(child, strategy);
      children.remove(pid);
      return GenServer.stopping(Atom.SHUTDOWN, children);
    }
    SupervisorReports.restarting(child, reason);
    var backOff = strategy.backOff();
    if (backOff == null) {
      attempt(child, pid, children);
    } else {
      child.startLater(backOff, new Attempt(pid));
    }
    return GenServer.noReply(children);
  }

  private void attempt(Child child, Pid pid, Map<Pid, Child> children) {
    var failure = child.start(strategy.extraArgument());
    if (failure != null) {
      SupervisorReports.startFailed(child, failure);
      child.restarting = true;
      Kernel.send(Kernel.self(), new TryAgain(pid, failure));
      return;
    }
    children.remove(pid);
    if (child.pid != null) {
      children.put(child.pid, child);
    }
  }

  /** All are told to end at once, and their times run side by side. */
  @Override
  public void terminate(Object reason, Map<Pid, Child> children) {
    Shutdown.ofAll(children.values());
  }
}
