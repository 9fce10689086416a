package dev.retort.node;

import dev.retort.term.Atom;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;

/**
 * Who waits in {@code global:sync} until this node and others have the same names: OTP's syncers.
 * Told by the process global_name_server, which alone knows when that is so.
 */
final class GlobalSyncs {
  private final Consumer<Sync> server;

  /** Of threads that wait. */
  private final Set<CountDownLatch> waiting = ConcurrentHashMap.newKeySet();

  /** Not done; the process's own. */
  private final List<Sync> open = new ArrayList<>();

  /**
   * One call of {@code sync}.
   *
   * @param nodes those that are waited for
   * @param done runs when there are none any more
   */
  record Sync(Set<Atom> nodes, Runnable done) {}

  /**
   * @param server gives the process a call
   */
  GlobalSyncs(Consumer<Sync> server) {
    this.server = server;
  }

  /** Waits; any thread but the process's. */
  void await(List<Atom> nodes) throws InterruptedException {
    var done = new CountDownLatch(1);
    waiting.add(done);
    try {
      server.accept(new Sync(new HashSet<>(nodes), done::countDown));
      done.await();
    } finally {
      waiting.remove(done);
    }
  }

  /** A call that is to be done with these nodes, of which there may be none. */
  void add(Sync sync) {
    if (sync.nodes.isEmpty()) {
      sync.done.run();
    } else {
      open.add(sync);
    }
  }

  /** A node has our names, or will not have them. */
  void settled(Atom node) {
    open.removeIf(
        sync -> {
          boolean last = sync.nodes.remove(node) && sync.nodes.isEmpty();
          if (last) {
            sync.done.run();
          }
          return last;
        });
  }

  /** The node is closed. */
  void close() {
    waiting.forEach(CountDownLatch::countDown);
  }
}
