package dev.retort.node;

import java.io.Closeable;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.LinkedHashSet;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Callers who have not done yet what they called for. There is room for so many; where it is full,
 * one more takes the place of who has waited longest. So callers who say nothing, however many,
 * keep nobody out who says at once what it wants. Any thread.
 */
final class WaitingRoom<C extends Closeable> {
  private static final Logger LOG = System.getLogger(WaitingRoom.class.getName());

  private final int room;
  private final Complaints complaints;
  private final ReentrantLock lock = new ReentrantLock();

  /** Guarded by the lock; who has waited longest is the first. */
  private final LinkedHashSet<C> waiting = new LinkedHashSet<>();

  /**
   * @param room how many may wait, at least 1
   */
  WaitingRoom(int room, Complaints complaints) {
    this.room = room;
    this.complaints = complaints;
  }

  /** A caller comes; one who waits may have to go, whose connection is closed. */
  void enter(C caller) {
    C gone = null;
    lock.lock();
    try {
      waiting.add(caller);
      if (waiting.size() > room) {
        gone = waiting.removeFirst();
      }
    } finally {
      lock.unlock();
    }
    if (gone != null) {
      complaints.log(
          Level.WARNING, room + " callers wait to be heard; who has waited longest is sent away");
      close(gone);
    }
  }

  /** A caller needs no place any more; false if it has lost it. */
  boolean leave(C caller) {
    lock.lock();
    try {
      return waiting.remove(caller);
    } finally {
      lock.unlock();
    }
  }

  private static void close(Closeable connection) {
    try {
      connection.close();
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "closing a socket", e);
    }
  }
}
