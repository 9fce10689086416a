package dev.retort;

import dev.retort.spi.Signal;
import dev.retort.term.Pid;
import java.lang.reflect.Field;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * A node that starts no thread of its own: what is ready runs where {@link #runReady} is called, so
 * that a model checker sees every step of every thread there is.
 */
final class StillNode {
  final Node node;

  StillNode() {
    try {
      var constructor = Node.class.getDeclaredConstructor(String.class);
      constructor.setAccessible(true);
      node = constructor.newInstance("still");
    } catch (ReflectiveOperationException e) {
      throw new LinkageError(e.getMessage(), e);
    }
    node.telemetry().close(); // nobody closes the node: recorders would count it for ever
    var scheduler = node.scheduler();
    // Nobody starts a successor while somebody is said to look for work,
    ((AtomicInteger) get(Scheduler.class, scheduler, "spinning")).set(1);
    // a runner ends where no place to wait is free,
    var places = places(scheduler);
    for (int i = 0; i < places.length(); i++) {
      places.set(i, new Runner(scheduler));
    }
    // nobody looks twice,
    set(Scheduler.class, scheduler, "credit", 0);
    set(Scheduler.class, scheduler, "refusals", 1);
    // and nobody wakes a watcher that is said to be awake.
    set(Watcher.class, get(Scheduler.class, scheduler, "watcher"), "asleep", false);
  }

  @SuppressWarnings("unchecked") // it is a field of Scheduler
  private static AtomicReferenceArray<@Nullable Runner> places(Scheduler scheduler) {
    return (AtomicReferenceArray<@Nullable Runner>) get(Scheduler.class, scheduler, "idle");
  }

  /** A process that has had its first turn. */
  LocalProcess process(Behaviour behaviour) {
    var process = node.create(behaviour, node.user(), null, null);
    runReady();
    return process;
  }

  /** A process that is being made and has not been started. */
  LocalProcess unborn(Behaviour behaviour) {
    try {
      var prepare =
          Node.class.getDeclaredMethod("prepare", Object.class, Pid.class, MailboxLimit.class);
      prepare.setAccessible(true);
      return (LocalProcess) prepare.invoke(node, behaviour, node.user(), null);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError(e.getMessage(), e);
    }
  }

  /** Runs all that is ready on the calling thread, as a runner does. */
  void runReady() {
    do {
      new Runner(node.scheduler()).run();
    } while (node.scheduler().hasReady());
  }

  /**
   * From now on who makes a process ready wakes a runner: this one, which waits, or one that is not
   * there and never comes. One place to wait is free.
   */
  void wakesRunners(Runner waiting) {
    var scheduler = node.scheduler();
    places(scheduler).set(0, null);
    places(scheduler).set(1, waiting);
    ((AtomicInteger) get(Scheduler.class, scheduler, "spinning")).set(0);
  }

  /** Does on the calling thread what a runner does that has gone to wait, to its end. */
  void runWhenSummoned(Runner runner) {
    set(Runner.class, runner, "thread", Thread.currentThread());
    runner.awaitSummons();
    runner.run();
  }

  /** {@code exit(process, kill)} by a thread that is no process. */
  void exit(LocalProcess process, Object reason) {
    process.signal(new Signal.Exit(node.user(), reason, false));
  }

  /** A link that both have had for long. */
  void link(LocalProcess one, LocalProcess other) {
    one.addLink(other.pid);
    other.addLink(one.pid);
  }

  private static @Nullable Object get(Class<?> type, @Nullable Object object, String name) {
    try {
      return field(type, name).get(object);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError(e.getMessage(), e);
    }
  }

  private static void set(Class<?> type, @Nullable Object object, String name, Object value) {
    try {
      field(type, name).set(object, value);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError(e.getMessage(), e);
    }
  }

  private static Field field(Class<?> type, String name) throws ReflectiveOperationException {
    var field = type.getDeclaredField(name);
    field.setAccessible(true);
    return field;
  }
}
