package dev.retort.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.retort.ApplicationSpec;
import dev.retort.Body;
import dev.retort.Exports;
import dev.retort.etf.Decoder;
import dev.retort.etf.Encoder;
import dev.retort.etf.Etf;
import dev.retort.etf.Inspect;
import dev.retort.spi.Distribution;
import dev.retort.spi.ProcessDetails;
import dev.retort.spi.RunningApplication;
import dev.retort.spi.Signal;
import dev.retort.spi.SystemModules;
import dev.retort.term.Atom;
import dev.retort.term.Binary;
import dev.retort.term.Bitstring;
import dev.retort.term.Dest;
import dev.retort.term.Fun;
import dev.retort.term.ImproperList;
import dev.retort.term.Pid;
import dev.retort.term.Port;
import dev.retort.term.Ref;
import dev.retort.term.Tuple;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.math.BigInteger;
import java.net.ProtocolException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.zip.Deflater;
import org.jspecify.annotations.Nullable;

/** What takes bytes of other nodes, each as the node uses it, and bytes that it takes well. */
enum FuzzTargets implements Fuzzer.Target {
  /** Terms: one or an IllegalArgumentException, and the one is what it was when it comes back. */
  ETF {
    @Override
    public Callable<String> take(byte[] input) {
      try {
        var term = new Decoder(input, 0, input.length, Decoder.Options.DEFAULT).read();
        return () -> look(term);
      } catch (IllegalArgumentException refused) {
        return () -> words(refused);
      }
    }

    private String look(Object term) {
      var bytes = Etf.encode(term);
      var again = Etf.decode(bytes);
      assertThat(again.equals(term)).as("what is encoded decodes to itself").isTrue();
      assertThat(Arrays.equals(Etf.encode(again), bytes)).as("it is encoded alike").isTrue();
      return shape(Inspect.inspect(term));
    }

    @Override
    List<byte[]> known() {
      var known = new ArrayList<>(terms().stream().map(Etf::encode).toList());
      known.add(compressed(Etf.encode("compressed ".repeat(20))));
      return known;
    }
  },

  /** The handshake, as who calls and as who is called: it fails with an IOException. */
  HANDSHAKE {
    @Override
    public Callable<String> take(byte[] input) {
      if (input.length == 0) {
        return () -> "nothing";
      }
      var self = new NodeName("fuzzed", "host");
      var connections = new Connections(self.atom());
      var handshake = new Handshake(self, 1, false, Cookie.of("cookie"), connections);
      var in = new ByteArrayInputStream(input, 1, input.length - 1);
      messages(in.readAllBytes());
      in.reset();
      try (var talk = new Talk(in)) {
        var socket = new HandshakeSocket(talk, Duration.ofSeconds(60));
        if ((input[0] & 1) == 0) {
          handshake.accept(handshake.hear(socket), socket, new Attempt());
        } else {
          handshake.connect(socket, Atom.of("peer@host"), new Attempt(Atom.of("peer@host")));
        }
        throw new AssertionError("the peer cannot know the challenge");
      } catch (IOException refused) {
        return () -> (input[0] & 1) + words(refused);
      }
    }

    /** What is a message of the handshake is the same when it is written and read again. */
    private void messages(byte[] packets) {
      if (packets.length < 2) {
        return;
      }
      var message = Arrays.copyOfRange(packets, 2, packets.length);
      try {
        var name = HandshakeMessage.SendName.decode(message);
        assertThat(HandshakeMessage.SendName.decode(name.encode())).isEqualTo(name);
      } catch (ProtocolException refused) {
        assertThat(refused.getMessage()).isNotBlank();
      }
      try {
        var challenge = HandshakeMessage.Challenge.decode(message);
        assertThat(HandshakeMessage.Challenge.decode(challenge.encode())).isEqualTo(challenge);
      } catch (ProtocolException refused) {
        assertThat(refused.getMessage()).isNotBlank();
      }
    }

    @Override
    List<byte[]> known() {
      var digest = Cookie.of("cookie").digest(7);
      var peer = "peer@host";
      long flags = DistributionFlags.OFFERED;
      var hello = new HandshakeMessage.SendName(flags, 5, peer, false);
      var nameless =
          new HandshakeMessage.SendName(flags | DistributionFlags.NAME_ME, 0, "host", true);
      var reply = new HandshakeMessage.ChallengeReply(7, digest);
      var challenge = new HandshakeMessage.Challenge(flags, 9, 5, peer, false);
      var ack = new HandshakeMessage.ChallengeAck(digest);
      var known = new ArrayList<byte[]>();
      known.add(talk(0, hello, reply));
      known.add(talk(0, nameless, reply));
      known.add(talk(0, new HandshakeMessage.SendName(0, 5, peer, false)));
      known.add(talk(0, new HandshakeMessage.SendName(flags, 5, "fuzzed@host", false)));
      var longest = "a".repeat(250) + "@host";
      known.add(talk(0, new HandshakeMessage.SendName(flags, 5, longest, true), reply));
      known.add(talk(0, hello, challenge));
      for (var status : List.of("ok", "ok_simultaneous", "nok", "not_allowed", "alive", "none")) {
        known.add(talk(1, HandshakeMessage.Status.of(status), challenge, ack));
      }
      known.add(talk(1, HandshakeMessage.Status.named("x@host", 3), challenge, ack));
      known.add("\0GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
      return known;
    }

    private byte[] talk(int role, HandshakeMessage... messages) {
      var out = new ByteArrayOutputStream();
      out.write(role);
      for (var message : messages) {
        var bytes = message.encode();
        out.writeBytes(ByteBuffer.allocate(2).putShort((short) bytes.length).array());
        out.writeBytes(bytes);
      }
      return out.toByteArray();
    }
  },

  /** Frames of a connection, with lengths before them: done, or a ProtocolException. */
  CONTROL {
    @Override
    public Callable<String> take(byte[] input) throws Exception {
      String end = "done";
      var host = new Ears();
      try (var channel = SocketChannel.open()) {
        var local = new LocalNode(Atom.of("fuzzed@host"), 1, host);
        var replies = new Replies();
        var peer = new Handshake.Peer(Atom.of("peer@host"), 1, DistributionFlags.OFFERED, false);
        var requests = new SpawnRequests(local, replies, false);
        var connection =
            new Connection(
                local,
                peer,
                new Line(channel, channel),
                replies,
                requests,
                new Traffic(),
                null,
                (which, why) -> {});
        var incoming = new Incoming(local, connection, replies, requests);
        var reader = new MessageReader(new WireIdentities(local, connection), incoming);
        var in = ByteBuffer.wrap(input);
        try {
          while (in.remaining() > 2) {
            var frame = new byte[Math.min(in.getShort() & 0xffff, in.remaining())];
            in.get(frame);
            if (frame.length > 0) {
              reader.frame(ByteBuffer.wrap(frame));
            }
          }
        } catch (ProtocolException refused) {
          end = words(refused);
        }
      }
      var way = end + host.heard;
      return () -> way.substring(0, Math.min(60, way.length()));
    }

    @Override
    List<byte[]> known() {
      var known = new ArrayList<byte[]>();
      var theirs = Pid.of(Atom.of("peer@host"), 7, 0, 1);
      var ours = Pid.of(Atom.of("fuzzed@host"), 8, 0, 1);
      var ref = Ref.of(Atom.of("peer@host"), 1, 1, 2, 3);
      var alias = Ref.of(Atom.of("fuzzed@host"), 1, 1, 2, 3);
      var none = Atom.of("");
      var token = List.of(1L, 2L);
      var function = Tuple.of(Atom.of("erlang"), Atom.of("apply"), 2L);
      var options = List.of(Atom.of("link"), Tuple.of(Atom.of("priority"), Atom.of("high")));
      var controls =
          List.of(
              Tuple.of(1L, theirs, ours),
              Tuple.of(2L, none, ours),
              Tuple.of(3L, theirs, ours, Atom.KILL),
              Tuple.of(4L, theirs, ours),
              Tuple.of(5L),
              Tuple.of(6L, theirs, none, Atom.of("name")),
              Tuple.of(7L, theirs, ours),
              Tuple.of(8L, theirs, ours, Atom.KILL),
              Tuple.of(12L, none, ours, token),
              Tuple.of(13L, theirs, ours, token, Atom.KILL),
              Tuple.of(16L, theirs, none, Atom.of("name"), token),
              Tuple.of(18L, theirs, ours, token, Atom.KILL),
              Tuple.of(19L, theirs, ours, ref),
              Tuple.of(19L, theirs, Atom.of("name"), ref),
              Tuple.of(20L, theirs, Atom.of("name"), ref),
              Tuple.of(21L, theirs, ours, alias, Atom.NORMAL),
              Tuple.of(22L, theirs, ours),
              Tuple.of(23L, theirs, ours, token),
              Tuple.of(24L, theirs, ours),
              Tuple.of(25L, theirs, ours, token),
              Tuple.of(26L, theirs, ours),
              Tuple.of(27L, theirs, ours, token),
              Tuple.of(28L, theirs, ours, alias),
              Tuple.of(29L, ref, theirs, theirs, function, options),
              Tuple.of(30L, ref, theirs, theirs, function, options, token),
              Tuple.of(31L, alias, ours, 3L, theirs),
              Tuple.of(32L, alias, ours, 0L, Atom.of("badarg"), token),
              Tuple.of(33L, theirs, alias),
              Tuple.of(34L, theirs, alias, token),
              Tuple.of(35L, 1L, theirs, ours),
              Tuple.of(35L, BigInteger.ONE.shiftLeft(63), theirs, ours),
              Tuple.of(36L, 1L, theirs, ours));
      for (var control : controls) {
        for (var payload : List.of("text", List.of(1L, 2L))) {
          var frame = new Encoder();
          frame.bytes(new byte[] {(byte) 131, 68, 0});
          frame.write(control);
          frame.write(payload);
          known.add(frames(frame.toByteArray()));
        }
      }
      known.add(frames(passedThrough(theirs)));
      known.add(frames(cached(), cached()));
      known.add(frames(fragments(theirs)));
      return known;
    }

    private byte[] passedThrough(Pid from) {
      var frame = new Encoder();
      frame.u8(112);
      frame.writeVersion();
      frame.write(Tuple.of(6L, from, Atom.of(""), Atom.of("name")));
      frame.writeVersion();
      frame.write(terms());
      return frame.toByteArray();
    }

    /** {@code {5}} behind a header with two new atoms, one of them in a long header. */
    private byte[] cached() {
      return new byte[] {
        (byte) 131, 68, 2, (byte) 0x88, 0, 0, 1, 'a', 1, 1, 'b', 104, 3, 97, 5, 82, 0, 82, 1
      };
    }

    private byte[][] fragments(Pid from) {
      var control = new Encoder();
      control.write(Tuple.of(6L, from, Atom.of(""), Atom.of("name")));
      var first = ByteBuffer.allocate(19 + control.size());
      first.put((byte) 131).put((byte) 69).putLong(1).putLong(3).put((byte) 0);
      first.put(control.toByteArray());
      var second = ByteBuffer.allocate(21);
      second.put((byte) 131).put((byte) 70).putLong(1).putLong(2).put(new byte[] {104, 2, 97});
      var third = ByteBuffer.allocate(20);
      third.put((byte) 131).put((byte) 70).putLong(1).putLong(1).put(new byte[] {1, 106});
      return new byte[][] {first.array(), second.array(), third.array()};
    }

    private byte[] frames(byte[]... frames) {
      var out = new ByteArrayOutputStream();
      for (var frame : frames) {
        out.writeBytes(ByteBuffer.allocate(2).putShort((short) frame.length).array());
        out.writeBytes(frame);
      }
      return out.toByteArray();
    }
  };

  /** Inputs that are as they should be. */
  abstract List<byte[]> known();

  /** The words of a message, without what differs between inputs that take the same way. */
  private static String words(Exception refused) {
    assertThat(refused.getMessage()).isNotBlank();
    var words = refused.getMessage().replaceAll("(?s)\".*\"|[0-9]+", "#");
    return words.substring(0, Math.min(30, words.length()));
  }

  private static String shape(String printed) {
    var shape = printed.replaceAll("[^\\[\\]{}<>%#&]", "");
    return shape.substring(0, Math.min(8, shape.length()));
  }

  /** A term of each kind. */
  private static List<Object> terms() {
    var node = Atom.of("peer@host");
    var pid = Pid.of(node, 1, 2, 3);
    return List.of(
        1L,
        -1L,
        1L << 40,
        BigInteger.TWO.pow(3000).negate(),
        2.5,
        Atom.OK,
        Atom.of("é日本"),
        true,
        "text",
        Binary.of(new byte[] {-1, 0, 1}),
        Bitstring.of(new byte[] {-1, -32}, 11),
        List.of(),
        List.of(1L, 2L, 255L),
        List.of(1L, "x", List.of(2.5)),
        ImproperList.of(List.of(1L, 2L), 3L),
        Tuple.of(),
        Tuple.of(1L, Tuple.of(Atom.OK, "x")),
        Map.of(),
        Map.of(Atom.of("a"), 1L, "b", Map.of(Tuple.of(1L), List.of())),
        pid,
        Ref.of(node, 1, 5, 6, 7),
        Port.of(node, 1L << 33, 4),
        new Fun.Export(Atom.of("lists"), Atom.of("map"), 2),
        new Fun.Closure(
            Atom.of("m"), 1, Binary.of(new byte[16]), 1, 2, 3, pid, List.of(1L, List.of(2L))));
  }

  private static byte[] compressed(byte[] term) {
    var deflater = new Deflater();
    deflater.setInput(term, 1, term.length - 1);
    deflater.finish();
    var out = ByteBuffer.allocate(200).put((byte) 131).put((byte) 80).putInt(term.length - 1);
    deflater.deflate(out);
    deflater.end();
    return Arrays.copyOf(out.array(), out.position());
  }

  /** A socket whose other side has said all that it will say. */
  private static final class Talk extends Socket {
    private final InputStream in;

    Talk(InputStream in) {
      this.in = in;
    }

    @Override
    public InputStream getInputStream() {
      return in;
    }

    @Override
    public OutputStream getOutputStream() {
      return OutputStream.nullOutputStream();
    }

    @Override
    public synchronized void setSoTimeout(int millis) {
      // nothing is waited for
    }
  }

  /** A node whose processes look at everything. */
  private static final class Ears implements Distribution.Host {
    private final StringBuilder heard = new StringBuilder();

    private void hear(Object what) {
      if (what instanceof Distribution.Payload payload) {
        try {
          payload.decode();
          heard.append(" a term");
        } catch (IllegalArgumentException refused) {
          heard.append(' ').append(words(refused));
        }
      } else {
        heard.append(' ').append(what.getClass().getSimpleName());
      }
    }

    @Override
    public void send(Dest to, Object message) {
      hear(message);
    }

    @Override
    public void signal(Dest to, Signal signal) {
      hear(signal);
    }

    @Override
    public Pid pid(int id, int serial) {
      return Pid.of(Atom.of("fuzzed@host"), id, serial, 1);
    }

    @Override
    public boolean hasEnded(Pid pid) {
      return false;
    }

    @Override
    public Ref newRef() {
      return Ref.of(Atom.of("fuzzed@host"), 1, 9, 9, 9);
    }

    @Override
    public Pid spawn(
        Body body, Pid groupLeader, @Nullable Pid link, Signal.@Nullable Monitor monitor) {
      heard.append(" spawn");
      return pid(10, 0);
    }

    @Override
    public Body function(Atom module, Atom function, int arity, Callable<Object> arguments) {
      try {
        hear(arguments.call());
      } catch (IllegalArgumentException refused) {
        heard.append(' ').append(words(refused));
      } catch (Exception e) {
        throw new AssertionError(e);
      }
      return () -> {};
    }

    @Override
    public Object rpc(Atom module, Atom function, List<?> arguments) {
      return Atom.OK;
    }

    @Override
    public boolean register(Atom name, Pid process) {
      return true;
    }

    @Override
    public Pid serve(Distribution.MessageHandler handler) {
      return pid(11, 0);
    }

    @Override
    public void later(Runnable task) {
      // nothing is written
    }

    @Override
    public void sendPriority(Ref alias, Object message) {
      hear(message);
    }

    @Override
    public Thread lendingThread(String name, Consumer<Distribution.Lender> task, Runnable relief) {
      throw new AssertionError("nothing is read");
    }

    @Override
    public void provide(SystemModules modules) {
      // nobody calls them
    }

    @Override
    public @Nullable Exports exported(Atom module) {
      return null;
    }

    @Override
    public @Nullable ProcessDetails details(Pid pid, boolean withStack) {
      return null;
    }

    @Override
    public List<Object> messages(Pid pid) {
      return List.of();
    }

    @Override
    public List<ApplicationSpec> loadedApplications() {
      return List.of();
    }

    @Override
    public List<RunningApplication> runningApplications() {
      return List.of();
    }

    @Override
    public @Nullable Pid whereis(Atom name) {
      return name.name().equals("name") ? pid(8, 0) : null;
    }
  }
}
