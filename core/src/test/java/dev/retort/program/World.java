package dev.retort.program;

import static dev.retort.Kernel.alias;
import static dev.retort.Kernel.alive;
import static dev.retort.Kernel.demonitor;
import static dev.retort.Kernel.demonitorFlush;
import static dev.retort.Kernel.exit;
import static dev.retort.Kernel.link;
import static dev.retort.Kernel.monitor;
import static dev.retort.Kernel.priorityAlias;
import static dev.retort.Kernel.processInfo;
import static dev.retort.Kernel.receive;
import static dev.retort.Kernel.register;
import static dev.retort.Kernel.self;
import static dev.retort.Kernel.send;
import static dev.retort.Kernel.sendPriority;
import static dev.retort.Kernel.spawn;
import static dev.retort.Kernel.spawnLink;
import static dev.retort.Kernel.spawnMonitor;
import static dev.retort.Kernel.trapExit;
import static dev.retort.Kernel.unalias;
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
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The processes and references of a running program by their numbers, and what steps do to them.
 */
final class World {
  record NoteA(int from, int n) {}

  record NoteB(int from, int n) {}

  private static final Atom NOTE_A = Atom.of("note_a");
  private static final Atom NOTE_B = Atom.of("note_b");
  private static final Atom EXIT = Atom.of("EXIT");
  private static final Atom DOWN = Atom.of("DOWN");
  private static final Atom CRASHED = Atom.of("illegal_state_exception");

  private final List<Node> nodes;
  private final List<Atom> names;
  private final @Nullable ErlangNode erlang;
  private final Map<Integer, Pid> pids = new ConcurrentHashMap<>();
  private final Map<Pid, Integer> slots = new ConcurrentHashMap<>();
  private final Map<Integer, Ref> refs = new ConcurrentHashMap<>();
  private final Map<Ref, Integer> refNumbers = new ConcurrentHashMap<>();
  private final Map<Integer, Worker> workers = new ConcurrentHashMap<>();

  /**
   * One of these nodes.
   *
   * @param nodes of this JVM; the driver is on the first
   * @param erlang the name of one more, of another program
   */
  World(List<Node> nodes, @Nullable Atom erlang) {
    this.nodes = nodes;
    this.names = Stream.concat(nodes.stream().map(Node::name), Stream.ofNullable(erlang)).toList();
    this.erlang = erlang == null ? null : new ErlangNode(erlang, this);
  }

  /** The names of all nodes, by their numbers. */
  List<Atom> names() {
    return names;
  }

  @Nullable ErlangNode erlang() {
    return erlang;
  }

  Map<Integer, Pid> pids() {
    return pids;
  }

  Map<Integer, Ref> refs() {
    return refs;
  }

  void born(int slot, Pid pid) {
    slots.put(pid, slot);
    pids.put(slot, pid);
  }

  /** The way to a process of any node, past its connections; null if it is not yet born. */
  @Nullable Pid pid(int slot) {
    return pids.get(slot);
  }

  /** The pid as the calling process's node knows it. */
  Pid seen(int slot) {
    var pid = pids.get(slot);
    return pid.node().equals(Node.self())
        ? pid
        : Pid.of(pid.node(), pid.id(), pid.serial(), pid.creation());
  }

  int slot(Pid pid) {
    return slots.getOrDefault(pid, Integer.MAX_VALUE);
  }

  /** The worker with this number; null for a process that ends at once. */
  @Nullable Worker worker(int slot) {
    var worker = workers.get(slot);
    return worker != null || erlang == null ? worker : erlang.worker(slot);
  }

  /** How the process is; null if it has ended, as far as is known. */
  @Nullable Look look(int slot) {
    if (erlang != null && erlang.worker(slot) != null) {
      return erlang.look(slot);
    }
    var info = processInfo(pids.get(slot));
    return info == null ? null : Look.of(info);
  }

  /** What the calling process gets when it does this. */
  Object exec(int actor, Op op) throws Exception {
    return switch (op) {
      case Op.Spawn(var kind, var birth, var slot, var monitor, var at) -> {
        if (at == nodes.size()) {
          Objects.requireNonNull(erlang).start(kind, slot);
          yield (long) slot;
        }
        var worker = new LocalWorker(this, slot, kind);
        workers.put(slot, worker);
        var node = nodes.get(at);
        Pid pid;
        if (kind == Kind.SERVING) {
          pid =
              isHere(node)
                  ? GenServer.start(worker::server)
                  : node.run(() -> GenServer.start(worker::server));
        } else {
          pid = isHere(node) ? give(birth, worker::run, monitor) : node.spawn(worker::run);
        }
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
      case Op.Send(var to, var type, var n) -> sendTo(seen(to), actor, type, n);
      case Op.SendName(var name, var type, var n) -> sendTo(new Name(name, null), actor, type, n);
      case Op.SendNameNode(var name, var at, var type, var n) ->
          sendTo(new Name(name, names.get(at)), actor, type, n);
      case Op.Link(var to) -> linkTo(seen(to));
      case Op.Unlink(var to) -> unlink(seen(to));
      case Op.Monitor(var number, var to) -> number(number, monitor(seen(to)));
      case Op.MonitorName(var number, var name) -> number(number, monitor(new Name(name, null)));
      case Op.MonitorNameNode(var number, var name, var at) ->
          number(number, monitor(new Name(name, names.get(at))));
      case Op.MonitorAlias(var number, var to, var mode) -> number(number, monitor(seen(to), mode));
      case Op.MonitorNameAlias(var number, var name, var mode) ->
          number(number, monitor(new Name(name, null), mode));
      case Op.Alias(var number, var mode) -> number(number, alias(mode));
      case Op.PriorityAlias(var number, var mode) -> number(number, priorityAlias(mode));
      case Op.Unalias(var number) -> unalias(refs.get(number));
      case Op.SendAlias(var number, var type, var n) -> sendTo(refs.get(number), actor, type, n);
      case Op.SendPriority(var number, var type, var n) -> {
        sendPriority(refs.get(number), note(actor, type, n));
        yield Atom.OK;
      }
      case Op.Demonitor(var number) -> demonitor(refs.get(number));
      case Op.DemonitorFlush(var number) -> demonitorFlush(refs.get(number));
      case Op.ExitSelf(var reason) -> {
        exit(reason);
        yield Atom.ERROR;
      }
      case Op.Crash() -> throw new IllegalStateException("on purpose");
      case Op.Return() -> Outcome.DIED;
      case Op.ExitOther(var to, var reason) -> exit(seen(to), reason);
      case Op.TrapExit(var on) -> trapExit(on);
      case Op.Register(var name, var slot) ->
          unlessBad(
              () -> {
                register(name.name(), seen(slot));
                return true;
              });
      case Op.Unregister(var name) ->
          unlessBad(
              () -> {
                unregister(name.name());
                return true;
              });
      case Op.Whereis(var name) -> {
        var pid = whereis(name.name());
        yield pid == null ? Atom.UNDEFINED : (long) slot(pid);
      }
      case Op.Alive(var slot) -> unlessBad(() -> alive(seen(slot)));
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

  private static boolean isHere(Node node) {
    return node.name().equals(Node.self());
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

  Object number(int number, Ref ref) {
    refs.put(number, ref);
    refNumbers.put(ref, number);
    return (long) number;
  }

  private static Object sendTo(Dest to, int actor, Op.Type type, int n) {
    try {
      send(to, note(actor, type, n));
      return Atom.OK;
    } catch (IllegalArgumentException e) {
      return Outcome.BADARG;
    }
  }

  private static Object note(int actor, Op.Type type, int n) {
    return type == Op.Type.A ? new NoteA(actor, n) : new NoteB(actor, n);
  }

  private static Object linkTo(Pid to) {
    try {
      return link(to);
    } catch (ExitException e) {
      return e.reason(); // noproc
    }
  }

  private static Object unlessBad(Supplier<Object> action) {
    try {
      return action.get();
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
  List<Object> events(List<?> messages) {
    return messages.stream().map(this::event).toList();
  }

  private Object event(Object message) {
    return switch (message) {
      case NoteA(var from, var n) -> Outcome.message(from, Op.Type.A, n);
      case NoteB(var from, var n) -> Outcome.message(from, Op.Type.B, n);
      case Exit(var from, var reason) -> Outcome.exit(slot(from), reason(reason));
      case Down(var ref, var type, var object, var reason) ->
          Outcome.down(refNumbers.getOrDefault(ref, -1), object(object), reason(reason));
      case Tuple note when note.get(0).equals(NOTE_A) -> fromAfar(note, Op.Type.A);
      case Tuple note when note.get(0).equals(NOTE_B) -> fromAfar(note, Op.Type.B);
      case Tuple exit when exit.get(0).equals(EXIT) ->
          Outcome.exit(slot((Pid) exit.get(1)), reason(exit.get(2)));
      case Tuple down when down.get(0).equals(DOWN) ->
          Outcome.down(
              refNumbers.getOrDefault((Ref) down.get(1), -1),
              object(down.get(3)),
              reason(down.get(4)));
      default -> Tuple.of(Outcome.BADARG, message);
    };
  }

  /** A message of another node that its receiver has read without a type. */
  private static Object fromAfar(Tuple note, Op.Type type) {
    return Outcome.message(((Long) note.get(1)).intValue(), type, ((Long) note.get(2)).intValue());
  }

  static Object reason(Object reason) {
    boolean crash =
        switch (reason) {
          case Throwable _ -> true;
          case Tuple there when there.get(0) instanceof Tuple error -> error.get(0).equals(CRASHED);
          case Tuple there -> there.get(0).equals(Outcome.CRASH); // of an Erlang worker
          default -> false;
        };
    return crash ? Outcome.CRASH : reason;
  }

  /** What a DOWN is about: a pid, or a name as Java or as Erlang has it. */
  private Object object(Object object) {
    return switch (object) {
      case Pid pid -> (long) slot(pid);
      case Name(var name, var node) -> named(name, node);
      case Tuple name -> named(name.get(0), name.get(1));
      default -> throw new AssertionError("programs have none: " + object);
    };
  }

  private Object named(Object name, @Nullable Object node) {
    return Tuple.of(name, (long) names.indexOf(node));
  }
}
