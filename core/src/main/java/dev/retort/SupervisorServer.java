package dev.retort;

import dev.retort.etf.Vocabulary;
import dev.retort.term.Atom;
import dev.retort.term.Pid;
import dev.retort.term.Tuple;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The process of a {@link Supervisor}. Its state is the children in start order, changed only here,
 * in its own process.
 */
final class SupervisorServer implements GenServer<List<Child>> {
  private static final Atom ALREADY_PRESENT = Atom.of("already_present");
  static final Atom NOT_FOUND = Atom.of("not_found");
  private static final Atom RUNNING = Atom.of("running");
  private static final Atom RESTARTING = Atom.of("restarting");

  record StartChild(ChildSpec child) implements Call<Started> {}

  record TerminateChild(Object id) implements Call<Boolean> {}

  record RestartChild(Object id) implements Call<Started> {}

  record DeleteChild(Object id) implements Call<Boolean> {}

  record WhichChildren() implements Call<List<ChildInfo>> {}

  record CountChildren() implements Call<ChildCount> {}

  record Started(@Nullable Pid pid, @Shareable @Nullable Object failure) {}

  /** A message to itself: try again to start a child that did not start. */
  private record TryAgain(Object id, @Shareable Object failure) {}

  private final Strategy strategy;
  private final List<ChildSpec> specs;
  private final RestartIntensity intensity;

  /** Running children; an exit finds its child here. */
  private final Map<Pid, Child> running = new LinkedHashMap<>();

  SupervisorServer(Strategy strategy, List<ChildSpec> specs) {
    this.strategy = strategy;
    this.specs = specs;
    this.intensity = new RestartIntensity(strategy.maxRestarts(), strategy.within());
  }

  static void checkIds(List<ChildSpec> specs) {
    var ids = new HashSet<Object>();
    for (var spec : specs) {
      if (!ids.add(spec.id())) {
        throw new IllegalArgumentException(
            "two children have the id " + CrashReport.inspect(spec.id()) + ": give each its own");
      }
    }
  }

  @Override
  public List<Child> init() {
    Kernel.trapExit(true);
    Kernel.vocabulary(Vocabulary.EMPTY); // OTP's requests look like our records, not its answers
    var children = new ArrayList<Child>(specs.size());
    for (var spec : specs) {
      var child = new Child(spec);
      var failure = start(child);
      if (failure != null) {
        stopAll(children);
        throw new ExitException(
            Tuple.of(
                Atom.SHUTDOWN, Tuple.of(Atom.of("failed_to_start_child"), spec.id(), failure)));
      }
      children.add(child);
    }
    return children;
  }

  /** Why the child did not start; null if it did. */
  private @Nullable Object start(Child child) {
    var failure = child.start();
    if (child.pid != null) {
      running.put(child.pid, child);
    }
    return failure;
  }

  @Override
  public Step<List<Child>> handleCall(Call<?> request, From from, List<Child> children) {
    return switch (request) {
      case StartChild start -> start.reply(startChild(start.child, children), children);
      case TerminateChild terminate -> terminate.reply(stopChild(terminate.id, children), children);
      case RestartChild restart -> restart.reply(restart(restart.id, children), children);
      case DeleteChild delete -> delete.reply(delete(delete.id, children), children);
      case WhichChildren which -> which.reply(infos(children), children);
      case CountChildren count -> count.reply(ChildCount.of(infos(children)), children);
      case Call.Term term -> term.reply(answer(term.request(), children), children);
      default -> GenServer.unknown(request);
    };
  }

  private Started startChild(ChildSpec spec, List<Child> children) {
    var present = find(spec.id(), children);
    if (present != null) {
      return new Started(
          null,
          present.pid == null
              ? ALREADY_PRESENT
              : Tuple.of(Atom.of("already_started"), present.pid));
    }
    var child = new Child(spec);
    var failure = start(child);
    if (failure == null && !(child.pid == null && spec.restart() == Restart.TEMPORARY)) {
      children.add(child);
    }
    return new Started(child.pid, failure);
  }

  private boolean stopChild(Object id, List<Child> children) {
    var child = find(id, children);
    if (child == null) {
      return false;
    }
    stop(child);
    if (child.spec.restart() == Restart.TEMPORARY) {
      children.remove(child);
    }
    return true;
  }

  private Started restart(Object id, List<Child> children) {
    var child = find(id, children);
    if (child == null) {
      return new Started(null, NOT_FOUND);
    }
    if (child.pid != null || child.restarting) {
      return new Started(null, child.restarting ? RESTARTING : RUNNING);
    }
    var failure = start(child);
    return new Started(child.pid, failure);
  }

  private static boolean delete(Object id, List<Child> children) {
    var child = find(id, children);
    return child != null && child.pid == null && !child.restarting && children.remove(child);
  }

  private static @Nullable Child find(Object id, List<Child> children) {
    for (var child : children) {
      if (child.spec.id().equals(id)) {
        return child;
      }
    }
    return null;
  }

  private static List<ChildInfo> infos(List<Child> children) {
    return children.stream().map(Child::info).toList();
  }

  /** What {@code supervisor}'s functions of another node ask for. */
  private Object answer(Object request, List<Child> children) {
    if (request.equals(Atom.of("which_children"))) {
      return SupervisorTerms.whichChildren(infos(children));
    }
    if (request.equals(Atom.of("count_children"))) {
      return SupervisorTerms.countChildren(ChildCount.of(infos(children)));
    }
    if (request instanceof Tuple tuple && tuple.size() == 2 && tuple.get(0) instanceof Atom what) {
      var id = SupervisorTerms.findId(tuple.get(1), children);
      switch (what.name()) {
        case "terminate_child" -> {
          return id != null && stopChild(id, children) ? Atom.OK : Tuple.of(Atom.ERROR, NOT_FOUND);
        }
        case "restart_child" -> {
          return SupervisorTerms.started(
              id == null ? new Started(null, NOT_FOUND) : restart(id, children));
        }
        case "delete_child" -> {
          if (id == null) {
            return Tuple.of(Atom.ERROR, NOT_FOUND);
          }
          return delete(id, children)
              ? Atom.OK
              : Tuple.of(
                  Atom.ERROR,
                  Objects.requireNonNull(find(id, children)).restarting ? RESTARTING : RUNNING);
        }
        default -> {}
      }
    }
    return Tuple.of(Atom.ERROR, Tuple.of(Atom.of("badarg"), request));
  }

  // ---- a child has ended

  @Override
  public Step<List<Child>> handleInfo(Object message, List<Child> children) {
    return switch (message) {
      case Exit(var pid, var reason) -> ended(pid, reason, children);
      case TryAgain(var id, var failure) -> {
        var child = find(id, children);
        yield child != null && child.restarting
            ? restartAfter(failure, child, children)
            : GenServer.noReply(children);
      }
      default -> GenServer.noReply(children);
    };
  }

  private Step<List<Child>> ended(Pid pid, Object reason, List<Child> children) {
    var child = running.remove(pid);
    if (child == null) {
      return GenServer.noReply(children); // one that did not start, or not a child
    }
    child.pid = null;
    if (!CrashReport.isNormal(reason) || child.spec.restart() == Restart.PERMANENT) {
      SupervisorReports.childTerminated(child, pid, reason);
    }
    if (!child.restartsAfter(reason)) {
      if (child.spec.restart() == Restart.TEMPORARY) {
        children.remove(child);
      }
      return GenServer.noReply(children);
    }
    return restartAfter(reason, child, children);
  }

  private Step<List<Child>> restartAfter(Object reason, Child child, List<Child> children) {
    if (intensity.exceeded()) {
      SupervisorReports.tooManyRestarts(child, strategy);
      return GenServer.stopping(Atom.SHUTDOWN, children);
    }
    SupervisorReports.restarting(child, reason);
    var together =
        switch (strategy.kind()) {
          case ONE_FOR_ONE -> List.of(child);
          case ONE_FOR_ALL -> List.copyOf(children);
          case REST_FOR_ONE ->
              List.copyOf(children.subList(children.indexOf(child), children.size()));
        };
    var reversed = new ArrayList<>(together);
    Collections.reverse(reversed);
    reversed.forEach(this::stop);
    for (var each : together) {
      if (each != child && each.spec.restart() == Restart.TEMPORARY) {
        children.remove(each);
        continue;
      }
      var failure = start(each);
      if (failure != null) {
        SupervisorReports.startFailed(each, failure);
        // As OTP does: the next attempt is another restart, and counts as one.
        each.restarting = true;
        Kernel.send(Kernel.self(), new TryAgain(each.spec.id(), failure));
        break;
      }
    }
    return GenServer.noReply(children);
  }

  private void stop(Child child) {
    if (child.pid != null) {
      running.remove(child.pid);
    }
    child.shutdown();
  }

  private void stopAll(List<Child> children) {
    var reversed = new ArrayList<>(children);
    Collections.reverse(reversed);
    reversed.forEach(this::stop);
  }

  @Override
  public void terminate(Object reason, List<Child> children) {
    stopAll(children);
  }
}
