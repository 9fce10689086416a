package dev.retort.node.eval;

import dev.retort.Kernel;
import dev.retort.Node;
import dev.retort.term.Atom;
import dev.retort.term.Pid;
import dev.retort.term.Ref;
import java.util.List;

/** Elixir's {@code Process}, {@code Node} and {@code System}. */
final class ElixirProcess {
  private ElixirProcess() {}

  static Library.Module module(Library.Module erlang) {
    return new Library.Module("Elixir.Process")
        .alias("link", erlang, "link", 1)
        .alias("unlink", erlang, "unlink", 1)
        .alias("demonitor", erlang, "demonitor", 1)
        .alias("demonitor", erlang, "demonitor", 2)
        .alias("exit", erlang, "exit", 2)
        .alias("flag", erlang, "process_flag", 2)
        .alias("alive?", erlang, "is_process_alive", 1)
        .alias("list", erlang, "processes", 0)
        .alias("group_leader", erlang, "group_leader", 0)
        .alias("registered", erlang, "registered", 0)
        .alias("unregister", erlang, "unregister", 1)
        .alias("cancel_timer", erlang, "cancel_timer", 1)
        .alias("cancel_timer", erlang, "cancel_timer", 2)
        .alias("read_timer", erlang, "read_timer", 1)
        .alias("send", erlang, "send", 3)
        .add("sleep", 1, (in, a) -> TimerModule.sleep(a[0]))
        .add("monitor", 1, (in, a) -> Kernel.monitor(Processes.dest(a[0])))
        .add("whereis", 1, (in, a) -> Processes.whereis(a[0], Atom.NIL))
        .add("register", 2, (in, a) -> in.apply("erlang", "register", a[1], a[0]))
        .add(
            "group_leader",
            2,
            (in, a) -> {
              Kernel.groupLeader((Pid) a[1], (Pid) a[0]);
              return true;
            })
        .add("send_after", 3, (in, a) -> Processes.after(a[0], a[1], a[2]))
        .add("send_after", 4, (in, a) -> Processes.after(a[0], a[1], a[2]))
        .add("alias", 0, (in, a) -> Kernel.alias())
        .add("unalias", 1, (in, a) -> Kernel.unalias((Ref) a[0]))
        .add("get", 0, (in, a) -> in.apply("erlang", "get"))
        .add("get", 1, (in, a) -> nil(in.apply("erlang", "get", a[0]), Atom.NIL))
        .add("get", 2, (in, a) -> nil(in.apply("erlang", "get", a[0]), a[1]))
        .add("put", 2, (in, a) -> nil(in.apply("erlang", "put", a), Atom.NIL))
        .add("delete", 1, (in, a) -> nil(in.apply("erlang", "erase", a), Atom.NIL))
        .add("get_keys", 0, (in, a) -> in.apply("erlang", "get_keys"));
  }

  /** Erlang's undefined is Elixir's nil. */
  private static Object nil(Object value, Object otherwise) {
    return value.equals(Atom.UNDEFINED) ? otherwise : value;
  }

  static Library.Module node(Library.Module erlang) {
    var node = new Library.Module("Elixir.Node");
    for (var spawn : new String[] {"spawn", "spawn_link", "spawn_monitor"}) {
      node.alias(spawn, erlang, spawn, 2).alias(spawn, erlang, spawn, 4);
    }
    return node.alias("self", erlang, "node", 0)
        .alias("list", erlang, "nodes", 0)
        .alias("list", erlang, "nodes", 1)
        .alias("alive?", erlang, "is_alive", 0)
        .alias("monitor", erlang, "monitor_node", 2)
        .alias("disconnect", erlang, "disconnect_node", 1)
        .add("connect", 1, (in, a) -> Node.connect(Atoms.name(a[0])))
        .add("ping", 1, (in, a) -> Atom.of(Node.ping(Atoms.name(a[0])) ? "pong" : "pang"));
  }

  static Library.Module system(Library.Module erlang) {
    var system = new Library.Module("Elixir.System");
    for (int arity = 0; arity <= 1; arity++) {
      system
          .alias("monotonic_time", erlang, "monotonic_time", arity)
          .alias("system_time", erlang, "system_time", arity)
          .alias("os_time", erlang, "system_time", arity)
          .alias("unique_integer", erlang, "unique_integer", arity);
    }
    return system
        .alias("convert_time_unit", erlang, "convert_time_unit", 3)
        .add("schedulers_online", 0, (in, a) -> (long) Runtime.getRuntime().availableProcessors())
        .add("stacktrace", 0, (in, a) -> List.of());
  }
}
