package dev.retort;

import dev.retort.etf.Vocabulary;
import dev.retort.term.Atom;
import dev.retort.term.Dest;
import dev.retort.term.Pid;
import dev.retort.term.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A supervisor of children that come and go: Elixir's {@code DynamicSupervisor}. It starts with
 * none, has no order among them, and each is restarted alone.
 *
 * <pre>{@code
 * Pid sessions = DynamicSupervisor.startLink(oneForOne());
 * Pid ann = DynamicSupervisor.startChild(sessions, child("ann", () -> Session.startLink("ann")));
 * }</pre>
 */
public final class DynamicSupervisor {
  private DynamicSupervisor() {}

  private record StartChild(ChildSpec child) implements Call<SupervisorServer.Started> {}

  private record TerminateChild(Pid pid) implements Call<Boolean> {}

  private record WhichChildren() implements Call<List<ChildInfo>> {}

  private record CountChildren() implements Call<ChildCount> {}

  private record TryAgain(Child child, @Shareable Object failure) {}

  /**
   * Starts one, linked to this process. {@code DynamicSupervisor.start_link/1}.
   *
   * @param strategy {@link Supervisor#oneForOne()}, with the restarts that are too many
   * @throws IllegalArgumentException for another strategy
   */
  public static Pid startLink(Strategy strategy, Option... options) {
    return GenServer.startLink(() -> new Server(strategy), check(strategy, options));
  }

  /** As {@link #startLink}, without a link; from any thread. */
  public static Pid start(Strategy strategy, Option... options) {
    return GenServer.start(() -> new Server(strategy), check(strategy, options));
  }

  private static Option[] check(Strategy strategy, Option[] options) {
    if (strategy.kind() != Strategy.Kind.ONE_FOR_ONE) {
      throw new IllegalArgumentException(
          "a DynamicSupervisor is oneForOne(), " + strategy.kind() + " needs a Supervisor");
    }
    return options;
  }

  /**
   * Starts a child; ids need not differ. {@code DynamicSupervisor.start_child/2}.
   *
   * @throws StartException if it does not start
   */
  public static @Nullable Pid startChild(Dest supervisor, ChildSpec child) {
    return Supervisor.result(GenServer.call(supervisor, new StartChild(child), Supervisor.FOREVER));
  }

  /**
   * Stops a child. {@code DynamicSupervisor.terminate_child/2}.
   *
   * @return false if it is not a child of this supervisor
   */
  public static boolean terminateChild(Dest supervisor, Pid child) {
    return GenServer.call(supervisor, new TerminateChild(child), Supervisor.FOREVER);
  }

  /** Its children, in no particular order. {@code DynamicSupervisor.which_children/1}. */
  public static List<ChildInfo> whichChildren(Dest supervisor) {
    return GenServer.call(supervisor, new WhichChildren(), Supervisor.FOREVER);
  }

  /** Its children, counted. {@code DynamicSupervisor.count_children/1}. */
  public static ChildCount countChildren(Dest supervisor) {
    return GenServer.call(supervisor, new CountChildren(), Supervisor.FOREVER);
  }

  /** Stops a supervisor and its children and waits until it has ended. */
  public static void stop(Dest supervisor) {
    GenServer.stop(supervisor);
  }

  static final class Server implements GenServer<Map<Pid, Child>> {
    private final Strategy strategy;
    private final RestartIntensity intensity;

    /** Children that could not be started again yet. */
    private final List<Child> restarting = new ArrayList<>();

    Server(Strategy strategy) {
      this.strategy = strategy;
      this.intensity = new RestartIntensity(strategy.maxRestarts(), strategy.within());
    }

    @Override
    public Map<Pid, Child> init() {
      Kernel.trapExit(true);
      Kernel.vocabulary(Vocabulary.EMPTY); // OTP's requests look like our records, not its answers
      return new LinkedHashMap<>();
    }

    @Override
    public Step<Map<Pid, Child>> handleCall(Call<?> request, From from, Map<Pid, Child> children) {
      return switch (request) {
        case StartChild start -> start.reply(start(new Child(start.child), children), children);
        case TerminateChild terminate ->
            terminate.reply(terminate(terminate.pid, children), children);
        case WhichChildren which -> which.reply(infos(children), children);
        case CountChildren count -> count.reply(ChildCount.of(infos(children)), children);
        case Call.Term term when term.request().equals(Atom.of("which_children")) ->
            term.reply(SupervisorTerms.whichChildren(anonymous(infos(children))), children);
        case Call.Term term when term.request().equals(Atom.of("count_children")) ->
            term.reply(SupervisorTerms.countChildren(ChildCount.of(infos(children))), children);
        case Call.Term term
            when term.request() instanceof Tuple tuple
                && tuple.size() == 2
                && tuple.get(0).equals(Atom.of("terminate_child"))
                && tuple.get(1) instanceof Pid pid ->
            term.reply(
                terminate(pid, children)
                    ? Atom.OK
                    : Tuple.of(Atom.ERROR, SupervisorServer.NOT_FOUND),
                children);
        case Call.Term term ->
            term.reply(Tuple.of(Atom.ERROR, Tuple.of(Atom.of("badarg"), term.request())), children);
        default -> GenServer.unknown(request);
      };
    }

    private static boolean terminate(Pid pid, Map<Pid, Child> children) {
      var child = children.remove(pid);
      if (child != null) {
        child.shutdown();
      }
      return child != null;
    }

    private static SupervisorServer.Started start(Child child, Map<Pid, Child> children) {
      var failure = child.start();
      if (child.pid != null) {
        children.put(child.pid, child);
      }
      return new SupervisorServer.Started(child.pid, failure);
    }

    private List<ChildInfo> infos(Map<Pid, Child> children) {
      var all = new ArrayList<>(children.values());
      all.addAll(restarting);
      return all.stream().map(Child::info).toList();
    }

    /** As Elixir lists them: a dynamic child has no id. */
    private static List<ChildInfo> anonymous(List<ChildInfo> children) {
      return children.stream()
          .map(c -> new ChildInfo(Atom.UNDEFINED, c.pid(), c.restarting(), c.type()))
          .toList();
    }

    @Override
    public Step<Map<Pid, Child>> handleInfo(Object message, Map<Pid, Child> children) {
      switch (message) {
        case Exit(var pid, var reason) -> {
          var child = children.remove(pid);
          if (child != null) {
            child.pid = null;
            if (!CrashReport.isNormal(reason) || child.spec.restart() == Restart.PERMANENT) {
              SupervisorReports.childTerminated(child, pid, reason);
            }
            if (child.restartsAfter(reason)) {
              return restart(reason, child, children);
            }
          }
        }
        case TryAgain(var child, var failure) when restarting.remove(child) -> {
          return restart(failure, child, children);
        }
        default -> {}
      }
      return GenServer.noReply(children);
    }

    private Step<Map<Pid, Child>> restart(Object reason, Child child, Map<Pid, Child> children) {
      if (intensity.exceeded()) {
        SupervisorReports.tooManyRestarts(child, strategy);
        return GenServer.stopping(Atom.SHUTDOWN, children);
      }
      SupervisorReports.restarting(child, reason);
      var failure = start(child, children).failure();
      if (failure != null) {
        SupervisorReports.startFailed(child, failure);
        child.restarting = true;
        restarting.add(child);
        Kernel.send(Kernel.self(), new TryAgain(child, failure));
      }
      return GenServer.noReply(children);
    }

    /** All are asked to end at once, and their times run side by side. */
    @Override
    public void terminate(Object reason, Map<Pid, Child> children) {
      var times = new LinkedHashMap<Pid, Duration>();
      children.forEach((pid, child) -> times.put(pid, child.spec.shutdown()));
      Shutdown.ofAll(times);
    }
  }
}
