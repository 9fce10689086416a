package dev.retort.node;

import dev.retort.term.Atom;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Which nodes this one is connected with, or about to be: the table of Erlang's {@code net_kernel},
 * {@code sys_dist}. There is at most one connection with a node; when both sides call each other at
 * once, the one whose name is greater gives way.
 */
final class Connections {
  /** What becomes of a node that calls. */
  enum Verdict {
    /** Nobody else connects with it. */
    OK,
    /** We were calling it, and give that up for its call. */
    OK_SIMULTANEOUS,
    /** We are calling it, and it gives way. */
    NOK,
    /** We have a connection with it, which may be broken without our knowing. */
    UP,
    /** As UP, and another call asks the same already. */
    ALREADY
  }

  /** What is known of one node: its connection, or who is making one. */
  private static final class Entry {
    final CompletableFuture<Connection> result = new CompletableFuture<>();
    volatile Attempt attempt;
    volatile @Nullable Connection connection;

    /** A new call of a node that we believe connected. */
    @Nullable Attempt challenger;

    Entry(Attempt attempt) {
      this.attempt = attempt;
    }
  }

  private final Atom self;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<Atom, Entry> entries = new ConcurrentHashMap<>();

  /** Nodes without names of their own come under ever new ones: so many are remembered. */
  private static final int MAX_KNOWN = 10_000;

  /** Who has been connected, of those in living memory. */
  private final Set<Atom> known = ConcurrentHashMap.newKeySet();

  private boolean closed;

  Connections(Atom self) {
    this.self = self;
  }

  /** The connection with a node, if there is one now. */
  @Nullable Connection get(Atom node) {
    var entry = entries.get(node);
    return entry == null ? null : entry.connection;
  }

  /** All connections of this moment. */
  List<Connection> all() {
    var all = new ArrayList<Connection>();
    for (var entry : entries.values()) {
      var connection = entry.connection;
      if (connection != null) {
        all.add(connection);
      }
    }
    return all;
  }

  /** The nodes that there is or was a connection with. */
  Set<Atom> known() {
    var all = new HashSet<>(known);
    all().forEach(connection -> all.add(connection.node()));
    return all;
  }

  /** Makes a call; whoever wants the same connection in the meantime waits for this one. */
  @FunctionalInterface
  interface Caller {
    void call(Attempt attempt);
  }

  /**
   * The connection with a node, made if there is none.
   *
   * @param caller starts to make it, without waiting; it ends with {@link #up} or {@link #failed}
   * @throws IOException if it cannot be made, with the reason
   * @throws InterruptedException if the waiting process has been told to exit
   */
  Connection connect(Atom node, Caller caller) throws IOException, InterruptedException {
    Entry entry;
    boolean first = false;
    lock.lock();
    try {
      if (closed) {
        throw new IOException("this node is closed");
      }
      var known = entries.get(node);
      if (known != null && known.connection != null) {
        return known.connection;
      }
      if (known == null) {
        known = new Entry(new Attempt(node));
        entries.put(node, known);
        first = true;
      }
      entry = known;
    } finally {
      lock.unlock();
    }
    if (first) {
      caller.call(entry.attempt);
    }
    try {
      return entry.result.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException cause ? cause : new IOException(e);
    }
  }

  /** Another node calls, {@code accept_pending} of net_kernel. */
  Verdict acceptPending(Attempt attempt) {
    lock.lock();
    try {
      var node = attempt.node();
      if (closed) {
        return Verdict.ALREADY;
      }
      var entry = entries.get(node);
      if (entry == null) {
        entries.put(node, new Entry(attempt));
        return Verdict.OK;
      }
      if (entry.connection != null) {
        if (entry.challenger != null) {
          return Verdict.ALREADY;
        }
        entry.challenger = attempt;
        return Verdict.UP;
      }
      boolean simultaneous = entry.attempt.isOurs();
      if (simultaneous && self.compareTo(node) > 0) {
        return Verdict.NOK;
      }
      entry.attempt.abort(); // a node that calls anew has given up its last call
      entry.attempt = attempt;
      return simultaneous ? Verdict.OK_SIMULTANEOUS : Verdict.OK;
    } finally {
      lock.unlock();
    }
  }

  /** Whether the attempt is still the one that is to make the connection. */
  boolean isPending(Atom node, Attempt attempt) {
    lock.lock();
    try {
      var entry = entries.get(node);
      return entry != null && entry.attempt == attempt && entry.connection == null;
    } finally {
      lock.unlock();
    }
  }

  /**
   * The caller has proved who it is: if we believe an old connection alive, it ends now, and the
   * caller takes its place.
   */
  void replaceOld(Attempt attempt, long millis) throws IOException {
    Connection old;
    lock.lock();
    try {
      var entry = entries.get(attempt.node());
      if (entry == null || entry.challenger != attempt) {
        return;
      }
      old = entry.connection;
    } finally {
      lock.unlock();
    }
    if (old != null) {
      old.close("its node has made a new connection", NodeDownReason.DISCONNECTED);
      try {
        if (!old.awaitEnd(millis, TimeUnit.MILLISECONDS)) {
          throw new IOException("the old connection does not end");
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted", e);
      }
    }
  }

  /** The handshake is done. False if the attempt has had to give way in the meantime. */
  boolean up(Attempt attempt, Connection connection) {
    lock.lock();
    try {
      var entry = entries.get(attempt.node());
      if (closed || entry == null || entry.attempt != attempt || entry.connection != null) {
        return false;
      }
      entry.connection = connection;
      if (known.size() >= MAX_KNOWN) {
        known.clear();
      }
      known.add(connection.node());
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Lets those who waited for the connection use it. */
  void announce(Connection connection) {
    var entry = entries.get(connection.node());
    if (entry != null && entry.connection == connection) {
      entry.result.complete(connection);
    }
  }

  /** The attempt has failed; those who wait for it get the reason. */
  void failed(Attempt attempt, IOException reason) {
    lock.lock();
    try {
      var entry = entries.get(attempt.node());
      if (entry == null) {
        return;
      }
      if (entry.challenger == attempt) {
        entry.challenger = null;
      } else if (entry.attempt == attempt && entry.connection == null) {
        entries.remove(attempt.node());
        entry.result.completeExceptionally(reason);
      }
    } finally {
      lock.unlock();
    }
  }

  /** The other side calls us at this moment: waits whether its call replaces ours. */
  void awaitReplacement(Attempt attempt, long millis) {
    var entry = entries.get(attempt.node());
    if (entry == null || entry.attempt != attempt) {
      return;
    }
    try {
      entry.result.get(millis, TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException e) {
      failed(attempt, new IOException("its own call, for which ours gave way, did not come"));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The connection has ended; a node that has called again gets its place. */
  void down(Connection connection) {
    lock.lock();
    try {
      var entry = entries.get(connection.node());
      if (entry == null || entry.connection != connection) {
        return;
      }
      if (entry.challenger != null) {
        entries.put(connection.node(), new Entry(entry.challenger));
      } else {
        entries.remove(connection.node());
      }
      entry.result.completeExceptionally(new IOException("the connection has ended"));
    } finally {
      lock.unlock();
    }
  }

  /**
   * No new connections from now on; attempts are aborted, connections are the caller's to close.
   */
  void close() {
    lock.lock();
    try {
      closed = true;
      for (var entry : entries.values()) {
        if (entry.connection == null) {
          entry.attempt.abort();
        }
        if (entry.challenger != null) {
          entry.challenger.abort();
        }
      }
    } finally {
      lock.unlock();
    }
  }
}
