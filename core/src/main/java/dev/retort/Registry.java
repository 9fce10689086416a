package dev.retort;

import dev.retort.etf.Tag;
import dev.retort.term.Atom;
import dev.retort.term.Pid;
import dev.retort.term.Via;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Processes of this node under keys of any kind, which are forgotten when the process ends:
 * Elixir's {@code Registry}.
 *
 * <p>As names of processes that come and go, which no atom, and no field somewhere, could be:
 *
 * <pre>{@code
 * Supervisor.startLink(
 *     Supervisor.oneForOne(),
 *     Registry.childSpec(Registry.options(Registry.Keys.UNIQUE, "carts")));
 *
 * var ann = Registry.via("carts", "ann");
 * Agent.startLink(() -> List.of("tea"), GenServer.name(ann));
 * List<String> items = Agent.get(ann, (List<String> cart) -> cart); // => List.of("tea")
 * }</pre>
 *
 * <p>Or, where a key may lead to many, as publish and subscribe:
 *
 * <pre>{@code
 * Registry.startLink(Registry.Keys.DUPLICATE, "topics");
 * Registry.register("topics", "news", Atom.NIL); // in each subscriber
 * Registry.dispatch("topics", "news", entries -> entries.forEach(e -> send(e.pid(), "It rains")));
 * receive(); // => "It rains"
 * }</pre>
 *
 * <p>Looking something up asks no process: it reads concurrent maps, from any thread. Only a
 * process itself registers, and takes back what it has registered; it is linked to the process of
 * its partition, which forgets it when it ends. From that moment no function here gives it any
 * more. Keys and values are seen by all, so they must be immutable, as messages.
 *
 * <p>Supervise it before those who register there, as above: it is a supervisor of its partitions.
 * A partition that crashes takes the processes along that have registered, as what the registry
 * says of them is lost.
 *
 * <p>Do not use it for names that the whole cluster must agree on, nor as a table of values: these
 * live as long as the process that has registered them, and no longer.
 */
public final class Registry {
  private Registry() {}

  /** How many processes a key may lead to, and how a registry with many is divided. */
  public enum Keys {
    /** One. {@code :unique}. */
    UNIQUE,
    /**
     * Any number; a process may have the same key several times. Partitions are made of processes:
     * for few keys with many processes each. {@code {:duplicate, :pid}}.
     */
    DUPLICATE,
    /**
     * As {@link #DUPLICATE}, but partitions are made of keys: for many keys with few processes
     * each. {@code {:duplicate, :key}}.
     */
    DUPLICATE_BY_KEY
  }

  /**
   * What a key leads to.
   *
   * @param pid the process that registered it
   * @param value what it registered with it
   */
  public record Entry(Pid pid, Object value) {
    public Entry {
      Objects.requireNonNull(pid, "pid");
      Objects.requireNonNull(value, "value");
    }
  }

  /** A registration, as {@link #select} sees it. */
  public record Registration(Object key, Pid pid, Object value) {}

  /** What {@link #updateValue} has done. */
  public record Updated(Object newValue, Object oldValue) {}

  /** What a listener gets of each registration: {@code {:register, registry, key, pid, value}}. */
  @Tag("register")
  public record Registered(Atom registry, Object key, Pid pid, Object value) {}

  /**
   * What a listener gets of each registration that is taken back: {@code {:unregister, registry,
   * key, pid}}.
   */
  @Tag("unregister")
  public record Unregistered(Atom registry, Object key, Pid pid) {}

  // ---- starting

  /** Options that can be added to: one partition, no listeners. */
  public static RegistryOptions options(Keys keys, String name) {
    return new RegistryOptions(keys, name, 1, List.of(), Map.of());
  }

  /**
   * Starts a registry named {@code name}, linked to this process. {@code Registry.start_link/1}.
   *
   * @throws StartException if the name is taken
   */
  public static Pid startLink(Keys keys, String name) {
    return startLink(options(keys, name));
  }

  /** As {@link #startLink(Keys, String)}, with more options. */
  public static Pid startLink(RegistryOptions options) {
    Objects.requireNonNull(options, "options");
    return Objects.requireNonNull(
        Supervisor.startLink(() -> () -> init(options), GenServer.name(options.name())));
  }

  /** As {@link #startLink(Keys, String)}, without a link; from any thread. */
  public static Pid start(Keys keys, String name) {
    return start(options(keys, name));
  }

  /** As {@link #startLink(RegistryOptions)}, without a link; from any thread. */
  public static Pid start(RegistryOptions options) {
    Objects.requireNonNull(options, "options");
    return Objects.requireNonNull(
        Supervisor.start(() -> () -> init(options), GenServer.name(options.name())));
  }

  /** A supervisor's child; its id is the registry's name. {@code Registry.child_spec/1}. */
  public static ChildSpec childSpec(RegistryOptions options) {
    Objects.requireNonNull(options, "options");
    return Supervisor.child(options.atom(), () -> startLink(options)).supervisor();
  }

  /** In the supervisor's process, which has the name already. */
  private static Supervisor.Init init(RegistryOptions options) {
    var self = Kernel.process("init");
    var table = new RegistryTable(self.pid, options);
    self.pid.home.registries.put(options.atom(), table);
    var partitions = new ArrayList<ChildSpec>(options.partitions());
    for (int i = 0; i < options.partitions(); i++) {
      int number = i;
      partitions.add(Supervisor.server(number, () -> new RegistryServer(table, number)));
    }
    // The processes of a unique registry are in one partition, their keys in any: with one of them
    // all begin anew.
    return new Supervisor.Init(
        options.keys() == Keys.UNIQUE ? Supervisor.oneForAll() : Supervisor.oneForOne(),
        partitions);
  }

  // ---- registering; by the process itself

  /**
   * Registers the running process under {@code key}, and links it to the process of its partition.
   * {@code Registry.register/3}.
   *
   * @param value whatever is to be found with it; {@link Atom#NIL} for nothing
   * @return the process that has the key already, if keys are unique; null if it worked
   * @throws IllegalArgumentException if there is no such registry
   */
  public static @Nullable Pid register(String registry, Object key, Object value) {
    checkKey(key);
    Objects.requireNonNull(value, "a value: Atom.NIL for nothing");
    MessageCheck.check(key);
    MessageCheck.check(value);
    var self = Kernel.process("Registry.register");
    var table = table(registry);
    var taken = table.register(self, key, value);
    if (taken == null) {
      tell(table, new Registered(table.options.atom(), key, self.pid, value));
    }
    return taken;
  }

  /**
   * Takes the running process's registrations of {@code key} back; those it has none of, too.
   * {@code Registry.unregister/2}.
   *
   * @throws IllegalArgumentException if there is no such registry
   */
  public static void unregister(String registry, Object key) {
    checkKey(key);
    var self = Kernel.process("Registry.unregister");
    var table = table(registry);
    var unused = table.unregister(self, key, value -> true);
    tell(table, new Unregistered(table.options.atom(), key, self.pid));
  }

  /**
   * Takes the running process's registrations of {@code key} back whose values are {@code which}.
   * {@code Registry.unregister_match/4}.
   *
   * @throws IllegalArgumentException if there is no such registry
   */
  public static void unregisterMatch(String registry, Object key, Predicate<Object> which) {
    checkKey(key);
    Objects.requireNonNull(which, "which");
    var self = Kernel.process("Registry.unregisterMatch");
    var table = table(registry);
    if (table.unregister(self, key, which)) {
      tell(table, new Unregistered(table.options.atom(), key, self.pid));
    }
  }

  /**
   * Replaces the value that the running process has registered under a unique key by what {@code
   * function} makes of it. {@code Registry.update_value/3}.
   *
   * @return both values; null if the process has not registered the key
   * @throws IllegalArgumentException if there is no such registry, or its keys are not unique
   */
  public static @Nullable Updated updateValue(
      String registry, Object key, UnaryOperator<Object> function) {
    checkKey(key);
    Objects.requireNonNull(function, "function");
    var self = Kernel.process("Registry.updateValue");
    var table = table(registry);
    if (table.options.keys() != Keys.UNIQUE) {
      throw new IllegalArgumentException(
          "Registry.updateValue is for unique keys, those of " + registry + " are duplicate");
    }
    return table.update(self, key, function);
  }

  private static void tell(RegistryTable table, Object event) {
    for (var listener : table.options.listeners()) {
      var pid = Kernel.whereis(listener);
      if (pid != null) {
        Kernel.send(pid, event);
      }
    }
  }

  // ---- looking up; from any thread

  /**
   * What {@code key} leads to. {@code Registry.lookup/2}.
   *
   * @return in the order of registration, if there is one partition
   * @throws IllegalArgumentException if there is no such registry
   */
  public static List<Entry> lookup(String registry, Object key) {
    checkKey(key);
    return table(registry).lookup(key);
  }

  /**
   * What {@code key} leads to with a value that is {@code which}. {@code Registry.match/4}.
   *
   * <pre>{@code
   * record Priority(int level) {}
   *
   * Registry.register("topics", "sport", new Priority(5));
   * Registry.register("topics", "sport", new Priority(1));
   * Registry.match("topics", "sport", value -> value instanceof Priority(var level) && level > 3)
   *     .size(); // => 1
   * }</pre>
   */
  public static List<Entry> match(String registry, Object key, Predicate<Object> which) {
    Objects.requireNonNull(which, "which");
    return lookup(registry, key).stream().filter(entry -> which.test(entry.value())).toList();
  }

  /** How many {@link #match} would give. {@code Registry.count_match/4}. */
  public static int countMatch(String registry, Object key, Predicate<Object> which) {
    return match(registry, key, which).size();
  }

  /** The values of {@code key} that {@code pid} has registered. {@code Registry.values/3}. */
  public static List<Object> values(String registry, Object key, Pid pid) {
    Objects.requireNonNull(pid, "a pid");
    return lookup(registry, key).stream()
        .filter(entry -> entry.pid().equals(pid))
        .map(Entry::value)
        .toList();
  }

  /**
   * The keys that {@code pid} is registered under, each as often as it is; none if it has ended.
   * {@code Registry.keys/2}.
   */
  public static List<Object> keys(String registry, Pid pid) {
    Objects.requireNonNull(pid, "a pid");
    var table = table(registry);
    return RegistryRows.isAlive(pid) ? table.keys(pid) : List.of();
  }

  /**
   * How many registrations there are; those of processes that have just ended may count for a
   * moment. {@code Registry.count/1}.
   */
  public static int count(String registry) {
    long count = 0;
    for (var partition : table(registry).all()) {
      count += partition.rows().count();
    }
    return (int) Math.min(count, Integer.MAX_VALUE);
  }

  /**
   * What {@code function} makes of the registrations, without those that it gives null for: record
   * patterns are what match specifications are in Elixir. {@code Registry.select/2}.
   *
   * <pre>{@code
   * record Room(int seats) {}
   *
   * Registry.startLink(Registry.Keys.UNIQUE, "rooms");
   * Registry.register("rooms", "hall", new Room(200));
   * Registry.register("rooms", "attic", new Room(4));
   * List<String> large = Registry.select("rooms", registration -> switch (registration) {
   *   case Registry.Registration(String name, var pid, Room(var seats)) when seats > 10 -> name;
   *   default -> null;
   * }); // => List.of("hall")
   * }</pre>
   *
   * @param function called in this thread, in no particular order; sees what is registered while it
   *     runs or not
   */
  public static <R> List<R> select(String registry, Function<Registration, @Nullable R> function) {
    Objects.requireNonNull(function, "function");
    var selected = new ArrayList<R>();
    for (var partition : table(registry).all()) {
      partition
          .rows()
          .forEach(
              (key, entry) -> {
                var result = function.apply(new Registration(key, entry.pid(), entry.value()));
                if (result != null) {
                  selected.add(result);
                }
              });
    }
    return selected;
  }

  /** How many registrations are {@code which}. {@code Registry.count_select/2}. */
  public static int countSelect(String registry, Predicate<Registration> which) {
    Objects.requireNonNull(which, "which");
    return select(registry, registration -> which.test(registration) ? true : null).size();
  }

  /**
   * Calls {@code action} with what {@code key} leads to, in this thread: once for each partition
   * that has any. {@code Registry.dispatch/3}.
   */
  public static void dispatch(String registry, Object key, Consumer<List<Entry>> action) {
    checkKey(key);
    Objects.requireNonNull(action, "action");
    for (var partition : table(registry).of(key)) {
      dispatch(partition, key, action);
    }
  }

  /**
   * As {@link #dispatch}, with a task for each partition, where the entries of a key are in several
   * ({@link Keys#DUPLICATE}); returns when all are done. In a process only. {@code
   * Registry.dispatch/4} with {@code parallel: true}.
   */
  public static void dispatchParallel(String registry, Object key, Consumer<List<Entry>> action) {
    checkKey(key);
    Objects.requireNonNull(action, "action");
    var partitions = table(registry).of(key);
    if (partitions.size() == 1) {
      dispatch(partitions.getFirst(), key, action);
      return;
    }
    var self = Kernel.process("Registry.dispatchParallel").pid;
    var tasks = new ArrayList<Task<Boolean>>(partitions.size());
    for (var partition : partitions) {
      tasks.add(
          Task.async(
              () -> {
                dispatch(partition, key, action);
                return Kernel.unlink(self); // one that traps exits need not hear of the end
              }));
    }
    var unused = Task.awaitMany(tasks, ChildSpec.INFINITY);
  }

  private static void dispatch(
      RegistryPartition partition, Object key, Consumer<List<Entry>> action) {
    var entries = partition.rows().get(key);
    if (!entries.isEmpty()) {
      action.accept(entries);
    }
  }

  // ---- as names

  /**
   * A unique key as the name of a process: to start it by, and to send to, call, monitor and stop
   * it by. {@code {:via, Registry, {registry, key}}}.
   */
  public static Via via(String registry, Object key) {
    return via(registry, key, Atom.NIL);
  }

  /** As {@link #via(String, Object)}, with a value for the process to register with it. */
  public static Via via(String registry, Object key, Object value) {
    Objects.requireNonNull(registry, "the name of a registry");
    checkKey(key);
    return new RegistryName(registry, key, Objects.requireNonNull(value, "value"));
  }

  /**
   * The process that a unique {@code key} leads to; null if there is none. {@code
   * Registry.whereis_name/1}.
   *
   * @throws IllegalArgumentException if there is no such registry, or its keys are not unique
   */
  public static @Nullable Pid whereisName(String registry, Object key) {
    checkKey(key);
    var table = table(registry);
    if (table.options.keys() != Keys.UNIQUE) {
      throw new IllegalArgumentException(
          ":via is not supported for duplicate registries, and " + registry + " is one");
    }
    var found = table.lookup(key);
    return found.isEmpty() ? null : found.getFirst().pid();
  }

  /**
   * Sends to the process that a unique {@code key} leads to, and returns the message. {@code
   * Registry.send/2}.
   *
   * @throws IllegalArgumentException if it leads to none
   */
  public static <M> M sendTo(String registry, Object key, M message) {
    return Kernel.send(via(registry, key), message);
  }

  // ---- metadata, locks

  /** What has been kept under {@code key}; null if nothing has. {@code Registry.meta/2}. */
  public static @Nullable Object meta(String registry, Object key) {
    return table(registry).meta.get(checkKey(key));
  }

  /** Keeps a value as long as the registry lives. From any thread. {@code Registry.put_meta/3}. */
  public static void putMeta(String registry, Object key, Object value) {
    MessageCheck.check(value);
    table(registry).meta.put(checkKey(key), Objects.requireNonNull(value, "value"));
  }

  /** Forgets what {@link #putMeta} keeps. {@code Registry.delete_meta/2}. */
  public static void deleteMeta(String registry, Object key) {
    table(registry).meta.remove(checkKey(key));
  }

  /**
   * Runs {@code function} in this process while no other runs one under the same key. Keys of locks
   * have nothing to do with those of processes. A process that ends gives its lock back, also if
   * its code still runs. {@code Registry.lock/3}.
   *
   * @throws Exception what {@code function} throws
   * @throws IllegalArgumentException if there is no such registry
   */
  public static <R extends @Nullable Object> R lock(
      String registry, Object key, Callable<R> function) throws Exception {
    Objects.requireNonNull(function, "function");
    var unused = Kernel.process("Registry.lock");
    var server = table(registry).partition(checkKey(key)).server();
    var holder = GenServer.call(server, new RegistryServer.Lock(key), Forever.TIME);
    try {
      return function.call();
    } finally {
      Kernel.send(server, new RegistryServer.Unlock(holder));
    }
  }

  private static Object checkKey(Object key) {
    return Objects.requireNonNull(key, "a key");
  }

  private static RegistryTable table(String registry) {
    Objects.requireNonNull(registry, "the name of a registry");
    var table = Node.current().registries.get(Atom.of(registry));
    if (table == null) {
      throw new IllegalArgumentException(
          "unknown registry: "
              + Kernel.inspect(Atom.of(registry))
              + ": none of this name runs on this node");
    }
    return table;
  }
}
