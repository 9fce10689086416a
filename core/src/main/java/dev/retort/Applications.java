package dev.retort;

import dev.retort.spi.RunningApplication;
import dev.retort.term.Atom;
import dev.retort.term.Pid;
import dev.retort.term.Tuple;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.ServiceLoader;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The applications of a node, as {@link Application} sees them: those that are loaded, and their
 * environments; the {@link ApplicationController} is asked for the rest. Any thread.
 */
final class Applications {
  static final Atom EXIT = Atom.of("EXIT");
  static final Atom NOT_STARTED = Atom.of("not_started");
  static final Atom ALREADY_STARTED = Atom.of("already_started");
  static final String NO_FILE = "no such file or directory";

  /** A loaded one; {@code application} is null for one without a supervision tree. */
  record Loaded(ApplicationSpec spec, @Nullable Application application) {}

  private final Node node;
  private final ApplicationEnvironment environment = new ApplicationEnvironment();
  private final Map<String, Loaded> loaded = new ConcurrentHashMap<>();

  /** By the process that leads the group of each. Written by the masters and the controller. */
  private final Map<Pid, String> masters = new ConcurrentHashMap<>();

  /** Those that run, the last first. Written by the controller. */
  private volatile List<String> running = List.of();

  /** The node ends: nothing starts any more. Guarded by this. */
  private boolean over;

  Applications(Node node) {
    this.node = node;
  }

  ApplicationEnvironment environment() {
    return environment;
  }

  // ---- loading

  void load(ApplicationSpec spec, @Nullable Application application) {
    Objects.requireNonNull(spec, "an application's spec");
    if (!add(spec, application)) {
      throw alreadyLoaded(spec.name());
    }
  }

  void load(String name) {
    ApplicationSpec.checkName(name);
    if (loaded.containsKey(name)) {
      throw alreadyLoaded(name);
    }
    var application = find(name);
    load(application.spec(), application);
  }

  void ensureLoaded(String name) {
    ApplicationSpec.checkName(name);
    if (!loaded.containsKey(name)) {
      var application = find(name);
      var unused = add(application.spec(), application);
    }
  }

  /** False if there is one of this name already. */
  private boolean add(ApplicationSpec spec, @Nullable Application application) {
    var initial = environment.initial(spec);
    if (loaded.putIfAbsent(spec.name(), new Loaded(spec, application)) != null) {
      return false;
    }
    environment.load(spec.name(), initial);
    return true;
  }

  private static ApplicationException alreadyLoaded(String name) {
    return failed(name, Tuple.of(Atom.of("already_loaded"), Atom.of(name)));
  }

  private boolean exists(String name) {
    return loaded.containsKey(name) || provided(name) != null;
  }

  private static Application find(String name) {
    var application = provided(name);
    if (application == null) {
      throw failed(name, Tuple.of(NO_FILE, Atom.of(name)));
    }
    return application;
  }

  /** The application that a service provider has under this name; null if none has. */
  private static @Nullable Application provided(String name) {
    var loader = Thread.currentThread().getContextClassLoader();
    var services =
        loader == null
            ? ServiceLoader.load(Application.class, Application.class.getClassLoader())
            : ServiceLoader.load(Application.class, loader);
    for (var application : services) {
      if (application.spec().name().equals(name)) {
        return application;
      }
    }
    return null;
  }

  void unload(String name) {
    checkLoaded(name);
    ask(name, new ApplicationController.Unload(name));
  }

  /** Forgets it. For the controller, which knows that it does not run. */
  void forget(String name) {
    loaded.remove(name);
    environment.unload(name);
  }

  private void checkLoaded(String name) {
    ApplicationSpec.checkName(name);
    if (!loaded.containsKey(name)) {
      throw failed(name, Tuple.of(Atom.of("not_loaded"), Atom.of(name)));
    }
  }

  // ---- starting and stopping

  void start(String name, Restart type) {
    ensureLoaded(name);
    ask(name, new ApplicationController.Start(name, Objects.requireNonNull(type, "type")));
  }

  /** False if it runs already. */
  boolean ensureStarted(String name, Restart type) {
    try {
      start(name, type);
      return true;
    } catch (ApplicationException e) {
      if (e.reason().equals(Tuple.of(ALREADY_STARTED, Atom.of(name)))) {
        return false;
      }
      throw e;
    }
  }

  List<String> ensureAllStarted(List<String> names, Restart type) {
    var order = new ArrayList<String>();
    for (var name : names) {
      inOrder(name, new ArrayList<>(), order);
    }
    var started = new ArrayList<String>();
    for (var name : order) {
      try {
        if (ensureStarted(name, type)) {
          started.add(name);
        }
      } catch (ApplicationException e) {
        started.reversed().forEach(this::stopIfStarted);
        throw ApplicationException.of(name, e);
      }
    }
    return List.copyOf(started);
  }

  /**
   * Adds an application and, before it, all that it depends on and that is to be started.
   *
   * @param path those that have led to it
   */
  private void inOrder(String name, List<String> path, List<String> order) {
    if (path.contains(name)) {
      var ring = new ArrayList<>(path.subList(path.indexOf(name), path.size()));
      ring.add(name);
      throw ApplicationException.ring(ring);
    }
    if (running.contains(name) || order.contains(name)) {
      return;
    }
    try {
      ensureLoaded(name);
    } catch (ApplicationException e) {
      throw ApplicationException.of(name, e);
    }
    var spec = spec(name);
    if (spec == null) {
      throw failed(name, Tuple.of(Atom.of("not_loaded"), Atom.of(name))); // unloaded meanwhile
    }
    path.addLast(name);
    for (var other : spec.before()) {
      if (spec.applications().contains(other) || exists(other)) {
        inOrder(other, path, order);
      }
    }
    path.removeLast();
    order.add(name);
  }

  private void stopIfStarted(String name) {
    try {
      stop(name);
    } catch (ApplicationException e) {
      // it has ended by itself
    }
  }

  void stop(String name) {
    ApplicationSpec.checkName(name);
    ask(name, new ApplicationController.Stop(name));
  }

  private void ask(String name, Call<@Nullable Object> request) {
    var self = Runner.currentProcess();
    if (self != null && self.code() instanceof ApplicationRoot root && root.isStopping()) {
      throw new IllegalStateException(
          "an application was to be started, stopped or unloaded in prepStop or stop of "
              + root.name()
              + ", which would wait for itself: do it in another process");
    }
    var failure = GenServer.call(controller(), request, Forever.TIME);
    if (failure != null) {
      throw failed(name, failure);
    }
  }

  private static ApplicationException failed(String name, Object reason) {
    return ApplicationException.of(name, reason);
  }

  /** Started when somebody first needs it. */
  private synchronized Pid controller() {
    if (over) {
      throw new IllegalStateException(
          "the node is closed: no application starts or stops any more");
    }
    var pid = node.whereis(ApplicationController.NAME);
    if (pid != null) {
      return pid;
    }
    node.closeWithJvm();
    return ApplicationController.start(this, node);
  }

  /** Whether there are any to stop. */
  boolean areRunning() {
    return !running.isEmpty();
  }

  /** Stops all, the last that was started first, and waits until they have ended. No process. */
  void stopAll() {
    synchronized (this) {
      over = true;
    }
    var last = node.whereis(ApplicationController.NAME);
    if (last == null || !areRunning()) {
      return;
    }
    var done = new CompletableFuture<Atom>();
    node.spawn(
        () -> {
          try {
            GenServer.stop(last, Atom.SHUTDOWN);
          } catch (CallException e) {
            // it has ended by itself, and they before it
          } finally {
            done.complete(Atom.OK);
          }
        });
    done.join();
  }

  // ---- what there is

  @Nullable Loaded get(String name) {
    return loaded.get(name);
  }

  @Nullable ApplicationSpec spec(String name) {
    var found = loaded.get(Objects.requireNonNull(name, "an application's name"));
    return found == null ? null : found.spec;
  }

  List<ApplicationSpec> loaded() {
    return loaded.values().stream().map(Loaded::spec).toList();
  }

  List<ApplicationSpec> started() {
    return running.stream().map(loaded::get).filter(Objects::nonNull).map(Loaded::spec).toList();
  }

  List<RunningApplication> runningApplications() {
    var masters = new HashMap<String, Pid>();
    this.masters.forEach((master, name) -> masters.put(name, master));
    return started().stream()
        .map(spec -> new RunningApplication(spec, masters.get(spec.name())))
        .toList();
  }

  void running(List<String> lastFirst) {
    running = List.copyOf(lastFirst);
  }

  <T> T fetchEnv(String application, String key, Class<T> type) {
    Objects.requireNonNull(type, "type");
    var value = environment.get(application, key);
    var what = "could not fetch " + key + " from the environment of application " + application;
    if (value == null) {
      throw new IllegalArgumentException(
          what
              + (loaded.containsKey(application)
                  ? ": it was not set"
                  : ": the application was not loaded nor configured"));
    }
    if (!type.isInstance(value)) {
      throw new IllegalArgumentException(
          what
              + " as a "
              + type.getName()
              + ": it is a "
              + value.getClass().getName()
              + ", "
              + CrashReport.inspect(value));
    }
    return type.cast(value);
  }

  // ---- who belongs to whom

  void leads(Pid master, String name) {
    masters.put(master, name);
  }

  void leadsNoMore(Pid master) {
    masters.remove(master);
  }

  @Nullable String nameOf(Pid groupLeader) {
    return masters.get(groupLeader);
  }

  @Nullable String nameOf(Class<?> type) {
    return loaded.values().stream()
        .filter(each -> each.application != null && isAbove(each.application.getClass(), type))
        .max(Comparator.comparingInt(each -> packageOf(each).length()))
        .map(each -> each.spec.name())
        .orElse(null);
  }

  private static String packageOf(Loaded each) {
    return Objects.requireNonNull(each.application).getClass().getPackageName();
  }

  private static boolean isAbove(Class<?> application, Class<?> type) {
    return (type.getPackageName() + ".").startsWith(application.getPackageName() + ".");
  }
}
