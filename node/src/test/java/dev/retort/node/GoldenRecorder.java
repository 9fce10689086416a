package dev.retort.node;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Writes down what two Erlang nodes say to each other, for {@code GoldenBytesTest}: {@code
 * GoldenRecorder FILE ERL...}, where {@code ERL...} is the command that starts Erlang, such as
 * {@code erl} or {@code chroot /a/folder erl}.
 *
 * <p>Node {@code b} has the host 127.0.0.3 in its name and listens on 127.0.0.4; between the two
 * this program listens, and passes everything on. Node {@code a} holds the conversation of {@code
 * golden/conversation.erl}; then a node without a name asks {@code b} for one.
 */
final class GoldenRecorder implements AutoCloseable {
  static final String COOKIE = "golden";

  private static final long PATIENCE_SECONDS = 60;

  private final List<String> erl;
  private final ServerSocket between;
  private final List<String> lines = new ArrayList<>();
  private final List<Process> started = new ArrayList<>();

  private GoldenRecorder(List<String> erl) throws IOException {
    this.erl = erl;
    this.between = new ServerSocket(0, 10, InetAddress.ofLiteral("127.0.0.3"));
    Thread.ofVirtual().start(this::listen);
  }

  /**
   * Records.
   *
   * @param args the file to be written, and the command that starts Erlang
   */
  public static void main(String[] args) throws Exception {
    if (args.length < 2) {
      System.err.println("expected: FILE ERL..., such as otp-25.txt erl");
      System.exit(1);
    }
    try (var recorder = new GoldenRecorder(List.of(args).subList(1, args.length))) {
      Files.writeString(Path.of(args[0]), recorder.record(), StandardCharsets.US_ASCII);
    }
  }

  private String record() throws Exception {
    var version =
        run(
            "-noshell",
            "-eval",
            "io:format(\"~s, erts ~s\", [erlang:system_info(otp_release),"
                + " erlang:system_info(version)]), halt().");
    var b = node("b@127.0.0.3", "{127,0,0,4}", "-eval", "io:format(\"up~n\").");
    var reader = b.inputReader();
    if (!"up".equals(reader.readLine())) {
      throw new IOException("node b does not start");
    }
    var conversation = new String(resource("conversation.erl"), StandardCharsets.UTF_8);
    session("named", node("a@127.0.0.2", "{127,0,0,2}", "-eval", conversation));
    session(
        "nameless",
        node(
            "undefined@127.0.0.2",
            "{127,0,0,2}",
            "-eval",
            "true = net_kernel:connect_node('b@127.0.0.3'), pong = net_adm:ping('b@127.0.0.3'),"
                + " halt(0)."));
    b.destroy();
    return "# Erlang/OTP "
        + version
        + ": what two nodes say to each other, as GoldenRecorder has seen it.\n"
        + "# > is from the node that connects, < from the other. {07*500} is 500 times 07.\n"
        + String.join("\n", lines)
        + "\n";
  }

  private void session(String name, Process node) throws Exception {
    synchronized (lines) {
      lines.add("session " + name);
    }
    if (!node.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) || node.exitValue() != 0) {
      throw new IOException(
          "the "
              + name
              + " node ends with "
              + new String(node.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  private Process node(String name, String address, String... more) throws IOException {
    var arguments = new ArrayList<String>();
    arguments.addAll(List.of("-noinput", "-name", name, "-setcookie", COOKIE));
    arguments.addAll(List.of("-start_epmd", "false"));
    arguments.addAll(List.of("-erl_epmd_port", Integer.toString(between.getLocalPort())));
    arguments.addAll(List.of("-kernel", "inet_dist_use_interface", address));
    arguments.addAll(List.of(more));
    return start(arguments);
  }

  private Process start(List<String> arguments) throws IOException {
    var command = new ArrayList<>(erl);
    command.addAll(arguments);
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("ERL_CRASH_DUMP_BYTES", "0");
    var process = builder.start();
    started.add(process);
    return process;
  }

  private String run(String... arguments) throws Exception {
    var process = start(List.of(arguments));
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  static byte[] resource(String name) throws IOException {
    try (var in = GoldenRecorder.class.getResourceAsStream("/golden/" + name)) {
      if (in == null) {
        throw new IOException("no resource golden/" + name);
      }
      return in.readAllBytes();
    }
  }

  // ---- between the nodes

  private void listen() {
    while (!between.isClosed()) {
      try {
        var from = between.accept();
        var to = new Socket(InetAddress.ofLiteral("127.0.0.4"), between.getLocalPort());
        Thread.ofVirtual().start(() -> pass(from, to, '>', 'r'));
        Thread.ofVirtual().start(() -> pass(to, from, '<', 'a'));
      } catch (IOException e) {
        return; // closed
      }
    }
  }

  /**
   * @param last the tag of the last message of the handshake in this direction
   */
  private void pass(Socket from, Socket to, char direction, char last) {
    try (from;
        to) {
      var in = new DataInputStream(from.getInputStream());
      var out = to.getOutputStream();
      byte tag;
      do {
        var message = new byte[in.readUnsignedShort()];
        in.readFully(message);
        tag = message[0];
        pass(direction, message, bytes(message.length, 2), out);
      } while (tag != last);
      for (; ; ) {
        var frame = new byte[in.readInt()];
        in.readFully(frame);
        pass(direction, frame, bytes(frame.length, 4), out);
      }
    } catch (EOFException e) {
      // the node has ended
    } catch (IOException e) {
      // the other one has
    }
  }

  /** The number in its last bytes. */
  private static byte[] bytes(int number, int count) {
    var four = ByteBuffer.allocate(4).putInt(number).array();
    return Arrays.copyOfRange(four, 4 - count, 4);
  }

  private void pass(char direction, byte[] message, byte[] length, OutputStream out)
      throws IOException {
    synchronized (lines) {
      lines.add(direction + " " + GoldenBytes.text(message));
    }
    out.write(length);
    out.write(message);
  }

  @Override
  public void close() throws IOException {
    between.close();
    started.forEach(Process::destroyForcibly);
  }
}
