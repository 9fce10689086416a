package dev.retort.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.retort.etf.Encoder;
import dev.retort.term.Atom;
import dev.retort.term.Pid;
import dev.retort.term.Tuple;
import java.io.Closeable;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A peer whose handshake is done, and which then says whatever a test wants. */
final class Pretender implements Closeable {
  private final Socket socket;
  private final Atom name;

  Pretender(Socket socket, Atom name) {
    this.socket = socket;
    this.name = name;
  }

  Socket socket() {
    return socket;
  }

  Atom name() {
    return name;
  }

  /** One of its processes. */
  Pid pid() {
    return Pid.of(name, 1, 0, 1);
  }

  /** A message to whoever has this name on the node. */
  void sendTo(String registered, Object message) {
    send(Tuple.of(6L, pid(), Atom.of(""), Atom.of(registered)), message);
  }

  /** The same, with the bytes of a term, without its version. */
  void sendTo(String registered, byte[] message) {
    send(Tuple.of(6L, pid(), Atom.of(""), Atom.of(registered)), out -> out.bytes(message));
  }

  void send(Tuple control) {
    send(control, out -> {});
  }

  void send(Tuple control, Object payload) {
    send(control, out -> out.write(payload));
  }

  private void send(Tuple control, Consumer<Encoder> payload) {
    frame(
        out -> {
          out.write(control);
          payload.accept(out);
        });
  }

  /** What follows a header without atoms. */
  void frame(Consumer<Encoder> content) {
    frame(Frames.DIST_HEADER, null, content);
  }

  /**
   * A fragment.
   *
   * @param id its number, which counts down to 1
   */
  void fragment(boolean first, long sequence, long id, Consumer<Encoder> content) {
    var numbers = ByteBuffer.allocate(16).putLong(sequence).putLong(id).array();
    frame(first ? Frames.DIST_FRAG_HEADER : Frames.DIST_FRAG_CONT, numbers, content);
  }

  private void frame(int kind, byte @Nullable [] numbers, Consumer<Encoder> content) {
    var out = new Encoder();
    out.u8(Frames.VERSION);
    out.u8(kind);
    if (numbers != null) {
      out.bytes(numbers);
    }
    if (kind != Frames.DIST_FRAG_CONT) {
      out.u8(0); // no atoms of a cache
    }
    content.accept(out);
    frame(out.toByteArray());
  }

  void frame(byte[] frame) {
    raw(ByteBuffer.allocate(4 + frame.length).putInt(frame.length).put(frame).array());
  }

  /** Says that it lives, until the connection ends. */
  Pretender ticking(Duration every) {
    Thread.ofVirtual()
        .name("ticks of " + name)
        .start(
            () -> {
              while (!socket.isClosed()) {
                raw(new byte[4]);
                LockSupport.parkNanos(every.toNanos());
              }
            });
    return this;
  }

  /** Bytes as they are; none where the node has closed the connection already. */
  synchronized void raw(byte[] bytes) {
    try {
      socket.getOutputStream().write(bytes);
    } catch (SocketException e) {
      // what it thought of what came before
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Reads what comes, until the node closes the connection. */
  void assertEnds() {
    try {
      assertThat(socket.getInputStream().readAllBytes()).hasSizeLessThan(100_000);
    } catch (SocketException e) {
      assertThat(e).hasMessageContaining("reset");
    } catch (IOException e) {
      throw new AssertionError("the node does not close the connection", e);
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
