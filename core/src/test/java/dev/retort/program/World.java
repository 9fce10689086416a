package dev.retort.program;

import static dev.retort.Kernel.alive;
import static dev.retort.Kernel.demonitor;
import static dev.retort.Kernel.demonitorFlush;
import static dev.retort.Kernel.exit;
import static dev.retort.Kernel.link;
import static dev.retort.Kernel.monitor;
import static dev.retort.Kernel.receive;
import static dev.retort.Kernel.register;
import static dev.retort.Kernel.self;
import static dev.retort.Kernel.send;
import static dev.retort.Kernel.spawn;
import static dev.retort.Kernel.spawnLink;
import static dev.retort.Kernel.spawnMonitor;
import static dev.retort.Kernel.trapExit;
import static dev.retort.Kernel.unlink;
import static dev.retort.Kernel.unregister;
import static dev.retort.Kernel.whereis;

import dev.retort.Body;
import dev.retort.Down;
import dev.retort.Exit;
import dev.retort.ExitException;
import dev.retort.GenServer;
import dev.retort.Node;
import dev.retort.term.Atom;
import dev.retort.term.Dest;
import dev.retort.term.Name;
import dev.retort.term.Pid;
import dev.retort.term.Ref;
import dev.retort.term.Tuple;
import dev.retort.term.Via;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The processes and monitors of a running program by their numbers, and what steps do to them. */
final class World {
  record NoteA(int from, int n) {}

  record NoteB(int from, int n) {}

  private final Map<Integer, Pid> pids = new ConcurrentHashMap<>();
  private final Map<Pid, Integer> slots = new ConcurrentHashMap<>();
  private final Map<Integer, Ref> monitors = new ConcurrentHashMap<>();
  private final Map<Ref, Integer> monitorNumbers = new ConcurrentHashMap<>();
  private final Map<Integer, Worker> workers = new ConcurrentHashMap<>();

  void born(int slot, Pid pid) {
    slots.put(pid, slot);
    pids.put(slot, pid);
  }

  @Nullable Pid pid(int slot) {
    return pids.get(slot);
  }

  int slot(Pid pid) {
    return slots.getOrDefault(pid, Integer.MAX_VALUE);
  }

  /** The worker with this number; null for a process that ends at once. */
  @Nullable Worker worker(int slot) {
    return workers.get(slot);
  }

  /** What the calling process gets when it does this. */
  Object exec(int actor, Op op) throws Exception {
    return switch (op) {
      case Op.Spawn(var kind, var birth, var slot, var monitor) -> {
        var worker = new Worker(this, slot, kind);
        workers.put(slot, worker);
        var pid =
            kind == Kind.SERVING
                ? GenServer.start(worker::server)
                : give(birth, worker::run, monitor);
        born(slot, pid);
        yield (long) slot;
      }
      case Op.SpawnEnding(var reason, var birth, var slot, var monitor) -> {
        Body body =
            () -> {
              born(slot, self());
              exit(reason);
            };
        give(birth, body, monitor);
        yield (long) slot;
      }
      case Op.Send(var to, var type, var n) -> sendTo(pids.get(to), actor, type, n);
      case Op.SendName(var name, var type, var n) -> sendTo(new Name(name, null), actor, type, n);
      case Op.SendNameNode(var name, var type, var n) ->
          sendTo(new Name(name, Node.self()), actor, type, n);
      case Op.Link(var to) -> linkTo(pids.get(to));
      case Op.Unlink(var to) -> unlink(pids.get(to));
      case Op.Monitor(var number, var to) -> number(number, monitor(pids.get(to)));
      case Op.MonitorName(var number, var name) -> number(number, monitor(new Name(name, null)));
      case Op.MonitorNameNode(var number, var name) ->
          number(number, monitor(new Name(name, Node.self())));
      case Op.Demonitor(var number) -> demonitor(monitors.get(number));
      case Op.DemonitorFlush(var number) -> demonitorFlush(monitors.get(number));
      case Op.ExitSelf(var reason) -> {
        exit(reason);
        yield Atom.ERROR;
      }
      case Op.Crash() -> throw new IllegalStateException("on purpose");
      case Op.Return() -> Outcome.DIED;
      case Op.ExitOther(var to, var reason) -> exit(pids.get(to), reason);
      case Op.TrapExit(var on) -> trapExit(on);
      case Op.Register(var name, var slot) ->
          unlessBad(() -> register(name.name(), pids.get(slot)));
      case Op.Unregister(var name) -> unlessBad(() -> unregister(name.name()));
      case Op.Whereis(var name) -> {
        var pid = whereis(name.name());
        yield pid == null ? Atom.UNDEFINED : (long) slot(pid);
      }
      case Op.Alive(var slot) -> alive(pids.get(slot));
      case Op.Take(var type) ->
          take(
              switch (type) {
                case A -> NoteA.class;
                case B -> NoteB.class;
                case EXIT -> Exit.class;
                case DOWN -> Down.class;
              });
      case Op.Drain() -> take(Object.class);
    };
  }

  private Pid give(Birth birth, Body body, int monitor) {
    return switch (birth) {
      case PLAIN -> spawn(body);
      case LINKED -> spawnLink(body);
      case MONITORED -> {
        var monitored = spawnMonitor(body);
        number(monitor, monitored.ref());
        yield monitored.pid();
      }
    };
  }

  private Object number(int number, Ref ref) {
    monitors.put(number, ref);
    monitorNumbers.put(ref, number);
    return (long) number;
  }

  private static Object sendTo(Dest to, int actor, Op.Type type, int n) {
    try {
      send(to, type == Op.Type.A ? new NoteA(actor, n) : new NoteB(actor, n));
      return Atom.OK;
    } catch (IllegalArgumentException e) {
      return Outcome.BADARG;
    }
  }

  private static Object linkTo(Pid to) {
    try {
      return link(to);
    } catch (ExitException e) {
      return e.reason(); // noproc
    }
  }

  private static Object unlessBad(Runnable action) {
    try {
      action.run();
      return true;
    } catch (IllegalArgumentException e) {
      return Outcome.BADARG;
    }
  }

  private Object take(Class<?> type) {
    var taken = new ArrayList<Object>();
    for (Object message; (message = receive(type, Duration.ZERO)) != null; ) {
      taken.add(message);
    }
    return Outcome.promised(events(taken));
  }

  /** Messages with the numbers of this program in place of pids and references. */
  List<Object> events(List<Object> messages) {
    return messages.stream().map(this::event).toList();
  }

  private Object event(Object message) {
    return switch (message) {
      case NoteA(var from, var n) -> Outcome.message(from, Op.Type.A, n);
      case NoteB(var from, var n) -> Outcome.message(from, Op.Type.B, n);
      case Exit(var from, var reason) -> Outcome.exit(slot(from), reason(reason));
      case Down(var ref, var type, var object, var reason) ->
          Outcome.down(monitorNumbers.getOrDefault(ref, -1), object(object), reason(reason));
      default -> Tuple.of(Outcome.BADARG, message);
    };
  }

  static Object reason(Object reason) {
    return reason instanceof Throwable ? Outcome.CRASH : reason;
  }

  private Object object(Dest object) {
    return switch (object) {
      case Pid pid -> (long) slot(pid);
      case Name(var name, var node) ->
          Tuple.of(name, Node.self().equals(node) ? Atom.of("node") : Atom.NIL);
      case Ref ref -> ref;
      case Via via -> throw new AssertionError("programs have none");
    };
  }
}
