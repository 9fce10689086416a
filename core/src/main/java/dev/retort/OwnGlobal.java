package dev.retort;

import dev.retort.spi.GlobalRegistry;
import dev.retort.term.Atom;
import dev.retort.term.Pid;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The global names and locks of a node without a name, which is alone. What ended processes had is
 * gone when somebody looks.
 */
final class OwnGlobal implements GlobalRegistry {
  private static final long RETRY_MILLIS = 20;

  // Both guarded by this.
  private final Map<Object, Pid> names = new HashMap<>();
  private final Map<Object, Lock> locks = new HashMap<>();

  private record Lock(Object requester, Set<Pid> holders) {}

  @Override
  public synchronized @Nullable Pid whereis(Object name) {
    var pid = names.get(name);
    return pid == null || LocalPid.ended(pid) ? null : pid;
  }

  @Override
  public synchronized List<Object> names() {
    names.values().removeIf(LocalPid::ended);
    return List.copyOf(names.keySet());
  }

  @Override
  public synchronized boolean register(Object name, Pid pid, Object method, boolean replace) {
    names.values().removeIf(LocalPid::ended);
    if (!replace && (names.containsKey(name) || names.containsValue(pid))) {
      return false;
    }
    names.put(name, pid);
    return true;
  }

  @Override
  public synchronized void unregister(Object name) {
    names.remove(name);
  }

  @Override
  public void sync(List<Atom> nodes) {
    // there is nobody to wait for
  }

  @Override
  public boolean setLock(
      Pid holder, Object resource, Object requester, List<Atom> nodes, int retries)
      throws InterruptedException {
    for (int left = retries; !setLock(holder, resource, requester); left--) {
      if (left <= 0) {
        return false;
      }
      Thread.sleep(RETRY_MILLIS);
    }
    return true;
  }

  private synchronized boolean setLock(Pid holder, Object resource, Object requester) {
    var lock = locks.get(resource);
    if (lock != null) {
      lock.holders.removeIf(LocalPid::ended);
    }
    if (lock == null || lock.holders.isEmpty()) {
      lock = new Lock(requester, new HashSet<>());
      locks.put(resource, lock);
    }
    if (!lock.requester.equals(requester)) {
      return false;
    }
    lock.holders.add(holder);
    return true;
  }

  @Override
  public synchronized void deleteLock(
      Pid holder, Object resource, Object requester, List<Atom> nodes) {
    var lock = locks.get(resource);
    if (lock != null && lock.requester.equals(requester)) {
      lock.holders.remove(holder);
      if (lock.holders.isEmpty()) {
        locks.remove(resource);
      }
    }
  }
}
