package dev.retort.node.eval;

import dev.retort.Agent;
import dev.retort.Down;
import dev.retort.GenServer;
import dev.retort.Kernel;
import dev.retort.Option;
import dev.retort.StartException;
import dev.retort.term.Atom;
import dev.retort.term.Dest;
import dev.retort.term.ImproperList;
import dev.retort.term.Pid;
import dev.retort.term.Ref;
import dev.retort.term.Tuple;
import java.time.Duration;
import java.util.List;

/** What talks to servers: {@code gen_server}, and Elixir's {@code GenServer}, Agent and Task. */
final class GenModules {
  private static final Atom CAST = Atom.of("$gen_cast");
  private static final long PATIENCE = 5000;

  /** Erlang's infinity: 146 years. */
  private static final Duration FOREVER = Duration.ofDays(146 * 365);

  private GenModules() {}

  static Library.Module genServer() {
    return servers(new Library.Module("gen_server"));
  }

  static Library.Module elixirGenServer() {
    return servers(new Library.Module("Elixir.GenServer"))
        .add(
            "whereis",
            1,
            (in, a) -> a[0] instanceof Pid ? a[0] : Processes.whereis(a[0], Atom.NIL));
  }

  private static Library.Module servers(Library.Module module) {
    return module
        .add("call", 2, (in, a) -> call(a[0], a[1], PATIENCE))
        .add("call", 3, (in, a) -> call(a[0], a[1], a[2]))
        .add("cast", 2, (in, a) -> cast(a[0], a[1]))
        .add("reply", 2, (in, a) -> reply((Tuple) a[0], a[1]))
        .add("stop", 1, (in, a) -> stop(a[0], Atom.NORMAL, Atom.INFINITY))
        .add("stop", 2, (in, a) -> stop(a[0], a[1], Atom.INFINITY))
        .add("stop", 3, (in, a) -> stop(a[0], a[1], a[2]));
  }

  private static Duration timeout(Object term) {
    return term.equals(Atom.INFINITY) ? FOREVER : Processes.millis(term);
  }

  private static Object call(Object server, Object request, Object timeout) {
    return Wire.incoming(
        GenServer.call(Processes.dest(server), Wire.outgoing(request), timeout(timeout)));
  }

  private static Object cast(Object server, Object message) {
    try {
      var unused = Processes.send(server, Tuple.of(CAST, message));
    } catch (Raised e) {
      return Atom.OK; // nobody is there, which is no error of a cast
    }
    return Atom.OK;
  }

  /** {@code {Pid, Tag}}, where a tag may be an alias or have one in it. */
  private static Object reply(Tuple from, Object reply) {
    var tag = from.get(1);
    Dest to =
        tag instanceof ImproperList list && list.tail() instanceof Ref alias
            ? alias
            : (Pid) from.get(0);
    var unused = Kernel.send(to, Tuple.of(tag, Wire.outgoing(reply)));
    return Atom.OK;
  }

  private static Object stop(Object server, Object reason, Object timeout) {
    GenServer.stop(Processes.dest(server), Wire.outgoing(reason), timeout(timeout));
    return Atom.OK;
  }

  // ---- agents

  static Library.Module agent() {
    var agent = new Library.Module("Elixir.Agent");
    for (var name : new String[] {"get", "update", "get_and_update"}) {
      var request = Atom.of(name);
      agent
          .add(name, 2, (in, a) -> call(a[0], Tuple.of(request, a[1]), PATIENCE))
          .add(name, 3, (in, a) -> call(a[0], Tuple.of(request, a[1]), a[2]));
    }
    return agent
        .add("cast", 2, (in, a) -> cast(a[0], Tuple.of(Atom.of("cast"), a[1])))
        .add("stop", 1, (in, a) -> stop(a[0], Atom.NORMAL, Atom.INFINITY))
        .add("start", 1, (in, a) -> start(in, a[0], Sequence.NIL, false))
        .add("start", 2, (in, a) -> start(in, a[0], a[1], false))
        .add("start_link", 1, (in, a) -> start(in, a[0], Sequence.NIL, true))
        .add("start_link", 2, (in, a) -> start(in, a[0], a[1], true));
  }

  private static Object start(Evaluation in, Object initial, Object options, boolean link) {
    var home = in.home();
    var name = ElixirCollections.access(options, Atom.of("name"), Atom.NIL);
    var named =
        name.equals(Atom.NIL) ? new Option[0] : new Option[] {GenServer.name(Atoms.name(name))};
    try {
      var pid =
          link
              ? Agent.startLink(() -> EvaluatedProcess.result(home, initial, List.of()), named)
              : Agent.start(() -> EvaluatedProcess.result(home, initial, List.of()), named);
      return Tuple.of(Atom.OK, pid);
    } catch (StartException e) {
      return Tuple.of(Atom.ERROR, Wire.incoming(e.reason()));
    }
  }

  // ---- tasks

  static Library.Module task() {
    return new Library.Module("Elixir.Task")
        .add("async", 1, (in, a) -> async(in, a[0]))
        .add("await", 1, (in, a) -> await(a[0], PATIENCE))
        .add("await", 2, (in, a) -> await(a[0], a[1]))
        .add("start", 1, (in, a) -> Tuple.of(Atom.OK, in.apply("erlang", "spawn", a[0])))
        .add("start_link", 1, (in, a) -> Tuple.of(Atom.OK, in.apply("erlang", "spawn_link", a[0])));
  }

  private static Object async(Evaluation in, Object function) {
    var owner = Kernel.self();
    var home = in.home();
    var fun = Evaluation.prepared(function);
    var pid =
        Kernel.spawnLink(
            () -> {
              var to = Kernel.receive(Ref.class);
              var value = EvaluatedProcess.result(home, fun, List.of());
              var unused = Kernel.send(owner, Tuple.of(to, value));
            });
    var ref = Kernel.monitor(pid);
    var unused = Kernel.send(pid, ref);
    return Struct.of("Elixir.Task", "pid", pid, "ref", ref, "owner", owner);
  }

  private static Object await(Object task, Object timeout) {
    var ref = (Ref) Struct.field(task, "ref");
    var limit = timeout(timeout);
    var answer = Kernel.receive(ref, Object.class, message -> isAnswer(message, ref), limit);
    return switch (answer) {
      case Tuple reply -> {
        Kernel.demonitorFlush(ref);
        yield reply.get(1);
      }
      case Down down -> throw Raised.exit(exit(Wire.incoming(down.reason()), task, timeout));
      case null, default -> {
        Kernel.demonitorFlush(ref);
        throw Raised.exit(exit(Atom.TIMEOUT, task, timeout));
      }
    };
  }

  private static boolean isAnswer(Object message, Ref ref) {
    return switch (message) {
      case Down down -> down.ref().equals(ref);
      case Tuple reply -> reply.size() == 2 && reply.get(0).equals(ref);
      default -> false;
    };
  }

  private static Tuple exit(Object reason, Object task, Object timeout) {
    return Tuple.of(
        reason, Tuple.of(Atom.of("Elixir.Task"), Atom.of("await"), List.of(task, timeout)));
  }
}
