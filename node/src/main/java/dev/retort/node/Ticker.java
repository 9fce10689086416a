package dev.retort.node;

import java.time.Duration;
import java.util.IdentityHashMap;
import java.util.concurrent.locks.LockSupport;

/**
 * Finds connections whose other side is gone without a word. Every quarter of {@code net_ticktime}
 * a connection on which nothing was sent gets a tick; one on which nothing has come for four
 * quarters is closed. So a silent node is missed after one to one and a quarter of that time. So is
 * one that is not silent, but has read nothing of what waits for it in that time: whoever sends to
 * it would wait for ever.
 *
 * <p>A platform thread of its own: that processes compute must not make this node look dead.
 */
final class Ticker implements Runnable {
  private static final int QUARTERS = 4;

  private final Connections connections;
  private final Duration tickTime;
  private final Thread thread;
  private IdentityHashMap<Connection, Seen> seen = new IdentityHashMap<>();
  private volatile boolean closed;

  /** What a connection had done at the last look. */
  private record Seen(long received, long written, int silent, int deaf) {}

  Ticker(Connections connections, Duration tickTime) {
    this.connections = connections;
    this.tickTime = tickTime;
    this.thread = Thread.ofPlatform().daemon().name("net ticker").unstarted(this);
  }

  void start() {
    thread.start();
  }

  @Override
  public void run() {
    long quarter = tickTime.toNanos() / QUARTERS;
    long next = System.nanoTime() + quarter;
    while (!closed) {
      long left = next - System.nanoTime();
      if (left > 0) {
        LockSupport.parkNanos(this, left);
        continue;
      }
      next += quarter;
      look();
    }
  }

  private void look() {
    var now = new IdentityHashMap<Connection, Seen>();
    for (var connection : connections.all()) {
      var before = seen.getOrDefault(connection, new Seen(-1, -1, 0, 0));
      long received = connection.received();
      long written = connection.written();
      int silent = received == before.received ? before.silent + 1 : 0;
      if (silent >= QUARTERS) {
        connection.fail(
            "it has not been heard of for " + seconds(tickTime) + " (net_ticktime)",
            NodeDownReason.NET_TICK_TIMEOUT);
        continue;
      }
      int deaf = 0;
      if (written == before.written) {
        if (connection.isPending()) {
          deaf = before.deaf + 1;
        } else {
          connection.tick();
        }
      }
      if (deaf >= QUARTERS) {
        connection.fail("it has read nothing for " + seconds(tickTime) + " (net_ticktime)");
        continue;
      }
      now.put(connection, new Seen(received, written, silent, deaf));
    }
    seen = now;
  }

  private static String seconds(Duration time) {
    return time.toMillis() % 1000 == 0 ? time.toSeconds() + " s" : time.toMillis() + " ms";
  }

  void close() {
    closed = true;
    LockSupport.unpark(thread);
  }
}
