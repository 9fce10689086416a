package dev.retort.node;

import dev.retort.NodeCheck;
import java.util.ArrayList;
import java.util.List;

/**
 * How far the making of a connection has come. Any thread: an attempt that gives way to a call of
 * the other node goes on for a moment while who waits for it has the connection already.
 */
final class Steps {
  private final List<NodeCheck.Step> taken = new ArrayList<>();
  private Stage stage = Stage.HANDSHAKE; // of an attempt that others made
  private boolean failed;

  Steps() {}

  private Steps(Steps other) {
    taken.addAll(other.taken);
    stage = other.stage;
  }

  /** One that starts where this one is. */
  synchronized Steps copy() {
    return new Steps(this);
  }

  /** Goes on as {@code other}, a copy, has gone on. */
  void follow(Steps other) {
    var ahead = other.copy();
    synchronized (this) {
      taken.clear();
      taken.addAll(ahead.taken);
      stage = ahead.stage;
    }
  }

  synchronized void at(Stage next) {
    stage = next;
  }

  synchronized Stage stage() {
    return stage;
  }

  synchronized void passed(String finding) {
    taken.add(stage.passed(finding));
  }

  /** The stage that it has come to has failed; later words of the same failure say less. */
  synchronized void failed(String finding) {
    if (!failed) {
      failed = true;
      taken.add(stage.failed(finding));
    }
  }

  /** There is a connection; perhaps by another attempt, or because the other node has called. */
  synchronized void connected() {
    if (taken.isEmpty()
        || !taken.getLast().equals(Stage.COOKIE.passed(taken.getLast().finding()))) {
      stage = Stage.HANDSHAKE;
      passed("another attempt of this moment, or a call of the other node, has connected them");
    }
  }

  synchronized void connectedBefore() {
    stage = Stage.HANDSHAKE;
    passed("there is a connection with it already");
  }

  synchronized List<NodeCheck.Step> all() {
    return List.copyOf(taken);
  }
}
