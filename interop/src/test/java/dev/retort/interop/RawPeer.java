package dev.retort.interop;

import dev.retort.etf.Etf;
import dev.retort.term.Atom;
import dev.retort.term.Pid;
import dev.retort.term.Tuple;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.zip.Deflater;

/**
 * A hidden node without any code of ours: it makes the handshake of OTP 25 to 29 with a node of
 * this machine, and then says what a test wants, in frames without a header of atoms.
 */
final class RawPeer implements AutoCloseable {
  /** What OTP 25 and later demand. */
  private static final long FLAGS = 0x14_0307_0F94L;

  private static final int CREATION = 77;
  private static final int OUR_CHALLENGE = 5;
  private static final int CHALLENGE_AT = 9;
  private static final byte PASS_THROUGH = 112;
  private static final byte COMPRESSED = 80;
  private static final int PATIENCE_MILLIS = 20_000;

  private final Socket socket;
  private final DataInputStream in;
  private final DataOutputStream out;
  private final Atom name;

  /** Connects. */
  RawPeer(int port, String name, String cookie) throws IOException {
    this.name = Atom.of(name);
    socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(PATIENCE_MILLIS);
    in = new DataInputStream(socket.getInputStream());
    out = new DataOutputStream(socket.getOutputStream());
    var own = name.getBytes(StandardCharsets.UTF_8);
    write(
        ByteBuffer.allocate(15 + own.length)
            .put((byte) 'N')
            .putLong(FLAGS)
            .putInt(CREATION)
            .putShort((short) own.length)
            .put(own)
            .array());
    read(); // its status
    int challenge = ByteBuffer.wrap(read()).getInt(CHALLENGE_AT);
    write(
        ByteBuffer.allocate(21)
            .put((byte) 'r')
            .putInt(OUR_CHALLENGE)
            .put(digest(cookie + Integer.toUnsignedString(challenge)))
            .array());
    read(); // its own digest
  }

  private static byte[] digest(String text) {
    try {
      return MessageDigest.getInstance("MD5").digest(text.getBytes(StandardCharsets.ISO_8859_1));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  private void write(byte[] packet) throws IOException {
    out.writeShort(packet.length);
    out.write(packet);
  }

  private byte[] read() throws IOException {
    var packet = new byte[in.readUnsignedShort()];
    in.readFully(packet);
    return packet;
  }

  /** The control message of one to whoever has this name. */
  byte[] to(String registered) {
    var pid = Pid.of(name, 1, 0, CREATION);
    return Etf.encode(Tuple.of(6L, pid, Atom.of(""), Atom.of(registered)));
  }

  /** Sends a frame of a control message and a message, each with its version. */
  void send(byte[] control, byte[] message) throws IOException {
    out.writeInt(1 + control.length + message.length);
    out.write(PASS_THROUGH);
    out.write(control);
    out.write(message);
  }

  /** The same term, compressed. */
  static byte[] compressed(byte[] term) {
    var plain = Arrays.copyOfRange(term, 1, term.length);
    var bytes = new ByteArrayOutputStream();
    bytes.write(term[0]);
    bytes.write(COMPRESSED);
    bytes.writeBytes(ByteBuffer.allocate(4).putInt(plain.length).array());
    var deflater = new Deflater();
    deflater.setInput(plain);
    deflater.finish();
    var buffer = new byte[1 << 10];
    while (!deflater.finished()) {
      bytes.write(buffer, 0, deflater.deflate(buffer));
    }
    deflater.end();
    return bytes.toByteArray();
  }

  /** Waits until the other side has closed the connection. */
  void awaitClosed() throws IOException {
    try {
      while (in.read() >= 0) {
        // ticks
      }
    } catch (SocketException e) {
      // reset, with something of ours unread
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
