package dev.retort.node;

import dev.retort.Exports;
import dev.retort.spi.SystemModules;
import dev.retort.term.Atom;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What every node answers to Erlang's tools: the modules of OTP of which {@code observer}, {@code
 * etop} and people at a shell ask functions on another node. Each is a class of that name, with the
 * functions that it has here; they look at what there is and change nothing.
 */
final class OtpModules implements SystemModules {
  private static final Atom MODULE_INFO = Atom.of("module_info");

  private final LocalNode local;
  private final Map<Atom, Exports> modules = new LinkedHashMap<>();

  OtpModules(LocalNode local, Traffic traffic, Duration tickTime) {
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
    add("code", new CodeModule(this));
    add("ets", new EtsModule());
    add("net_kernel", new NetKernelModule(tickTime));
  }

  private void add(String module, Object functions) {
    modules.put(Atom.of(module), Exports.of(module, functions));
  }

  @Override
  public Set<Atom> names() {
    return modules.keySet();
  }

  @Override
  public @Nullable Exports find(Atom module, Atom function) {
    return function.equals(MODULE_INFO)
        ? ModuleInfo.of(module, local, named(module))
        : modules.get(module);
  }

  /** The module of this name, a user's or every node's; null if there is none. */
  @Nullable Exports named(Atom module) {
    var own = modules.get(module);
    return own != null ? own : local.host().exported(module);
  }

  /** {@code erlang:function_exported/3}. */
  boolean isExported(Atom module, Atom function, long arity) {
    var found = named(module);
    return found != null && found.functions().contains(function.name() + "/" + arity);
  }
}
