package dev.retort;

import dev.retort.term.Atom;
import dev.retort.term.Dest;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Messages of timers to processes of other nodes. The way to a node may be blocked for long, while
 * a connection is made or is too busy: so each node has a queue, and a virtual thread of its own
 * while something is in it.
 */
final class Outbox {
  private static final System.Logger LOG = System.getLogger(Outbox.class.getName());

  private record Parcel(Dest to, Object message) {}

  private final BiConsumer<Dest, Object> way;

  /** Guarded by this; a node has a queue while it has a thread. */
  private final Map<Atom, Queue<Parcel>> queues = new HashMap<>();

  /**
   * @param way sends a message to another node; may block
   */
  Outbox(BiConsumer<Dest, Object> way) {
    this.way = way;
  }

  /** Sends a message to a process of {@code node} after those that are to go there already. */
  synchronized void send(Atom node, Dest to, Object message) {
    var parcel = new Parcel(to, message);
    var queue = queues.get(node);
    if (queue == null) {
      queue = new ArrayDeque<>();
      Thread.ofVirtual().name("retort-outbox").start(() -> empty(node));
      queues.put(node, queue);
    }
    queue.add(parcel);
  }

  private void empty(Atom node) {
    for (Parcel parcel; (parcel = next(node)) != null; ) {
      try {
        way.accept(parcel.to, parcel.message);
      } catch (RuntimeException e) { // a message that is no term
        LOG.log(Level.ERROR, "a timer's message to " + parcel.to + " could not be sent", e);
      }
    }
  }

  private synchronized @Nullable Parcel next(Atom node) {
    var queue = queues.get(node);
    var parcel = queue == null ? null : queue.poll();
    if (parcel == null) {
      queues.remove(node);
    }
    return parcel;
  }
}
