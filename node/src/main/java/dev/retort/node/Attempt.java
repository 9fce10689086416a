package dev.retort.node;

import dev.retort.term.Atom;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/** A connection that is being made, by either side; it may have to give way to another one. */
final class Attempt {
  private volatile @Nullable Atom node;
  private volatile @Nullable SocketChannel channel;
  private volatile boolean aborted;
  private volatile Steps steps = new Steps();
  private volatile boolean reported;

  private final boolean ours;

  /** For a caller who has not said who it is yet. */
  Attempt() {
    this.ours = false;
  }

  /** For a node that we call. */
  Attempt(Atom node) {
    this.ours = true;
    this.node = node;
  }

  /** Whether we call; otherwise it is the other node. */
  boolean isOurs() {
    return ours;
  }

  void node(Atom node) {
    this.node = node;
  }

  /** Whom it is to connect with. */
  Atom node() {
    var node = this.node;
    if (node == null) {
      throw new IllegalStateException("the other node has not said its name yet");
    }
    return node;
  }

  boolean isNamed() {
    return node != null;
  }

  /** Tells {@code steps}, from now on, how far it comes; whoever reads them needs no log. */
  void report(Steps steps) {
    this.steps = steps;
    reported = true;
  }

  boolean isReported() {
    return reported;
  }

  /** How far it has come. */
  Steps steps() {
    return steps;
  }

  /** What the connection is made on; closed at once if the attempt has been aborted. */
  void channel(SocketChannel channel) throws IOException {
    this.channel = channel;
    if (aborted) {
      channel.close();
    }
  }

  boolean isAborted() {
    return aborted;
  }

  /** Ends it; whoever works on it meets a closed channel. Any thread. */
  void abort() {
    aborted = true;
    var channel = this.channel;
    if (channel != null) {
      try {
        channel.close();
      } catch (IOException e) {
        // it is useless either way
      }
    }
  }
}
