package dev.retort.node.eval;

import dev.retort.ErlangException.Kind;
import dev.retort.Kernel;
import dev.retort.Monitored;
import dev.retort.Node;
import dev.retort.Priority;
import dev.retort.ProcessDictionary;
import dev.retort.term.Atom;
import dev.retort.term.Dest;
import dev.retort.term.Fun;
import dev.retort.term.Name;
import dev.retort.term.Pid;
import dev.retort.term.Port;
import dev.retort.term.Ref;
import dev.retort.term.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Erlang's functions on processes, names, nodes, timers and time, and exceptions. */
final class Processes {
  private static final Atom PROCESS = Atom.of("process");
  private static final AtomicLong UNIQUE = new AtomicLong();

  private Processes() {}

  static void addTo(Library.Module erlang) {
    messages(erlang);
    spawning(erlang);
    ties(erlang);
    names(erlang);
    dictionary(erlang);
    time(erlang);
    control(erlang);
  }

  // ---- messages

  /**
   * {@code receive}: the clause that takes the first message that one takes; null when time is up.
   */
  static @Nullable Clause receive(List<Clause> clauses, Frame frame, Object timeout) {
    var chosen = new @Nullable Clause[1];
    Predicate<Object> which =
        message -> {
          Object term;
          try {
            term = Wire.incoming(message);
          } catch (IllegalArgumentException noTerm) {
            return false; // a Java value, which stays for Java code
          }
          chosen[0] = Clause.select(clauses, frame, term);
          return chosen[0] != null;
        };
    if (timeout.equals(Atom.INFINITY)) {
      var unused = Kernel.receive(Object.class, which);
    } else {
      var limit = timeout instanceof Long millis ? millis : -1;
      if (limit < 0 || limit > 0xffff_ffffL) {
        throw Raised.error("timeout_value");
      }
      chosen[0] =
          Kernel.receive(Object.class, which, Duration.ofMillis(limit)) == null ? null : chosen[0];
    }
    return chosen[0];
  }

  /** {@code To ! Message}. */
  static Object send(Object to, Object message) {
    try {
      var unused = Kernel.send(dest(to), Wire.outgoing(message));
    } catch (IllegalArgumentException e) {
      throw Raised.badarg();
    }
    return message;
  }

  /** Where something can be sent to; {@code badarg} if it can not. */
  static Dest dest(Object term) {
    return switch (term) {
      case Pid pid -> pid;
      case Ref alias -> alias;
      case Atom name -> new Name(name, null);
      case Tuple named when named.size() == 2 ->
          new Name(Atoms.atom(named.get(0)), Atoms.atom(named.get(1)));
      default -> throw Raised.badarg();
    };
  }

  private static void messages(Library.Module erlang) {
    erlang
        .add("self", 0, (in, a) -> Kernel.self())
        .add("send", 2, (in, a) -> send(a[0], a[1]))
        .add(
            "send",
            3,
            (in, a) -> {
              var unused = send(a[0], a[1]);
              return Atom.OK;
            })
        .add("alias", 0, (in, a) -> Kernel.alias())
        .add("unalias", 1, (in, a) -> Kernel.unalias((Ref) a[0]))
        .add("make_ref", 0, (in, a) -> Kernel.makeRef());
  }

  // ---- processes

  private static Object[] arguments(Object list) {
    return Sequence.elements(list).toArray();
  }

  /**
   * The function and the arguments of {@code spawn(Fun)} or {@code spawn(Module, Function, Args)}.
   */
  private static EvaluatedProcess body(Evaluation in, Object... what) {
    if (what.length == 1) {
      if (!TypeTests.isFunction(what[0])) {
        throw Raised.badarg();
      }
      return new EvaluatedProcess(in.home(), Evaluation.prepared(what[0]), List.of());
    }
    var call = TailCall.of(Atoms.atom(what[0]), Atoms.atom(what[1]), arguments(what[2]));
    return new EvaluatedProcess(in.home(), call.fun, List.of(call.arguments));
  }

  private static Object pair(Monitored spawned) {
    return Tuple.of(spawned.pid(), spawned.ref());
  }

  /** As the arguments of {@code Node.spawn/4}: a function goes as one that is applied. */
  private static List<Object> elsewhere(Object... what) {
    return what.length == 1
        ? List.of("erlang", "apply", List.of(Wire.outgoing(what[0]), List.of()))
        : List.of(Atoms.name(what[0]), Atoms.name(what[1]), Wire.outgoing(arguments(what[2])));
  }

  /** Starts a process on another node, or on this one. */
  @FunctionalInterface
  interface Elsewhere {
    Object spawn(String node, String module, String function, List<?> arguments);
  }

  /** Starts a process on this node. */
  @FunctionalInterface
  interface Here {
    Object spawn(EvaluatedProcess body);
  }

  private static void spawning(Library.Module erlang) {
    spawning(erlang, "spawn", Kernel::spawn, Node::spawn);
    spawning(erlang, "spawn_link", Kernel::spawnLink, Node::spawnLink);
    spawning(
        erlang,
        "spawn_monitor",
        body -> pair(Kernel.spawnMonitor(body)),
        (node, m, f, a) -> pair(Node.spawnMonitor(node, m, f, a)));
  }

  private static void spawning(Library.Module erlang, String name, Here here, Elsewhere elsewhere) {
    erlang
        .add(name, 1, (in, a) -> here.spawn(body(in, a[0])))
        .add(name, 2, (in, a) -> spawn(in, here, elsewhere, a[0], a[1]))
        .add(name, 3, (in, a) -> here.spawn(body(in, a[0], a[1], a[2])))
        .add(name, 4, (in, a) -> spawn(in, here, elsewhere, a[0], a[1], a[2], a[3]));
  }

  private static Object spawn(
      Evaluation in, Here here, Elsewhere elsewhere, Object node, Object... what) {
    var name = Atoms.name(node);
    if (Node.self().name().equals(name)) {
      return here.spawn(body(in, what));
    }
    var mfa = elsewhere(what);
    return elsewhere.spawn(name, (String) mfa.get(0), (String) mfa.get(1), (List<?>) mfa.get(2));
  }

  private static void ties(Library.Module erlang) {
    erlang
        .add("link", 1, (in, a) -> Kernel.link((Pid) a[0]))
        .add("unlink", 1, (in, a) -> Kernel.unlink((Pid) a[0]))
        .add("monitor", 2, (in, a) -> monitor(a[0], a[1]))
        .add("monitor", 3, (in, a) -> monitor(a[0], a[1]))
        .add("demonitor", 1, (in, a) -> demonitor(a[0], Sequence.NIL))
        .add("demonitor", 2, (in, a) -> demonitor(a[0], Sequence.elements(a[1])))
        .add(
            "monitor_node",
            2,
            (in, a) -> {
              Node.monitor(Atoms.name(a[0]), Atoms.truth(a[1]));
              return true;
            })
        .add("exit", 2, (in, a) -> Kernel.exit((Pid) a[0], Wire.outgoing(a[1])))
        .add("is_process_alive", 1, (in, a) -> Kernel.alive((Pid) a[0]))
        .add("processes", 0, (in, a) -> Sequence.of(Kernel.processes()))
        .add("process_flag", 2, (in, a) -> flag(a[0], a[1]))
        .add("group_leader", 0, (in, a) -> Kernel.groupLeader())
        .add(
            "group_leader",
            2,
            (in, a) -> {
              Kernel.groupLeader((Pid) a[0], (Pid) a[1]);
              return true;
            });
  }

  private static Object monitor(Object type, Object object) {
    if (!type.equals(PROCESS)) {
      throw Raised.badarg();
    }
    return Kernel.monitor(dest(object));
  }

  private static Object demonitor(Object ref, List<?> options) {
    boolean active =
        options.contains(Atom.of("flush"))
            ? Kernel.demonitorFlush((Ref) ref)
            : Kernel.demonitor((Ref) ref);
    return !options.contains(Atom.of("info")) || active;
  }

  private static Object flag(Object flag, Object value) {
    return switch (Atoms.name(flag)) {
      case "trap_exit" -> Kernel.trapExit(Atoms.truth(value));
      case "priority" -> {
        var before =
            Kernel.priority(
                Atoms.is(value, "high") || Atoms.is(value, "max")
                    ? Priority.HIGH
                    : Priority.NORMAL);
        yield Atom.of(before == Priority.HIGH ? "high" : "normal");
      }
      default -> throw Raised.badarg();
    };
  }

  // ---- names and nodes

  private static void names(Library.Module erlang) {
    erlang
        .add(
            "register",
            2,
            (in, a) -> {
              Kernel.register(Atoms.name(a[0]), (Pid) a[1]);
              return true;
            })
        .add(
            "unregister",
            1,
            (in, a) -> {
              Kernel.unregister(Atoms.name(a[0]));
              return true;
            })
        .add("whereis", 1, (in, a) -> whereis(a[0], Atom.UNDEFINED))
        .add("registered", 0, (in, a) -> Sequence.of(Kernel.registered()))
        .add("node", 0, (in, a) -> Node.self())
        .add("node", 1, (in, a) -> node(a[0]))
        .add("nodes", 0, (in, a) -> Sequence.of(Node.list()))
        .add("nodes", 1, (in, a) -> nodes(a[0]))
        .add("is_alive", 0, (in, a) -> Node.alive())
        .add("disconnect_node", 1, (in, a) -> Node.disconnect(Atoms.name(a[0])));
  }

  static Object whereis(Object name, Object otherwise) {
    var pid = Kernel.whereis(Atoms.name(name));
    return pid == null ? otherwise : pid;
  }

  private static Object node(Object of) {
    return switch (of) {
      case Pid pid -> pid.node();
      case Ref ref -> ref.node();
      case Port port -> port.node();
      default -> throw Raised.badarg();
    };
  }

  static List<?> nodes(Object which) {
    var all = new ArrayList<Object>();
    for (var kind : which instanceof List<?> kinds ? kinds : List.of(which)) {
      switch (Atoms.name(kind)) {
        case "visible" -> all.addAll(Node.list());
        case "hidden" -> all.addAll(Node.listHidden());
        case "this" -> all.add(Node.self());
        case "connected", "known" -> {
          all.addAll(Node.list());
          all.addAll(Node.listHidden());
        }
        default -> throw Raised.badarg();
      }
    }
    return Sequence.of(all);
  }

  // ---- the process dictionary

  private static Object or(@Nullable Object value) {
    return value == null ? Atom.UNDEFINED : value;
  }

  private static void dictionary(Library.Module erlang) {
    erlang
        .add("put", 2, (in, a) -> or(ProcessDictionary.put(a[0], a[1])))
        .add("get", 1, (in, a) -> or(ProcessDictionary.get(a[0])))
        .add("erase", 1, (in, a) -> or(ProcessDictionary.delete(a[0])))
        .add("get", 0, (in, a) -> pairs(false))
        .add("erase", 0, (in, a) -> pairs(true))
        .add("get_keys", 0, (in, a) -> Sequence.of(ProcessDictionary.keys()))
        .add("get_keys", 1, (in, a) -> Sequence.of(ProcessDictionary.keys(a[0])));
  }

  private static List<?> pairs(boolean erase) {
    var pairs = new ArrayList<Object>();
    for (var key : ProcessDictionary.keys()) {
      var value = erase ? ProcessDictionary.delete(key) : ProcessDictionary.get(key);
      pairs.add(Tuple.of(key, or(value)));
    }
    return Sequence.of(pairs);
  }

  // ---- time

  private static void time(Library.Module erlang) {
    erlang
        .add("monotonic_time", 0, (in, a) -> System.nanoTime())
        .add("monotonic_time", 1, (in, a) -> TimeUnits.of(System.nanoTime(), a[0]))
        .add("system_time", 0, (in, a) -> TimeUnits.now())
        .add("system_time", 1, (in, a) -> TimeUnits.of(TimeUnits.now(), a[0]))
        .add("time_offset", 0, (in, a) -> TimeUnits.now() - System.nanoTime())
        .add("timestamp", 0, (in, a) -> TimeUnits.timestamp())
        .add("convert_time_unit", 3, (in, a) -> TimeUnits.convert(a[0], a[1], a[2]))
        .add("unique_integer", 0, (in, a) -> UNIQUE.incrementAndGet())
        .add("unique_integer", 1, (in, a) -> UNIQUE.incrementAndGet())
        .add("send_after", 3, (in, a) -> after(a[1], a[2], a[0]))
        .add("send_after", 4, (in, a) -> after(a[1], a[2], a[0]))
        .add(
            "start_timer",
            3,
            (in, a) -> Kernel.startTimer(dest(a[1]), Wire.outgoing(a[2]), millis(a[0])))
        .add("cancel_timer", 1, (in, a) -> left(Kernel.cancelTimer((Ref) a[0])))
        .add("cancel_timer", 2, (in, a) -> left(Kernel.cancelTimer((Ref) a[0])))
        .add("read_timer", 1, (in, a) -> left(Kernel.readTimer((Ref) a[0])));
  }

  static Object after(Object to, Object message, Object millis) {
    return Kernel.sendAfter(dest(to), Wire.outgoing(message), millis(millis));
  }

  static Object left(@Nullable Duration left) {
    return left == null ? (Object) false : (Object) left.toMillis();
  }

  /** A time in milliseconds; {@code badarg} if it is none. */
  static Duration millis(Object term) {
    if (!(term instanceof Long millis) || millis < 0) {
      throw Raised.badarg();
    }
    return Duration.ofMillis(millis);
  }

  // ---- calls and exceptions

  private static void control(Library.Module erlang) {
    erlang
        .add("apply", 2, (in, a) -> new TailCall(a[0], arguments(a[1])))
        .add(
            "apply", 3, (in, a) -> TailCall.of(Atoms.atom(a[0]), Atoms.atom(a[1]), arguments(a[2])))
        .add(
            "make_fun",
            3,
            (in, a) -> new Fun.Export(Atoms.atom(a[0]), Atoms.atom(a[1]), Arithmetic.toInt(a[2])))
        .add("yield", 0, (in, a) -> true)
        .add("garbage_collect", 0, (in, a) -> true)
        .add("fun_info", 2, (in, a) -> Tuple.of(a[1], FunctionInfo.of(a[0], Atoms.name(a[1]))))
        .add(
            "function_exported",
            3,
            (in, a) ->
                Library.find(Atoms.name(a[0]), Atoms.name(a[1]), Arithmetic.toInt(a[2])) != null
                    || in.home()
                        .exported()
                        .has(Atoms.atom(a[0]), Atoms.atom(a[1]), Arithmetic.toInt(a[2])))
        .add(
            "throw",
            1,
            (in, a) -> {
              throw new Raised(Kind.THROW, a[0], null);
            })
        .add(
            "exit",
            1,
            (in, a) -> {
              throw Raised.exit(a[0]);
            })
        .add("error", 1, (in, a) -> raise(a[0]))
        .add("error", 2, (in, a) -> raise(a[0]))
        .add("error", 3, (in, a) -> raise(a[0]))
        .add(
            "raise",
            3,
            (in, a) -> {
              var kind =
                  switch (Atoms.name(a[0])) {
                    case "error" -> Kind.ERROR;
                    case "exit" -> Kind.EXIT;
                    case "throw" -> Kind.THROW;
                    default -> throw Raised.badarg();
                  };
              throw new Raised(kind, a[1], Sequence.elements(a[2]));
            });
  }

  /** Raised by the function that calls it, so that is where it is. */
  private static Object raise(Object reason) {
    throw new Raised(Kind.ERROR, reason, null).at(FunShape.ERL_EVAL, Atom.of("expr"), 6L);
  }
}
