package dev.retort.interop.behaviour;

import static dev.retort.Kernel.alive;
import static dev.retort.Kernel.exit;
import static dev.retort.Kernel.link;
import static dev.retort.Kernel.receive;
import static dev.retort.Kernel.send;
import static dev.retort.Kernel.spawn;
import static dev.retort.Kernel.trapExit;

import dev.retort.CallException;
import dev.retort.Exit;
import dev.retort.GenServer;
import dev.retort.Node;
import dev.retort.Option;
import dev.retort.StartException;
import dev.retort.StateMachine;
import dev.retort.Sys;
import dev.retort.interop.Reasons;
import dev.retort.term.Atom;
import dev.retort.term.Dest;
import dev.retort.term.Name;
import dev.retort.term.Pid;
import dev.retort.term.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs a {@link Scenario} on Retort's servers and machines and says what came of each step: the
 * other side of {@code behaviours.erl}.
 *
 * <p>The driver, a process, looks at everybody after each step until all wait and all is as OTP had
 * it; what does not come to that within {@link #PATIENCE} is reported as it is then, and is the
 * last.
 */
final class RetortStage {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /** Once a scenario has failed, a shorter one is looked for, and it need not take so long. */
  private static final Duration LESS_PATIENCE = Duration.ofMillis(400);

  private static final Duration GLANCE = Duration.ofNanos(20_000);
  private static final Duration SOON = Actor.time(Atom.of("soon"));

  /** In a timed scenario, how long nothing else must happen after a step. */
  private static final Duration LAPSE = Duration.ofMillis(12);

  private static final Duration LONG = Actor.time(Atom.of("hour"));
  private static final String NAME = "the_server";

  private static volatile Duration patience = PATIENCE;

  private record Go() {}

  private record SendExit(Pid to, Object reason) {}

  private record Die(Object reason) {}

  private final Scenario scenario;
  private final List<Outcome> expected;
  private final Trace trace = new Trace();
  private @Nullable Pid parent;
  private int seen;

  private RetortStage(Scenario scenario, List<Outcome> expected) {
    this.scenario = scenario;
    this.expected = expected;
  }

  /**
   * Runs it, from a thread that is no process.
   *
   * @param expected what came of each step on OTP
   */
  static List<Outcome> run(Scenario scenario, List<Outcome> expected) throws Exception {
    return Node.current().run(() -> new RetortStage(scenario, expected).drive());
  }

  private List<Outcome> drive() {
    try {
      var outcomes = new ArrayList<Outcome>();
      for (int i = 0; i < scenario.ops().size(); i++) {
        act(scenario.ops().get(i));
        outcomes.add(outcome(expected.get(i)));
        if (!outcomes.get(i).equals(expected.get(i))) {
          break;
        }
      }
      return outcomes;
    } finally {
      endAll();
    }
  }

  private void endAll() {
    trace.all().forEach(pid -> exit(pid, Atom.KILL));
    for (Pid named; (named = Node.current().whereis(NAME)) != null; ) {
      exit(named, Atom.KILL); // it has not begun, or is about to be ended by somebody else
      receive(GLANCE);
    }
  }

  // ---- a step

  private void act(Op op) {
    var server = trace.youngest();
    if (op instanceof Op.Start start) {
      if (start.needed() && server != null && alive(server)) {
        return;
      }
      var starter = spawn(() -> beParent(start));
      trace.here(starter);
      Actor.watch(trace, Tuple.of(Atom.of("parent"), start.number()), starter);
      send(starter, new Go());
      parent = starter;
    } else if (server != null) {
      act(op, server);
    }
  }

  private void act(Op op, Pid server) {
    switch (op) {
      case Op.Start start -> throw new AssertionError(start);
      case Op.Ask(var number, var byName, var note, var impatient) ->
          client(
              number,
              () ->
                  Tuple.of(
                      Atom.of("replied"),
                      GenServer.call(dest(byName, server), note, impatient ? SOON : LONG)));
      case Op.Cast(var byName, var note) -> GenServer.cast(dest(byName, server), note);
      case Op.Send(var note) -> send(server, note);
      case Op.MultiCall(var number, var note) ->
          client(
              number,
              () -> {
                var replies = GenServer.multiCall(here(), NAME, note, LONG);
                return Tuple.of(
                    Atom.of("multi"),
                    List.copyOf(replies.replies().values()),
                    (long) replies.badNodes().size());
              });
      case Op.Abcast(var note) -> GenServer.abcast(here(), NAME, note);
      case Op.Stop(var number, var byName, var reason) ->
          client(
              number,
              () -> {
                GenServer.stop(dest(byName, server), reason);
                return Atom.OK;
              });
      case Op.Signal(var reason) -> exit(server, reason);
      case Op.LinkedExit(var reason) -> trace.here(spawn(() -> linkAndExit(server, reason)));
      case Op.ParentSignal(var reason) -> tellParent(new SendExit(server, reason));
      case Op.ParentExit(var reason) -> tellParent(new Die(reason));
      case Op.Release() -> {
        if (trace.isHeld(server)) {
          send(server, new Actor.Release());
        }
      }
      case Op.Sys(var number, var request) -> client(number, () -> sys(request, server));
    }
  }

  private static List<Atom> here() {
    return List.of(Node.self());
  }

  private static Dest dest(boolean byName, Pid server) {
    return byName ? Name.of(NAME) : server;
  }

  /** While it still starts a server, it could not be told before or after that has started. */
  private void tellParent(Object message) {
    if (!trace.isHeld(Objects.requireNonNull(parent))) {
      send(parent, message);
    }
  }

  private static void linkAndExit(Pid server, Object reason) {
    try {
      link(server);
    } catch (RuntimeException itHasEnded) {
      return;
    }
    exit(reason);
  }

  private static Object sys(Object request, Pid server) {
    return switch (request) {
      case Op.Request.ReplaceState(var state) ->
          Tuple.of(Atom.of("state"), Sys.replaceState(server, old -> state));
      case Op.Request.Terminate(var reason) -> {
        Sys.terminate(server, reason);
        yield Atom.OK;
      }
      default ->
          switch (((Atom) request).name()) {
            case "get_state" -> Tuple.of(Atom.of("state"), Sys.getState(server));
            case "get_status" -> {
              var status = Sys.getStatus(server);
              var data = (Tuple) ((List<?>) status.misc()).getLast();
              yield Tuple.of(
                  Atom.of("status"),
                  Atom.of(status.suspended() ? "suspended" : "running"),
                  ((Tuple) ((List<?>) data.get(1)).getFirst()).get(1));
            }
            case "suspend" -> {
              Sys.suspend(server);
              yield Atom.OK;
            }
            case "resume" -> {
              Sys.resume(server);
              yield Atom.OK;
            }
            default ->
                Sys.replaceState(
                    server,
                    old -> {
                      throw new IllegalArgumentException("on purpose");
                    });
          };
    };
  }

  /** A process that does something, says what comes of it, and then what it gets. */
  private void client(long number, Supplier<Object> action) {
    var who = Tuple.of(Atom.of("client"), number);
    trace.here(
        spawn(
            () -> {
              trace.say(who, result(action));
              trace.done();
              while (true) {
                trace.say(who, Tuple.of(Atom.of("got"), Reasons.of(receive())));
              }
            }));
  }

  private static Object result(Supplier<Object> action) {
    try {
      return action.get();
    } catch (CallException e) {
      return Tuple.of(Atom.of("failed"), Reasons.of(e.why()));
    } catch (IllegalStateException failed) {
      return Atom.of("crash");
    }
  }

  // ---- who starts a server

  private void beParent(Op.Start start) {
    var who = Tuple.of(Atom.of("parent"), start.number());
    trapExit(start.trap());
    receive(Go.class);
    trace.held();
    var started = started(start);
    trace.released();
    if (start.trap() || !start.link()) { // else it may be ended by the server's end before or after
      trace.say(who, started);
    }
    while (true) {
      switch (receive()) {
        case SendExit(var to, var reason) -> exit(to, reason);
        case Die(var reason) -> exit(reason);
        case Exit exit -> trace.say(who, Tuple.of(Atom.of("exit"), Reasons.of(exit.reason())));
        case Object other -> trace.say(who, Tuple.of(Atom.of("got"), Reasons.of(other)));
      }
    }
  }

  private Object started(Op.Start start) {
    try {
      return start(start) == null ? Atom.of("ignore") : Atom.OK;
    } catch (StartException e) {
      var reason = Reasons.of(e.reason());
      return reason instanceof Tuple tuple && tuple.get(0).equals(Atom.of("already_started"))
          ? tuple.get(0)
          : Tuple.of(Atom.ERROR, reason);
    }
  }

  private @Nullable Pid start(Op.Start start) {
    var options = new ArrayList<Option>();
    if (start.named()) {
      options.add(GenServer.name(NAME));
    }
    if (start.impatient()) {
      options.add(GenServer.initTimeout(SOON));
    }
    var all = options.toArray(Option[]::new);
    return switch (start.script()) {
      case Script.ServerScript script -> {
        Supplier<GenServer<?>> server =
            () -> {
              waitForEver(start.impatient());
              return new ScriptedServer(trace, start.number(), script);
            };
        yield start.link() ? GenServer.startLink(server, all) : GenServer.start(server, all);
      }
      case Script.MachineScript script -> {
        Supplier<StateMachine<?, ?>> machine =
            () -> {
              waitForEver(start.impatient());
              return new ScriptedMachine(trace, start.number(), script);
            };
        yield start.link()
            ? StateMachine.startLink(machine, all)
            : StateMachine.start(machine, all);
      }
    };
  }

  private static void waitForEver(boolean really) {
    while (really) {
      receive();
    }
  }

  // ---- what came of it

  private Outcome outcome(Outcome expected) {
    long deadline = System.nanoTime() + patience.toNanos();
    if (scenario.timed()) {
      receive(LAPSE);
    }
    while (true) {
      int before = trace.size();
      var outcome = look();
      if (outcome.equals(expected) && trace.isStill() && trace.size() == before) {
        seen = before;
        return outcome;
      }
      if (System.nanoTime() - deadline > 0) {
        patience = LESS_PATIENCE;
        return outcome;
      }
      receive(GLANCE);
    }
  }

  private Outcome look() {
    var youngest = trace.youngest();
    var number = trace.number(Node.current().whereis(NAME));
    return new Outcome(
        trace.said(seen),
        number == null ? Atom.of("none") : number,
        youngest != null && trace.isHeld(youngest));
  }
}
