package dev.retort.spi;

import dev.retort.term.Atom;
import dev.retort.term.Pid;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The names and locks of {@code global}, as one node sees them. Names, resources and requesters are
 * terms. Any thread may call it; what changes something blocks until all nodes know it.
 */
public interface GlobalRegistry {
  /** The process that has the name, alive as far as this node knows; null if there is none. */
  @Nullable Pid whereis(Object name);

  /** All names. */
  List<Object> names();

  /**
   * Gives {@code pid} the name on all nodes.
   *
   * @param method the function that decides when two clusters meet in which it is used
   * @param replace whether to take it from another process
   * @return false if the name is taken, or the process has another one
   */
  boolean register(Object name, Pid pid, Object method, boolean replace)
      throws InterruptedException;

  /** Takes the name back on all nodes. */
  void unregister(Object name) throws InterruptedException;

  /** Waits until this node and these have the same names, or those that have not are lost. */
  void sync(List<Atom> nodes) throws InterruptedException;

  /**
   * Sets a lock on all of the nodes or on none.
   *
   * @param holder whose end takes the lock back
   * @param requester who has it: several processes may have it together
   * @param retries how often to try again where another requester has it
   */
  boolean setLock(Pid holder, Object resource, Object requester, List<Atom> nodes, int retries)
      throws InterruptedException;

  /** Takes a lock back; nothing happens where {@code holder} does not have it. */
  void deleteLock(Pid holder, Object resource, Object requester, List<Atom> nodes)
      throws InterruptedException;
}
