package dev.retort.interop.supervision;

import static dev.retort.Kernel.exit;
import static dev.retort.Kernel.monitor;
import static dev.retort.Kernel.receive;
import static dev.retort.Kernel.self;
import static dev.retort.Kernel.send;
import static dev.retort.Kernel.spawn;
import static dev.retort.Kernel.spawnLink;
import static dev.retort.Kernel.trapExit;
import static dev.retort.Kernel.unlink;

import dev.retort.AutoShutdown;
import dev.retort.Body;
import dev.retort.Call;
import dev.retort.ChildSpec;
import dev.retort.Down;
import dev.retort.Exit;
import dev.retort.ExitException;
import dev.retort.GenServer;
import dev.retort.ProcessDictionary;
import dev.retort.Restart;
import dev.retort.StartException;
import dev.retort.Supervisor;
import dev.retort.interop.Reasons;
import dev.retort.term.Atom;
import dev.retort.term.Pid;
import dev.retort.term.Tuple;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The processes of a running {@link Scenario}.
 *
 * @param recorder is told of everything
 */
record Tree(Pid recorder) {
  record Stop(Object reason) {}

  record TakeLinkBack() {}

  record ExitRoot(Object reason) {}

  record Release() {}

  private record Ready(Pid worker) {}

  private record Go() {}

  private record Starts(Atom id) {}

  private static final Atom SHUTDOWN = Atom.SHUTDOWN;
  private static final Atom START = Atom.of("start");
  private static final Atom TERMINATE = Atom.of("terminate");
  private static final Duration PERIOD = Duration.ofHours(1);

  private void tell(Call<Atom> what) {
    GenServer.call(recorder, what, Duration.ofMinutes(1));
  }

  private void log(Object... entry) {
    tell(new Recorder.Log(Tuple.of(entry)));
  }

  private void logOf(Pid supervisor, Object... entry) {
    tell(new Recorder.LogOf(supervisor, Tuple.of(entry)));
  }

  /** Starts the root and is its parent. */
  void beParentOf(Kid.Sup root) {
    trapExit(true);
    var parent = Atom.of("parent");
    Pid pid = null;
    try {
      pid = start(root);
      log(parent, started(pid));
    } catch (StartException e) {
      log(parent, failed(e));
    }
    while (true) {
      var reason = receive(ExitRoot.class).reason();
      if (pid != null) {
        exit(pid, reason);
      }
      log(parent, Tuple.of(Atom.of("exit"), reason));
    }
  }

  private @Nullable Pid start(Kid.Sup sup) {
    var pid = Supervisor.startLink(() -> () -> init(sup));
    if (pid != null) {
      tell(new Recorder.Up(pid));
    }
    return pid;
  }

  private Supervisor.Init init(Kid.Sup sup) {
    tell(new Recorder.Born(sup.id(), sup.id(), self(), self()));
    var strategy =
        switch (sup.strategy().name()) {
          case "one_for_one" -> Supervisor.oneForOne();
          case "one_for_all" -> Supervisor.oneForAll();
          default -> Supervisor.restForOne();
        };
    return Supervisor.init(
        strategy.maxRestarts(sup.intensity(), PERIOD).autoShutdown(auto(sup)),
        sup.kids().stream().map(kid -> spec(kid, sup.id())).toArray(ChildSpec[]::new));
  }

  private static AutoShutdown auto(Kid.Sup sup) {
    return AutoShutdown.valueOf(sup.auto().name().toUpperCase(Locale.ROOT));
  }

  ChildSpec spec(Kid kid, Atom parent) {
    var spec =
        Supervisor.child(kid.id(), () -> start(kid, parent))
            .restart(Restart.valueOf(kid.restart().name().toUpperCase(Locale.ROOT)))
            .significant(kid.significant());
    return (kid instanceof Kid.Sup ? spec.supervisor() : spec).shutdown(time(kid.shutdown()));
  }

  private static Duration time(Object shutdown) {
    return shutdown instanceof Long millis
        ? Duration.ofMillis(millis)
        : shutdown.equals(Atom.INFINITY) ? ChildSpec.INFINITY : ChildSpec.BRUTAL_KILL;
  }

  /** {@code {Restart, Significant, Shutdown, Type}}. */
  static Tuple term(ChildSpec spec) {
    Object shutdown =
        spec.shutdown().equals(ChildSpec.BRUTAL_KILL)
            ? Atom.of("brutal_kill")
            : spec.shutdown().equals(ChildSpec.INFINITY)
                ? Atom.INFINITY
                : (Object) spec.shutdown().toMillis();
    return Tuple.of(
        word(spec.restart()),
        spec.significant() ? Atom.TRUE : Atom.FALSE,
        shutdown,
        word(spec.type()));
  }

  private static Atom word(Enum<?> constant) {
    return Atom.of(constant.name().toLowerCase(Locale.ROOT));
  }

  static Object started(@Nullable Pid pid) {
    return Tuple.of(Atom.OK, pid == null ? Atom.UNDEFINED : Atom.of("pid"));
  }

  static Object failed(StartException e) {
    return Tuple.of(
        Atom.ERROR,
        e.reason() instanceof Tuple tuple && tuple.get(0).equals(Atom.of("already_started"))
            ? tuple.get(0)
            : Reasons.of(e.reason()));
  }

  // ---- children

  /** The start function of every child: does what is planned for this time. */
  private @Nullable Pid start(Kid kid, Atom parent) {
    long number =
        1 + (ProcessDictionary.get(new Starts(kid.id())) instanceof Long before ? before : 0);
    ProcessDictionary.put(new Starts(kid.id()), number);
    Object how = number <= kid.plan().size() ? kid.plan().get((int) number - 1) : Atom.OK;
    logOf(self(), START, parent, kid.id(), number, how);
    if (how.equals(Atom.of("hold"))) {
      hold(parent, kid.id(), number, START);
    }
    return switch (how instanceof Tuple tuple ? ((Atom) tuple.get(0)).name() : how.toString()) {
      case ":ignore" -> null;
      case "error", "exit" -> throw new ExitException(((Tuple) how).get(1));
      case ":crash" -> throw new IllegalStateException("on purpose");
      default ->
          kid instanceof Kid.Worker worker
              ? begin(worker, parent, number, how)
              : start((Kid.Sup) kid);
    };
  }

  private void hold(Atom parent, Atom id, long number, Atom what) {
    tell(new Recorder.Held(parent, id, number, what, self()));
    receive(Release.class);
    tell(new Recorder.Released(self()));
  }

  private Pid begin(Kid.Worker worker, Atom parent, long number, Object how) {
    var starter = self();
    var unlinked = how.equals(Atom.of("unlinked"));
    Body body =
        () -> {
          trapExit(!worker.manner().equals(Atom.of("plain")));
          tell(new Recorder.Born(worker.id(), number, self(), starter));
          send(starter, new Ready(self()));
          if (how instanceof Tuple dead) {
            receive(Go.class);
            exit(dead.get(1));
          }
          work(worker, starter, parent, number);
        };
    var pid = unlinked ? spawn(body) : spawnLink(body);
    receive(Ready.class, ready -> ready.worker().equals(pid));
    if (how instanceof Tuple) {
      var ref = monitor(pid);
      send(pid, new Go());
      receive(Down.class, down -> down.ref().equals(ref));
    }
    return pid;
  }

  private void work(Kid.Worker worker, Pid supervisor, Atom parent, long number) {
    boolean stubborn = worker.manner().equals(Atom.of("stubborn"));
    while (true) {
      switch (receive()) {
        case Stop(var reason) -> exit(reason);
        case TakeLinkBack back -> {
          unlink(supervisor);
          log(Atom.of("unlinked"), worker.id(), number);
        }
        case Exit(var from, var reason) when from.equals(supervisor) && !stubborn -> {
          logOf(supervisor, TERMINATE, parent, worker.id(), number, Reasons.of(reason));
          if (worker.manner() instanceof Tuple polite) {
            exit(polite.get(1));
          }
          if (reason.equals(SHUTDOWN)) {
            hold(parent, worker.id(), number, TERMINATE);
          }
          exit(SHUTDOWN);
        }
        default -> {}
      }
    }
  }
}
