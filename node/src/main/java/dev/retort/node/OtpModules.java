package dev.retort.node;

import dev.retort.Exports;
import dev.retort.spi.GlobalRegistry;
import dev.retort.spi.SystemModules;
import dev.retort.term.Atom;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The modules that other nodes find on every node: those of OTP of which {@code observer}, {@code
 * etop} and people at a shell ask functions on another node, those by which nodes agree on names,
 * and those that a terminal calls which wants a shell. Each is a class of that name, with the
 * functions that it has here.
 */
final class OtpModules implements SystemModules {
  private static final Atom MODULE_INFO = Atom.of("module_info");

  private final LocalNode local;

  /** The objects whose functions they are. */
  private final Map<Atom, Object> code = new LinkedHashMap<>();

  /**
   * Those that were asked for: to look at all takes a third of the time that a node needs to start.
   */
  private final Map<Atom, Exports> modules = new ConcurrentHashMap<>();

  /**
   * Those of a node.
   *
   * @param netKernel what it says of its place on the network
   */
  OtpModules(
      LocalNode local,
      Traffic traffic,
      RemoteShells shells,
      NetKernelModule netKernel,
      Whereabouts whereabouts,
      GlobalRegistry names) {
    this.local = local;
    var counters = new NodeCounters(traffic);
    var appmon = new Appmon.Starter(local, counters);
    var erlang = new ErlangModule(local, this, counters);
    add("erlang", erlang);
    add("Elixir.Node", new ElixirNodeModule(erlang));
    add("Elixir.Process", new ElixirProcessModule(erlang));
    add("observer_backend", new ObserverBackendModule(local, counters));
    add("appmon_info", new AppmonInfoModule(appmon));
    add("application", new ApplicationModule(local));
    add("application_controller", new ApplicationControllerModule(local));
    add("proc_lib", new ProcLibModule(local));
    add("sys", new SysModule(local));
    add("supervisor", new SupervisorModule());
    add("code", new CodeModule(this, shells));
    add("ets", new EtsModule());
    var epmd = new ErlEpmdModule(whereabouts);
    add("net_kernel", netKernel);
    add("erl_epmd", epmd);
    add("net_adm", new NetAdmModule(epmd));
    add("auth", new AuthModule());
    add("global", new GlobalModule(local, names));
    add("pg", new PgModule(local));
    add("Elixir.IEx", new IexModule(shells));
    add("iex", new IexModule(shells));
    add("shell", new ShellModule(shells));
    add("jex", new JexModule(shells));
    add("edlin_expand", new EdlinExpandModule());
  }

  private void add(String module, Object functions) {
    code.put(Atom.of(module), functions);
  }

  @Override
  public Set<Atom> names() {
    return code.keySet();
  }

  @Override
  public @Nullable Exports find(Atom module, Atom function) {
    return function.equals(MODULE_INFO)
        ? ModuleInfo.of(module, local, named(module))
        : module(module);
  }

  private @Nullable Exports module(Atom name) {
    var functions = code.get(name);
    return functions == null
        ? null
        : modules.computeIfAbsent(name, module -> Exports.of(module.name(), functions));
  }

  /** The module of this name, a user's or every node's; null if there is none. */
  @Nullable Exports named(Atom module) {
    var own = module(module);
    return own != null ? own : local.host().exported(module);
  }

  /** {@code erlang:function_exported/3}. */
  boolean isExported(Atom module, Atom function, long arity) {
    var found = named(module);
    return found != null && found.functions().contains(function.name() + "/" + arity);
  }
}
