package dev.retort.node;

import dev.retort.spi.GlobalRegistry;
import dev.retort.term.Atom;
import dev.retort.term.Pid;
import dev.retort.term.Tuple;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * What this node's processes do with global names and locks: "the registrar" of global.erl. Names
 * change on all known nodes or on none, under a lock that is set on all of them first.
 *
 * <p>One virtual thread makes the changes, one after the other; whoever wants one waits for it, and
 * may be ended meanwhile: the lock is the registrar's.
 */
final class GlobalRegistrar implements GlobalRegistry, Runnable {
  private static final Logger LOG = System.getLogger(GlobalRegistrar.class.getName());
  private static final Atom REGISTER = Atom.of("register");
  private static final Atom UNREGISTER = Atom.of("unregister");
  private static final Atom GET_KNOWN = Atom.of("get_known");

  /** The longest waits between two attempts to set a lock: 1/4 s at first, 8 s in the end. */
  private static final int FIRST_PAUSE_MILLIS = 250;

  private static final int DOUBLINGS = 5;

  private final LocalNode local;
  private final GlobalCalls calls;
  private final GlobalLocks locks;
  private final GlobalNames names;
  private final GlobalSyncs syncs;
  private final BlockingQueue<FutureTask<Boolean>> tasks = new LinkedBlockingQueue<>();
  private final Thread thread;

  GlobalRegistrar(
      LocalNode local, GlobalCalls calls, GlobalLocks locks, GlobalNames names, GlobalSyncs syncs) {
    this.local = local;
    this.calls = calls;
    this.locks = locks;
    this.names = names;
    this.syncs = syncs;
    this.thread = Thread.ofVirtual().name("global registrar").unstarted(this);
  }

  void start() {
    thread.start();
  }

  void close() {
    thread.interrupt();
  }

  @Override
  public void run() {
    try {
      for (; ; ) {
        tasks.take().run();
      }
    } catch (InterruptedException e) {
      // the node is closed
    }
    tasks.forEach(task -> task.cancel(false));
  }

  // ---- names

  @Override
  public @Nullable Pid whereis(Object name) {
    var entry = names.get(name);
    if (entry == null || local.host().hasEnded(entry.pid())) {
      return null; // or it has just ended
    }
    return entry.pid();
  }

  @Override
  public List<Object> names() {
    return names.all();
  }

  @Override
  public boolean register(Object name, Pid pid, Object method, boolean replace)
      throws InterruptedException {
    return change(
        nodes -> {
          if (!replace && (whereis(name) != null || hasOther(pid, name))) {
            return false;
          }
          calls.multiCall(nodes, Tuple.of(REGISTER, name, pid, method));
          return true;
        });
  }

  /** A process has one name, as in OTP. */
  private boolean hasOther(Pid pid, Object name) {
    var others = names.of(pid);
    if (!others.isEmpty()) {
      LOG.log(
          Level.WARNING,
          "global: {0} is registered as {1} and cannot be registered as {2}, too",
          pid,
          others.getFirst(),
          name);
    }
    return !others.isEmpty();
  }

  @Override
  public void unregister(Object name) throws InterruptedException {
    if (whereis(name) != null) {
      change(
          nodes -> {
            calls.multiCall(nodes, Tuple.of(UNREGISTER, name));
            return true;
          });
    }
  }

  @Override
  public void sync(List<Atom> nodes) throws InterruptedException {
    syncs.await(nodes);
  }

  /** The process that has the lock on names when it is set. */
  Pid pid() {
    return calls.caller();
  }

  /** What is done while the lock on names is set. */
  @FunctionalInterface
  private interface Change {
    boolean on(List<Atom> nodes) throws InterruptedException;
  }

  private boolean change(Change change) throws InterruptedException {
    return await(() -> underLock(change));
  }

  private boolean await(Callable<Boolean> work) throws InterruptedException {
    var task = new FutureTask<>(work);
    tasks.add(task);
    if (!thread.isAlive()) {
      task.cancel(false);
    }
    try {
      return task.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  private boolean underLock(Change change) throws InterruptedException {
    var id = Tuple.of(GlobalLocks.GLOBAL, calls.caller());
    for (int attempt = 1; ; attempt++) {
      var nodes = known();
      var boss = List.of(Collections.max(nodes)); // who decides between several registrars
      if (calls.setLock(locks, id, boss)) {
        if (calls.setLock(locks, id, nodes)) {
          if (nodes.containsAll(known())) {
            try {
              return change.on(nodes);
            } finally {
              calls.deleteLock(id, nodes);
            }
          }
          calls.deleteLock(id, nodes);
        } else {
          calls.deleteLock(id, boss);
        }
      }
      pause(attempt);
    }
  }

  private List<Atom> known() throws InterruptedException {
    var nodes = new HashSet<Atom>();
    nodes.add(local.name());
    if (calls.multiCall(List.of(local.name()), GET_KNOWN).get(local.name())
        instanceof List<?> known) {
      known.forEach(node -> nodes.add((Atom) node));
    }
    return new ArrayList<>(nodes);
  }

  // ---- locks of processes

  @Override
  public boolean setLock(
      Pid holder, Object resource, Object requester, List<Atom> nodes, int retries)
      throws InterruptedException {
    var own = calls.of(holder);
    var id = Tuple.of(resource, requester);
    for (int attempt = 1; ; attempt++) {
      if (own.setLock(locks, id, nodes)) {
        return true;
      }
      if (attempt > retries) {
        return false;
      }
      pause(attempt);
    }
  }

  @Override
  public void deleteLock(Pid holder, Object resource, Object requester, List<Atom> nodes)
      throws InterruptedException {
    calls.of(holder).deleteLock(Tuple.of(resource, requester), nodes);
  }

  private static void pause(int attempt) throws InterruptedException {
    int longest = FIRST_PAUSE_MILLIS << Math.min(attempt - 1, DOUBLINGS);
    Thread.sleep(ThreadLocalRandom.current().nextInt(1, longest));
  }
}
