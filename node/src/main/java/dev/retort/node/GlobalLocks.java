package dev.retort.node;

import dev.retort.Kernel;
import dev.retort.term.Atom;
import dev.retort.term.Pid;
import dev.retort.term.Ref;
import dev.retort.term.Tuple;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The locks of {@code global:set_lock}, as far as this node has to remember them. A lock is set on
 * many nodes, by one requester, which may be several processes; it goes with the last of them.
 *
 * <p>Changed by the process global_name_server only; whether a lock can be set may be asked by any
 * thread.
 */
final class GlobalLocks {
  /** The lock under which names are registered and nodes are brought together. */
  static final Atom GLOBAL = Atom.of("global");

  private final Map<Object, Lock> locks = new ConcurrentHashMap<>();

  /** Whether the holder of the lock on names was lost with it, so that its work does not count. */
  private boolean globalLockDown;

  /** Who has a lock: the requester, and the processes with their monitors. */
  private record Lock(Object requester, Map<Pid, Ref> holders) {}

  /**
   * Whether this requester could have the lock.
   *
   * @param id {@code {ResourceId, LockRequesterId}}
   */
  boolean canSet(Tuple id) {
    var lock = locks.get(id.get(0));
    return lock == null || lock.requester.equals(id.get(1));
  }

  boolean isGlobalSet() {
    return locks.containsKey(GLOBAL);
  }

  /** Sets the lock; whether that was possible. */
  boolean set(Tuple id, Pid holder) {
    if (!canSet(id)) {
      return false;
    }
    locks
        .computeIfAbsent(id.get(0), resource -> new Lock(id.get(1), new LinkedHashMap<>()))
        .holders
        .computeIfAbsent(holder, Kernel::monitor);
    return true;
  }

  /** Takes the lock back from one of its holders. */
  void delete(Tuple id, Pid holder) {
    var lock = locks.get(id.get(0));
    if (lock != null && lock.requester.equals(id.get(1))) {
      var monitor = lock.holders.remove(holder);
      if (monitor != null) {
        Kernel.demonitor(monitor);
        removeIfFree(id.get(0), lock, false);
      }
    }
  }

  /** A holder has ended. */
  void down(Ref monitor) {
    locks.forEach(
        (resource, lock) -> {
          if (lock.holders.values().remove(monitor)) {
            removeIfFree(resource, lock, true);
          }
        });
  }

  private void removeIfFree(Object resource, Lock lock, boolean down) {
    if (lock.holders.isEmpty()) {
      locks.remove(resource);
      if (resource.equals(GLOBAL)) {
        globalLockDown = down;
      }
    }
  }

  /** Whether a name that this process has registered under its lock counts. */
  boolean isStillHeldBy(Pid process) {
    var lock = locks.get(GLOBAL);
    return lock == null ? !globalLockDown : lock.holders.containsKey(process);
  }

  /**
   * Whether names that two nodes have exchanged under their lock count.
   *
   * @param lockId {@code {global, LockRequesterId}}; null where the other node did not say it
   */
  boolean isStillHeldUnder(@Nullable Tuple lockId) {
    var lock = locks.get(GLOBAL);
    return lock == null
        ? !globalLockDown
        : lockId != null && lockId.size() == 2 && lock.requester.equals(lockId.get(1));
  }
}
