package dev.retort.interop;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A client's open connection to a broker, by AMQP 0-9-1: what a broker counts as one. */
final class AmqpConnection implements AutoCloseable {
  private static final int METHOD = 1;
  private static final int END = 0xCE;

  /** The class of methods that are about connections, and its methods. */
  private static final int CONNECTION = 10;

  private static final int START = 10;
  private static final int START_OK = 11;
  private static final int TUNE = 30;
  private static final int TUNE_OK = 31;
  private static final int OPEN = 40;
  private static final int OPEN_OK = 41;

  private final Socket socket;
  private final DataInputStream in;
  private final DataOutputStream out;

  /** Opens one as {@code guest}, who may come from this machine only. */
  AmqpConnection(int port) throws IOException {
    socket = new Socket(InetAddress.getLoopbackAddress(), port);
    in = new DataInputStream(socket.getInputStream());
    out = new DataOutputStream(socket.getOutputStream());
    out.write(new byte[] {'A', 'M', 'Q', 'P', 0, 0, 9, 1});

    expect(START);
    send(
        START_OK,
        arguments -> {
          arguments.writeInt(0); // no properties of the client
          writeShort(arguments, "PLAIN");
          var login = "\0guest\0guest".getBytes(StandardCharsets.US_ASCII);
          arguments.writeInt(login.length);
          arguments.write(login);
          writeShort(arguments, "en_US");
        });
    var limits = expect(TUNE);
    send(TUNE_OK, arguments -> arguments.write(limits));
    send(
        OPEN,
        arguments -> {
          writeShort(arguments, "/"); // the virtual host
          arguments.write(new byte[2]); // reserved
        });
    expect(OPEN_OK);
  }

  @FunctionalInterface
  private interface Arguments {
    void write(DataOutputStream to) throws IOException;
  }

  private static void writeShort(DataOutputStream to, String text) throws IOException {
    to.writeByte(text.length());
    to.write(text.getBytes(StandardCharsets.US_ASCII));
  }

  private void send(int method, Arguments arguments) throws IOException {
    var bytes = new ByteArrayOutputStream();
    var payload = new DataOutputStream(bytes);
    payload.writeShort(CONNECTION);
    payload.writeShort(method);
    arguments.write(payload);
    out.writeByte(METHOD);
    out.writeShort(0); // the channel of the connection itself
    out.writeInt(bytes.size());
    bytes.writeTo(out);
    out.writeByte(END);
    out.flush();
  }

  /** Reads the broker's next method, which must be this one, and gives its arguments. */
  private byte[] expect(int method) throws IOException {
    in.skipNBytes(3);
    var payload = in.readNBytes(in.readInt());
    in.skipNBytes(1);
    int got = payload[3];
    if (payload[1] != CONNECTION || got != method) {
      throw new IOException("expected method " + method + " of connections, got " + got);
    }
    return Arrays.copyOfRange(payload, 4, payload.length);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
