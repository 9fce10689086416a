package dev.retort.node;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The port mapper that runs on every machine with Erlang nodes and knows at which port each of them
 * listens: its requests, as a client makes them.
 *
 * @param port the port it listens on, on every machine of the cluster
 * @param timeoutMillis how long it may take to answer
 */
record Epmd(int port, int timeoutMillis) {
  static final int DEFAULT_PORT = 4369;

  static final byte NAMES_REQ = 'n';
  static final byte DUMP_REQ = 'd';
  static final byte ALIVE2_REQ = 'x';
  static final byte PORT_PLEASE2_REQ = 'z';
  static final byte ALIVE2_X_RESP = 'v';
  static final byte ALIVE2_RESP = 'y';
  static final byte PORT2_RESP = 'w';

  static final byte TYPE_NORMAL = 'M';
  static final byte TYPE_HIDDEN = 'H';

  /** The version of the distribution protocol since OTP 23. */
  static final int DIST_VERSION = 6;

  private static final int TIMEOUT_MILLIS = 5000;
  private static final int MAX_NAMES_RESPONSE = 1 << 20;

  Epmd(int port) {
    this(port, TIMEOUT_MILLIS);
  }

  /** Where a node listens. */
  record Listening(String name, int port) {}

  /** The epmd of this JVM's environment: {@code ERL_EPMD_PORT}, else 4369. */
  static Epmd ofEnvironment() throws IOException {
    var port = System.getenv("ERL_EPMD_PORT");
    if (port == null || port.isBlank()) {
      return new Epmd(DEFAULT_PORT);
    }
    try {
      int number = Integer.parseInt(port.strip());
      if (number > 0 && number <= 0xffff) {
        return new Epmd(number);
      }
    } catch (NumberFormatException e) {
      // said below
    }
    throw new IOException("ERL_EPMD_PORT is \"" + port + "\", a port from 1 to 65535 is expected");
  }

  /**
   * Registers a node with the epmd of this machine, for as long as the socket of the result is
   * open.
   *
   * @throws java.net.ConnectException if none runs
   */
  Alive register(String name, int nodePort, boolean hidden) throws IOException {
    var socket = connect(InetAddress.getLoopbackAddress());
    try {
      var nameBytes = name.getBytes(StandardCharsets.UTF_8);
      var request = ByteBuffer.allocate(2 + 13 + nameBytes.length);
      request.putShort((short) (13 + nameBytes.length));
      request.put(ALIVE2_REQ).putShort((short) nodePort);
      request.put(hidden ? TYPE_HIDDEN : TYPE_NORMAL);
      request.put((byte) 0); // TCP over IPv4
      request.putShort((short) DIST_VERSION).putShort((short) DIST_VERSION);
      request.putShort((short) nameBytes.length).put(nameBytes);
      request.putShort((short) 0); // no extra
      socket.getOutputStream().write(request.array());
      var in = new DataInputStream(socket.getInputStream());
      byte tag = in.readByte();
      int result = in.readUnsignedByte();
      if (tag != ALIVE2_X_RESP && tag != ALIVE2_RESP) {
        throw new IOException(
            "port " + port + " of this machine is not an epmd: it answers " + tag);
      }
      if (result != 0) {
        throw new NameInUseException(name);
      }
      int creation = tag == ALIVE2_X_RESP ? in.readInt() : in.readUnsignedShort();
      socket.setSoTimeout(0);
      return new Alive(socket, creation);
    } catch (EOFException e) {
      socket.close();
      throw new IOException(
          "epmd (port " + port + " of this machine) closed the connection without an answer", e);
    } catch (IOException | RuntimeException e) {
      socket.close();
      throw e;
    }
  }

  /** A registration; it ends when the socket is closed by either side. */
  record Alive(Socket socket, int creation) {}

  /** The name is taken by a running node. */
  static final class NameInUseException extends IOException {
    private static final long serialVersionUID = 1;

    NameInUseException(String name) {
      super("the node name \"" + name + "\" is in use on this machine: choose another one");
    }
  }

  /**
   * The port that a node listens on; null if the epmd there does not know it.
   *
   * @throws IOException with one sentence for the user if no epmd answers
   */
  @Nullable Integer lookUp(InetAddress host, String name) throws IOException {
    var where = "port " + port + " of " + host.getHostAddress();
    byte tag;
    boolean connected = false;
    try (var socket = connect(host)) {
      connected = true;
      var nameBytes = name.getBytes(StandardCharsets.UTF_8);
      var request = ByteBuffer.allocate(3 + nameBytes.length);
      request.putShort((short) (1 + nameBytes.length)).put(PORT_PLEASE2_REQ).put(nameBytes);
      socket.getOutputStream().write(request.array());
      var in = new DataInputStream(socket.getInputStream());
      tag = in.readByte();
      if (tag == PORT2_RESP) {
        return in.readUnsignedByte() == 0 ? in.readUnsignedShort() : null;
      }
    } catch (EOFException | SocketException e) {
      if (!connected) { // also where there is no route to it
        throw Unreachable.because(
            e,
            where,
            "no epmd answers on "
                + where
                + ": no node runs there, or none with an epmd (where is it? --peer-port PORT)");
      }
      throw new IOException(
          "epmd on "
              + where
              + " hangs up: it serves its own machine only, unless ERL_EPMD_ADDRESS is set there or"
              + " its node has an --interface",
          e);
    } catch (IOException e) {
      throw Unreachable.because(e, where, where);
    }
    throw new IOException("on " + where + " is no epmd, or a broken one: it answers " + tag);
  }

  /** All nodes of a machine: {@code net_adm:names/1}. */
  List<Listening> names(InetAddress host) throws IOException {
    try (var socket = connect(host)) {
      OutputStream out = socket.getOutputStream();
      out.write(new byte[] {0, 1, NAMES_REQ});
      var in = new DataInputStream(socket.getInputStream());
      in.readInt(); // its port
      var text = new String(in.readNBytes(MAX_NAMES_RESPONSE), StandardCharsets.UTF_8);
      var names = new ArrayList<Listening>();
      for (var line : text.split("\n")) {
        // name NAME at port PORT
        var words = line.split(" ");
        if (words.length == 5 && words[0].equals("name") && words[4].matches("\\d{1,5}")) {
          names.add(new Listening(words[1], Integer.parseInt(words[4])));
        }
      }
      return names;
    }
  }

  private Socket connect(InetAddress host) throws IOException {
    var socket = new Socket();
    try {
      socket.connect(new InetSocketAddress(Objects.requireNonNull(host), port), timeoutMillis);
      socket.setSoTimeout(timeoutMillis);
      socket.setTcpNoDelay(true);
      return socket;
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }
}
