package dev.retort.interop.supervision;

import static dev.retort.Kernel.exit;
import static dev.retort.Kernel.processInfo;
import static dev.retort.Kernel.receive;
import static dev.retort.Kernel.send;
import static dev.retort.Kernel.spawn;

import dev.retort.CallException;
import dev.retort.ChildException;
import dev.retort.GenServer;
import dev.retort.Node;
import dev.retort.StartException;
import dev.retort.Supervisor;
import dev.retort.interop.Reasons;
import dev.retort.term.Atom;
import dev.retort.term.Pid;
import dev.retort.term.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Runs a {@link Scenario} on Retort's supervisors and says what came of each step: the other side
 * of {@code supervision.erl}.
 *
 * <p>The driver, a process, looks at everybody after each step until all is as OTP had it; what
 * does not come to that within {@link #PATIENCE} is reported as it is then, and is the last.
 */
final class RetortTree {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /** Once a scenario has failed, a shorter one is looked for, and it need not take so long. */
  private static final Duration LESS_PATIENCE = Duration.ofSeconds(1);

  private static final Duration GLANCE = Duration.ofNanos(20_000);

  private static volatile Duration patience = PATIENCE;

  private final Scenario scenario;
  private final List<Outcome> expected;
  private final Pid recorder = GenServer.start(Recorder::new);
  private final Pid parent;
  private int seen;

  private RetortTree(Scenario scenario, List<Outcome> expected) {
    this.scenario = scenario;
    this.expected = expected;
    var tree = new Tree(recorder);
    parent = spawn(() -> tree.beParentOf(scenario.root()));
  }

  /**
   * Runs it, from a thread that is no process.
   *
   * @param expected what came of each step on OTP, that of the start first
   */
  static List<Outcome> run(Scenario scenario, List<Outcome> expected) throws Exception {
    return Node.current().run(() -> new RetortTree(scenario, expected).drive());
  }

  private List<Outcome> drive() {
    try {
      var outcomes = new ArrayList<Outcome>();
      outcomes.add(outcome(expected.getFirst(), null));
      for (int i = 0; i < scenario.ops().size(); i++) {
        if (!outcomes.get(i).equals(expected.get(i))) {
          break;
        }
        var caller = act(scenario.ops().get(i));
        outcomes.add(outcome(expected.get(i + 1), caller));
      }
      return outcomes;
    } finally {
      exit(parent, Atom.KILL);
      look().names().keySet().forEach(pid -> exit(pid, Atom.KILL));
      exit(recorder, Atom.KILL);
    }
  }

  private Recorder.View look() {
    return GenServer.call(recorder, new Recorder.Look(seen), PATIENCE);
  }

  // ---- a step

  /** Does it; the process that it takes for a call. */
  private @Nullable Pid act(Op op) {
    var view = look();
    switch (op) {
      case Op.Stop(var id, var reason) -> give(target(id, view), new Tree.Stop(reason));
      case Op.Unlink(var id) -> give(target(id, view), new Tree.TakeLinkBack());
      case Op.Kill(var id) -> kill(target(id, view), Atom.KILL);
      case Op.ExitSupervisor(var id, var reason) -> kill(target(id, view), reason);
      case Op.ExitRoot(var reason) -> {
        var root = view.alive().get(Scenario.ROOT);
        if (root != null && view.up().contains(root)) {
          send(parent, new Tree.ExitRoot(reason));
        }
      }
      case Op.Release() -> {
        var held = new TreeMap<>(view.held());
        if (!held.isEmpty()) {
          send(held.firstEntry().getValue(), new Tree.Release());
        }
      }
      case Op.Ask(var number, var id, var request) -> {
        var supervisor = target(id, view);
        return supervisor == null ? null : spawn(() -> ask(number, supervisor, id, request));
      }
    }
    return null;
  }

  /** Whom an act is for; null if there is none, or it is not to be disturbed while it starts. */
  private static @Nullable Pid target(Atom id, Recorder.View view) {
    var pid = view.alive().get(id);
    var supervisor = pid == null ? null : view.starters().get(pid);
    return supervisor == null
            || view.up().contains(supervisor)
            || Scenario.ROOT.equals(view.names().get(supervisor))
        ? pid
        : null;
  }

  private static void give(@Nullable Pid worker, Object message) {
    if (worker != null) {
      send(worker, message);
    }
  }

  private static void kill(@Nullable Pid pid, Atom reason) {
    if (pid != null) {
      exit(pid, reason);
    }
  }

  private void ask(int number, Pid supervisor, Atom id, Op.Request request) {
    var reply = Tuple.of(Atom.of("reply"), (long) number, reply(supervisor, id, request));
    GenServer.call(recorder, new Recorder.Log(reply), PATIENCE);
  }

  private Object reply(Pid supervisor, Atom id, Op.Request request) {
    try {
      return switch (request) {
        case Op.Request.StartChild(var kid) ->
            Tree.started(Supervisor.startChild(supervisor, new Tree(recorder).spec(kid, id)));
        case Op.Request.RestartChild(var child) ->
            Tree.started(Supervisor.restartChild(supervisor, child));
        case Op.Request.TerminateChild(var child) ->
            found(Supervisor.terminateChild(supervisor, child));
        case Op.Request.DeleteChild(var child) -> found(Supervisor.deleteChild(supervisor, child));
        case Op.Request.GetChildspec(var child) -> {
          var spec = Supervisor.getChildspec(supervisor, child);
          yield spec == null ? found(false) : Tuple.of(Atom.OK, Tree.term(spec));
        }
      };
    } catch (StartException e) {
      return Tree.failed(e);
    } catch (ChildException e) {
      return Tuple.of(Atom.ERROR, e.reason());
    } catch (CallException e) {
      return Tuple.of(Atom.of("failed"), Reasons.of(e.why()));
    }
  }

  private static Object found(boolean found) {
    return found ? Atom.OK : Tuple.of(Atom.ERROR, Atom.of("not_found"));
  }

  // ---- what came of it

  private Outcome outcome(Outcome expected, @Nullable Pid caller) {
    long deadline = System.nanoTime() + patience.toNanos();
    while (true) {
      var view = look();
      var outcome =
          Outcome.of(
              view.said(),
              view.held().keySet().stream().sorted().map(Recorder.Key::term).toList(),
              expected.children().equals(Outcome.BUSY) ? Outcome.BUSY : children(view));
      if (outcome.equals(expected) && isAsked(caller)) {
        seen += view.said().size();
        return outcome;
      }
      if (System.nanoTime() - deadline > 0) {
        patience = LESS_PATIENCE;
        return outcome;
      }
      receive(GLANCE);
    }
  }

  /** Whether a call has reached the supervisor, which may be busy. */
  private static boolean isAsked(@Nullable Pid caller) {
    var info = caller == null ? null : processInfo(caller);
    return info == null || info.waitsFor() != null;
  }

  private static Object children(Recorder.View view) {
    var all = new TreeMap<String, Object>();
    for (var each : view.alive().entrySet()) {
      if (view.names().get(each.getValue()) instanceof Atom) {
        try {
          all.put(each.getKey().name(), children(each.getKey(), each.getValue(), view.names()));
        } catch (CallException e) {
          all.put(each.getKey().name(), e.getMessage()); // it has ended: look again
        }
      }
    }
    return List.copyOf(all.values());
  }

  private static Tuple children(Atom id, Pid supervisor, Map<Pid, Object> names) {
    var which = (List<?>) GenServer.call(supervisor, Atom.of("which_children"), patience);
    var count = Supervisor.countChildren(supervisor);
    return Tuple.of(
        id,
        which.stream().map(child -> child((Tuple) child, names)).toList(),
        List.of(
            (long) count.specs(),
            (long) count.active(),
            (long) count.supervisors(),
            (long) count.workers()));
  }

  private static Tuple child(Tuple child, Map<Pid, Object> names) {
    Object state =
        child.get(1) instanceof Pid pid
            ? names.get(pid) instanceof Long number ? number : (Object) 0L
            : child.get(1);
    return Tuple.of(child.get(0), state, child.get(2));
  }
}
