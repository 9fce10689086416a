package dev.retort;

import dev.retort.term.Pid;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A supervision tree with a name, a configuration and a place in the order of start: OTP's {@code
 * application}, Elixir's {@code Application}.
 *
 * <pre>{@code
 * final class Shop implements Application {
 *   public ApplicationSpec spec() {
 *     return ApplicationSpec.of("shop").applications("store").env("tills", 2);
 *   }
 *
 *   public Pid start() {
 *     int tills = Application.getEnv("shop", "tills", 1);
 *     return PartitionSupervisor.startLink(
 *         "tills", tills, n -> Supervisor.child(n, () -> Agent.startLink(() -> 0)));
 *   }
 * }
 *
 * Application.load(ApplicationSpec.of("store"));
 * Application.load(new Shop());
 * Application.ensureAllStarted("shop");    // => List.of("store", "shop")
 * PartitionSupervisor.partitions("tills"); // => 2
 * Application.stop("shop");
 * }</pre>
 *
 * <p>A program's {@code main} starts its own with {@link Restart#PERMANENT}, and then waits for the
 * end of the node, which it has asked for before: {@code node.onClose().join()}.
 *
 * <p>Or nobody loads it: an application that is a provider of the service {@code
 * dev.retort.Application} ({@code META-INF/services}, {@code provides} of a module), with a public
 * constructor without parameters, is found by its name.
 *
 * <p>Supervise it by its node: what it is started as says what its end means. {@link
 * Restart#PERMANENT}, that the node ends, too; {@link Restart#TRANSIENT}, the same unless the
 * reason is {@code normal}; {@link Restart#TEMPORARY}, no more than a line in the log. It is never
 * started again by itself: restarts are for the supervisors in it. {@link #stop(String)} ends it
 * without harm to others.
 *
 * <p>When the node ends ({@link Node#close}, the JVM's end, a permanent application's) its
 * applications are stopped in the reverse order of their start, before connections and processes.
 * {@link Node#onClose} tells when that is done and why: the place to end the JVM, if that is
 * wanted.
 *
 * <p>The processes of an application are those whose {@link Kernel#groupLeader() group leader} is
 * its master, as is inherited by all that they start; what is left of them when the supervision
 * tree has ended is killed. What they print goes to the node's output.
 *
 * <p>Do not use it for a supervision tree that a program starts in a line of its own and that may
 * end with it: {@link Supervisor#startLink(Strategy, ChildSpec...)} is enough. An application is
 * for what others depend on, configure by name, and expect to be stopped in good order.
 */
public interface Application {
  // ---- callbacks

  /** What it is called, what it depends on, and its configuration. Called by any thread. */
  ApplicationSpec spec();

  /**
   * Starts the supervision tree, linked to the process in which this runs, and waits until it runs.
   * {@code start/2}.
   *
   * @return the pid of the supervisor at its top
   * @throws Exception to not start
   */
  @Nullable Pid start() throws Exception;

  /**
   * Goes on with the start, when all supervisors run: once for each of {@link
   * ApplicationSpec#startPhases}. In the process of {@link #start()}. {@code start_phase/3}.
   *
   * @throws Exception to not start; the supervision tree is stopped then
   */
  default void startPhase(String phase) throws Exception {}

  /**
   * Prepares the end, while the supervision tree still runs, unless that is what has ended. In the
   * process of {@link #start()}. An exception is logged and changes nothing. {@code prep_stop/1}.
   */
  default void prepStop() throws Exception {}

  /**
   * Cleans up when the supervision tree has ended. In the process of {@link #start()}. An exception
   * is logged and changes nothing. {@code stop/1}.
   */
  default void stop() throws Exception {}

  // ---- loading

  /**
   * Makes an application known to the current node by the name in its {@link #spec}, and its
   * environment readable. {@code application:load/1}.
   *
   * @throws ApplicationException with {@code {already_loaded, Name}}; with {@code
   *     {bad_environment_value, {Key, Text}}} for a system property that is no value of its type
   */
  static void load(Application application) {
    Objects.requireNonNull(application, "application");
    Node.current().applications().load(application.spec(), application);
  }

  /**
   * As {@link #load(Application)}, for one without a supervision tree: a library that has an
   * environment, or a name for a group of others. Its start does nothing.
   */
  static void load(ApplicationSpec spec) {
    Node.current().applications().load(Objects.requireNonNull(spec, "spec"), null);
  }

  /**
   * Loads the application that a service provider has under this name. {@code Application.load/1}.
   *
   * @throws ApplicationException as {@link #load(Application)}; with {@code {"no such file or
   *     directory", Name}} if there is none
   */
  static void load(String name) {
    Node.current().applications().load(name);
  }

  /**
   * As {@link #load(String)}, where it has not been loaded. {@code Application.ensure_loaded/1}.
   */
  static void ensureLoaded(String name) {
    Node.current().applications().ensureLoaded(name);
  }

  /**
   * Forgets an application that does not run, and its environment. {@code Application.unload/1}.
   *
   * @throws ApplicationException with {@code {running, Name}} or {@code {not_loaded, Name}}
   */
  static void unload(String name) {
    Node.current().applications().unload(name);
  }

  // ---- starting

  /** As {@link #start(String, Restart)}, as a temporary one. {@code Application.start/1}. */
  static void start(String name) {
    start(name, Restart.TEMPORARY);
  }

  /**
   * Starts an application, loading it if need be, and waits until it runs. {@code
   * Application.start/2}.
   *
   * @param type what its end means for the node; a permanent one that does not start ends it, too,
   *     and so does a transient one
   * @throws ApplicationException with {@code {already_started, Name}}; {@code {not_started, Other}}
   *     or {@code {not_running, Other}} if one that it depends on has not been started or has
   *     ended; {@code {Reason, {Module, start, Arguments}}} if its supervisor does not start,
   *     {@code {bad_return, _}} for any other exception of {@link #start()} and for null
   */
  static void start(String name, Restart type) {
    Node.current().applications().start(name, type);
  }

  /**
   * As {@link #ensureStarted(String, Restart)}, as a temporary one. {@code
   * Application.ensure_started/1}.
   */
  static void ensureStarted(String name) {
    ensureStarted(name, Restart.TEMPORARY);
  }

  /** As {@link #start(String, Restart)}, unless it runs. {@code Application.ensure_started/2}. */
  static void ensureStarted(String name, Restart type) {
    Node.current().applications().ensureStarted(name, type);
  }

  /**
   * As {@link #ensureAllStarted(String, Restart)}, as temporary ones. {@code
   * Application.ensure_all_started/1}.
   */
  static List<String> ensureAllStarted(String name) {
    return ensureAllStarted(name, Restart.TEMPORARY);
  }

  /**
   * Starts an application, and before it all that it depends on and that does not run. {@code
   * Application.ensure_all_started/2}.
   *
   * @return those that have been started, in the order of their start; empty if all of them run
   * @throws ApplicationException with {@code {Name, Reason}} of the first that does not start;
   *     those before it are stopped again. With {@code {circular_dependency, Names}} where
   *     applications depend on each other in a ring; none is started then
   */
  static List<String> ensureAllStarted(String name, Restart type) {
    return Node.current().applications().ensureAllStarted(List.of(name), type);
  }

  /** The same for several, in this order. */
  static List<String> ensureAllStarted(List<String> names, Restart type) {
    return Node.current().applications().ensureAllStarted(List.copyOf(names), type);
  }

  /**
   * Stops an application and waits until it has ended: {@link #prepStop}, its supervision tree,
   * {@link #stop()}. The node goes on, also without a permanent one, and so do those that depend on
   * it. It stays loaded. {@code Application.stop/1}.
   *
   * @throws ApplicationException with {@code {not_started, Name}}
   * @throws IllegalStateException in a {@code prepStop} or {@code stop}, which would wait for
   *     itself
   */
  static void stop(String name) {
    Node.current().applications().stop(name);
  }

  // ---- the environment

  /**
   * The value for {@code key} in an application's environment; null if there is none. {@code
   * Application.get_env/2}.
   *
   * <p>The environment of an application is, from the weakest to the strongest: what its {@link
   * ApplicationSpec#env} says; what {@link #putPersistentEnv} has said before it was loaded; a
   * system property of the application's name and the key, such as {@code -Dshop.port=9000}, for a
   * key that the specification has. The property is read once, when the application is loaded, and
   * as the type that the specification's value has: a string, a number, {@code true} or {@code
   * false}, a {@link java.time.Duration} such as {@code PT30S}, an {@link dev.retort.term.Atom},
   * the name of an enum's constant. What is put later takes the place of all of them.
   *
   * <p>Each node of the JVM has environments of its own. From any thread; no process is asked.
   */
  static @Nullable Object getEnv(String application, String key) {
    return Node.current().applications().environment().get(application, key);
  }

  /**
   * The value for {@code key}; {@code otherwise} if there is none. The type of that is the type
   * that the value must have: a {@link ClassCastException} says where it has another one. {@code
   * Application.get_env/3}.
   */
  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  static <T> T getEnv(String application, String key, T otherwise) {
    var value = getEnv(application, key);
    return value == null ? otherwise : (T) value;
  }

  /** The value for {@code key}, if there is one. {@code Application.fetch_env/2}. */
  static Optional<Object> fetchEnv(String application, String key) {
    return Optional.ofNullable(getEnv(application, key));
  }

  /**
   * The value for {@code key}, which must be there and be a {@code type}. {@code
   * Application.fetch_env!/2}.
   *
   * @throws IllegalArgumentException if there is none, or it is something else
   */
  static <T> T fetchEnv(String application, String key, Class<T> type) {
    return Node.current().applications().fetchEnv(application, key, type);
  }

  /** All that is in an application's environment. {@code Application.get_all_env/1}. */
  static Map<String, Object> getAllEnv(String application) {
    return Node.current().applications().environment().all(application);
  }

  /**
   * Puts a value into an application's environment. Before it is loaded this stays only for keys
   * that its specification does not have. {@code Application.put_env/3}.
   *
   * @param value one that nobody changes any more; processes share it
   */
  static void putEnv(String application, String key, Object value) {
    Node.current().applications().environment().put(application, key, value, false);
  }

  /**
   * As {@link #putEnv}, and whenever the application is loaded after this, the value stands for
   * that of its specification. {@code Application.put_env/4} with {@code persistent: true}.
   */
  static void putPersistentEnv(String application, String key, Object value) {
    Node.current().applications().environment().put(application, key, value, true);
  }

  /**
   * Puts the values for several applications, by their names. {@code Application.put_all_env/1}.
   */
  static void putAllEnv(Map<String, Map<String, Object>> values) {
    var environment = Node.current().applications().environment();
    values.forEach(
        (name, of) -> of.forEach((key, value) -> environment.put(name, key, value, false)));
  }

  /** Takes a value out of an application's environment. {@code Application.delete_env/2}. */
  static void deleteEnv(String application, String key) {
    Node.current().applications().environment().delete(application, key, false);
  }

  /**
   * As {@link #deleteEnv}, and undoes {@link #putPersistentEnv}. {@code Application.delete_env/3}
   * with {@code persistent: true}.
   */
  static void deletePersistentEnv(String application, String key) {
    Node.current().applications().environment().delete(application, key, true);
  }

  // ---- what there is

  /**
   * The applications that run on the current node, the last that was started first. {@code
   * Application.started_applications/0}, {@code application:which_applications/0}.
   */
  static List<ApplicationSpec> startedApplications() {
    return Node.current().applications().started();
  }

  /** The applications that are loaded. {@code Application.loaded_applications/0}. */
  static List<ApplicationSpec> loadedApplications() {
    return Node.current().applications().loaded();
  }

  /**
   * What a loaded application says of itself; null if it is not loaded. {@code Application.spec/1}.
   */
  static @Nullable ApplicationSpec spec(String name) {
    return Node.current().applications().spec(name);
  }

  /**
   * The name of the application that the running process belongs to; null for none. {@code
   * application:get_application/0}.
   */
  static @Nullable String getApplication() {
    return Node.current().applications().nameOf(Kernel.groupLeader());
  }

  /**
   * The name of the application that a process of this node belongs to; null for none, and for one
   * that has ended. {@code application:get_application/1}.
   */
  static @Nullable String getApplication(Pid pid) {
    var info = Kernel.processInfo(pid);
    return info == null ? null : Node.current().applications().nameOf(info.groupLeader());
  }

  /**
   * The name of the loaded application that a class belongs to: that whose own class is in the same
   * package or in the nearest one above; null for none. {@code Application.get_application/1}.
   */
  static @Nullable String getApplication(Class<?> type) {
    return Node.current().applications().nameOf(Objects.requireNonNull(type, "type"));
  }
}
