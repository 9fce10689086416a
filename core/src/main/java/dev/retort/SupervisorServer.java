package dev.retort;

import dev.retort.etf.Vocabulary;
import dev.retort.term.Atom;
import dev.retort.term.Pid;
import dev.retort.term.Tuple;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The process of a {@link Supervisor}: OTP's {@code supervisor.erl}. Its state is its children,
 * changed only here, in its own process.
 */
final class SupervisorServer implements GenServer<Children> {
  record StartChild(ChildSpec child) implements Call<Started> {}

  record GetChildspec(Object id) implements Call<@Nullable ChildSpec> {}

  /** A message to itself: try again to start a child that did not start. */
  private record TryAgain(Object id, @Shareable Object failure) {}

  /** A message to itself: it is time to start a child again. */
  private record Attempt(Object id) {}

  /** What says which children there are: an {@code init} that may have nothing to start. */
  interface Source {
    Supervisor.@Nullable Init init() throws Exception;
  }

  static final Atom FAILED_TO_START_CHILD = Atom.of("failed_to_start_child");

  private final Source source;

  // From the start on.
  private Supervisor.@Nullable Init made;
  private Strategy strategy = Supervisor.oneForOne();
  private RestartIntensity intensity = new RestartIntensity(strategy);

  SupervisorServer(Source source) {
    this.source = source;
  }

  @Override
  public Init<Children> starting() throws Exception {
    Kernel.trapExit(true);
    Kernel.vocabulary(Vocabulary.EMPTY); // OTP's requests look like our records, not its answers
    made = source.init();
    return made == null ? Init.ignore() : Init.ok(init());
  }

  @Override
  public Children init() {
    var init = Objects.requireNonNull(made);
    strategy = init.strategy();
    intensity = new RestartIntensity(strategy);
    var children = new Children();
    check(init.children());
    init.children().forEach(spec -> children.add(new Child(spec)));
    var failed = startInOrder(children.all(), children);
    if (failed != null) {
      stopInReverse(children.all(), children);
      throw new ExitException(
          Tuple.of(
              Atom.SHUTDOWN,
              Tuple.of(FAILED_TO_START_CHILD, failed.child.spec.id(), failed.reason)));
    }
    return children;
  }

  /** What {@code init} says now: {@code supervisor:code_change/3}. */
  @Override
  public Children codeChange(Object oldVersion, Object state, Object extra) throws Exception {
    var children = (Children) state;
    var now = source.init();
    if (now == null) {
      return children;
    }
    BadSpec.check(now.strategy(), now.children());
    strategy = now.strategy();
    intensity = new RestartIntensity(strategy);
    return children.respecified(now.children());
  }

  private void check(List<ChildSpec> children) {
    try {
      BadSpec.check(strategy, children);
    } catch (BadSpec bad) {
      throw new ExitException(Tuple.of(Atom.of("start_spec"), bad.reason), bad.message);
    }
  }

  private record Failed(Child child, Object reason) {}

  /** {@code start_children/2}: up to the first that fails; null if none does. */
  private static @Nullable Failed startInOrder(List<Child> together, Children children) {
    for (var child : together) {
      var failure = start(child, children);
      if (failure != null) {
        SupervisorReports.startFailed(child, failure);
        return new Failed(child, failure);
      }
      if (child.pid == null && child.isTemporary()) {
        children.remove(child);
      }
    }
    return null;
  }

  /** Why the child did not start; null if it did. */
  private static @Nullable Object start(Child child, Children children) {
    var failure = child.start(null);
    if (failure == null) {
      children.started(child);
      SupervisorReports.started(child);
    }
    return failure;
  }

  /** {@code terminate_children/2}. */
  private static void stopInReverse(List<Child> together, Children children) {
    together.reversed().forEach(child -> stop(child, children));
  }

  private static void stop(Child child, Children children) {
    Shutdown.of(child);
    children.stopped(child);
  }

  // ---- requests

  @Override
  public Step<Children> handleCall(Call<?> request, From from, Children children) {
    return switch (request) {
      case StartChild start -> start.reply(startChild(start.child, children), children);
      case GetChildspec get -> {
        var child = SupervisorTerms.find(get.id, children);
        yield get.reply(child == null ? null : child.spec, children);
      }
      case Call.Term term -> term.reply(answer(term.request(), children), children);
      default -> GenServer.unknown(request);
    };
  }

  private Started startChild(ChildSpec spec, Children children) {
    try {
      BadSpec.check(strategy, spec);
    } catch (BadSpec bad) {
      return Started.failed(bad.reason);
    }
    var present = children.find(spec.id());
    if (present != null) {
      return Started.failed(
          present.pid == null
              ? Started.ALREADY_PRESENT
              : Tuple.of(Started.ALREADY_STARTED, present.pid));
    }
    var child = new Child(spec);
    var failure = start(child, children);
    if (failure == null && !(child.pid == null && child.isTemporary())) {
      children.add(child);
    }
    return new Started(child.pid, failure);
  }

  /** What another node has described; the answer is OTP's. */
  private Object startChild(Object spec, Children children) {
    Started started;
    try {
      started = startChild(ForeignSpec.read(spec), children);
    } catch (ForeignSpec.Refused e) {
      return Tuple.of(Atom.ERROR, e.reason());
    }
    var failure = started.failure();
    return failure == null || isRefusal(failure)
        ? started.asTerm()
        : Tuple.of(Atom.ERROR, Tuple.of(failure, spec));
  }

  /** Whether it is the supervisor that did not want the child, and not the child that failed. */
  private static boolean isRefusal(Object failure) {
    return failure.equals(Started.ALREADY_PRESENT)
        || (failure instanceof Tuple tuple
            && tuple.size() == 2
            && (tuple.get(0).equals(Started.ALREADY_STARTED)
                || tuple.get(0).equals(Started.BAD_COMBINATION)));
  }

  /** What {@code supervisor}'s functions ask for, here and on other nodes. */
  private Object answer(Object request, Children children) {
    if (request.equals(SupervisorTerms.WHICH_CHILDREN)) {
      return children.all().reversed().stream()
          .map(child -> SupervisorTerms.child(child.spec.id(), child))
          .toList();
    }
    if (request.equals(SupervisorTerms.COUNT_CHILDREN)) {
      return SupervisorTerms.countChildren(ChildCount.of(children.all()));
    }
    if (request instanceof Tuple tuple && tuple.size() == 2 && tuple.get(0) instanceof Atom what) {
      if (what.equals(SupervisorTerms.START_CHILD)) {
        return startChild(tuple.get(1), children);
      }
      var child = SupervisorTerms.find(tuple.get(1), children);
      switch (what.name()) {
        case "terminate_child", "restart_child", "delete_child", "get_childspec" -> {
          return child == null
              ? Tuple.of(Atom.ERROR, Started.NOT_FOUND)
              : answer(what, child, children);
        }
        default -> {}
      }
    }
    return Tuple.of(Atom.ERROR, Tuple.of(Atom.of("badarg"), request));
  }

  private static Object answer(Atom what, Child child, Children children) {
    if (what.equals(SupervisorTerms.TERMINATE_CHILD)) {
      stop(child, children);
      return Atom.OK;
    }
    if (what.equals(SupervisorTerms.GET_CHILDSPEC)) {
      return Tuple.of(Atom.OK, SupervisorTerms.spec(child.spec));
    }
    if (child.pid != null || child.restarting) {
      return Tuple.of(Atom.ERROR, child.restarting ? Started.RESTARTING : Started.RUNNING);
    }
    if (what.equals(SupervisorTerms.DELETE_CHILD)) {
      children.remove(child);
      return Atom.OK;
    }
    var failure = start(child, children);
    return new Started(child.pid, failure).asTerm();
  }

  @Override
  public Step<Children> handleCast(Object message, Children children) {
    SupervisorReports.unexpected("cast", message);
    return GenServer.noReply(children);
  }

  // ---- a child has ended

  @Override
  public Step<Children> handleInfo(Object message, Children children) {
    switch (message) {
      case Exit(var pid, var reason) -> {
        var child = children.ended(pid);
        if (child != null) {
          return ended(child, pid, reason, children);
        }
      }
      case TryAgain(var id, var failure) -> {
        var child = children.find(id);
        if (child != null && child.restarting) {
          return restart(failure, child, children);
        }
      }
      case Attempt(var id) -> {
        var child = children.find(id);
        if (child != null && child.restarting) {
          attempt(child, children);
        }
      }
      default -> SupervisorReports.unexpected("message", message);
    }
    return GenServer.noReply(children);
  }

  /** {@code do_restart/3}. */
  private Step<Children> ended(Child child, Pid pid, Object reason, Children children) {
    boolean restarts = child.restartsAfter(reason);
    if (restarts || !CrashReport.isNormal(reason)) {
      SupervisorReports.childTerminated(child, pid, reason);
    }
    if (restarts) {
      return restart(reason, child, children);
    }
    children.stopped(child);
    return child.spec.significant() && isOver(children)
        ? GenServer.stopping(Atom.SHUTDOWN, children)
        : GenServer.noReply(children);
  }

  /** {@code do_auto_shutdown/2}, when a significant child has ended for good. */
  private boolean isOver(Children children) {
    return switch (strategy.autoShutdown()) {
      case NEVER -> false;
      case ANY_SIGNIFICANT -> true;
      case ALL_SIGNIFICANT ->
          children.all().stream()
              .noneMatch(
                  child -> child.spec.significant() && (child.pid != null || child.restarting));
    };
  }

  /** {@code restart/2}: counts the restart, and does it now or after a wait. */
  private Step<Children> restart(Object reason, Child child, Children children) {
    if (intensity.exceeded()) {
      SupervisorReports.tooManyRestarts(child, strategy);
      children.stopped(child);
      return GenServer.stopping(Atom.SHUTDOWN, children);
    }
    SupervisorReports.restarting(child, reason);
    var backOff = strategy.backOff();
    if (backOff == null) {
      attempt(child, children);
    } else {
      if (strategy.kind() != Strategy.Kind.ONE_FOR_ONE) {
        stopInReverse(together(child, children), children);
      }
      child.startLater(backOff, new Attempt(child.spec.id()));
    }
    return GenServer.noReply(children);
  }

  /** {@code restart/3}. One that fails is tried again, after what else has come in. */
  private void attempt(Child child, Children children) {
    List<Child> together;
    if (strategy.kind() == Strategy.Kind.ONE_FOR_ONE) {
      together = List.of(child);
    } else {
      var stopped = together(child, children);
      stopInReverse(stopped, children);
      together = stopped.stream().filter(each -> !each.isTemporary()).toList();
    }
    var failed = startInOrder(together, children);
    if (failed != null) {
      failed.child.restarting = true;
      Kernel.send(Kernel.self(), new TryAgain(failed.child.spec.id(), failed.reason));
    }
  }

  /** Those that are started again when this one is. */
  private List<Child> together(Child child, Children children) {
    return strategy.kind() == Strategy.Kind.ONE_FOR_ALL ? children.all() : children.from(child);
  }

  @Override
  public void terminate(Object reason, Children children) {
    stopInReverse(children.all(), children);
  }
}
