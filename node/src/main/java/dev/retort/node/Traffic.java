package dev.retort.node;

import java.util.concurrent.atomic.LongAdder;

/** The bytes that all connections of a node have carried, ended ones included. Any thread. */
final class Traffic {
  private final LongAdder received = new LongAdder();
  private final LongAdder sent = new LongAdder();

  void received(long bytes) {
    received.add(bytes);
  }

  void sent(long bytes) {
    sent.add(bytes);
  }

  long received() {
    return received.sum();
  }

  long sent() {
    return sent.sum();
  }
}
