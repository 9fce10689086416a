package dev.retort.node;

import static dev.retort.Kernel.receive;
import static dev.retort.Kernel.self;
import static org.assertj.core.api.Assertions.assertThat;

import dev.retort.AliasMode;
import dev.retort.Exit;
import dev.retort.Kernel;
import dev.retort.Node;
import dev.retort.etf.Encoder;
import dev.retort.etf.Identities;
import dev.retort.term.Atom;
import dev.retort.term.Pid;
import dev.retort.term.Ref;
import dev.retort.term.Tuple;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Control messages that no Erlang of the tests sends, by hand: of older nodes, and of newer. */
@Timeout(60)
class IncomingTest {
  private static final NodeName NAME = new NodeName("pretender", "nowhere");
  private static final Pid PEER = Pid.of(NAME.atom(), 7, 0, 1);

  private final TestNodes nodes = new TestNodes();
  private Node node;
  private Socket socket;

  @BeforeEach
  void connect() throws Exception {
    node = nodes.start();
    socket = nodes.pretend(node, NAME).socket();
  }

  @AfterEach
  void close() throws IOException {
    nodes.close();
  }

  private void say(Tuple control, Object... payload) throws IOException {
    var message = new Encoder();
    message.u8(Frames.VERSION);
    message.u8(Frames.DIST_HEADER);
    message.u8(0);
    message.write(control);
    for (var term : payload) {
      message.write(term);
    }
    frame(socket.getOutputStream(), message.toByteArray());
  }

  private static void frame(OutputStream out, byte[] bytes) throws IOException {
    out.write(ByteBuffer.allocate(4 + bytes.length).putInt(bytes.length).put(bytes).array());
  }

  private static <T> T soon(CompletableFuture<T> value) throws Exception {
    return value.get(30, TimeUnit.SECONDS);
  }

  @Test
  void messagesOfOtp28ToPidsNamesAndAliases() throws Exception {
    var alias = new CompletableFuture<Ref>();
    var pid = new CompletableFuture<Pid>();
    var got = new CompletableFuture<List<Object>>();
    node.spawn(
        () -> {
          Kernel.register("somebody", self());
          alias.complete(Kernel.alias(AliasMode.EXPLICIT_UNALIAS));
          pid.complete(self());
          got.complete(List.of(receive(), receive(), receive()));
        });
    say(Tuple.of(37L, 0L, PEER, soon(pid)), Atom.of("to_pid"));
    say(Tuple.of(37L, 8L | 2L, PEER, Atom.of("somebody"), List.of()), Atom.of("to_name"));
    say(Tuple.of(37L, 4L, PEER, soon(alias)), Atom.of("to_alias"));

    assertThat(soon(got))
        .isEqualTo(List.of(Atom.of("to_pid"), Atom.of("to_name"), Atom.of("to_alias")));
  }

  @Test
  void priorityMessagesOfOtp28GoFirst() throws Exception {
    var alias = new CompletableFuture<Ref>();
    var pid = new CompletableFuture<Pid>();
    var got = new CompletableFuture<List<Object>>();
    node.spawn(
        () -> {
          alias.complete(Kernel.priorityAlias(AliasMode.EXPLICIT_UNALIAS));
          pid.complete(self());
          var unused = receive(Tuple.class); // when all have come
          got.complete(List.of(receive(), receive()));
        });
    say(Tuple.of(22L, PEER, soon(pid)), Atom.of("ordinary"));
    say(Tuple.of(37L, 4L | 1L, PEER, soon(alias)), Atom.of("urgent"));
    say(Tuple.of(22L, PEER, soon(pid)), Tuple.of(1L, 2L));

    assertThat(soon(got)).isEqualTo(List.of(Atom.of("urgent"), Atom.of("ordinary")));
  }

  @Test
  void exitSignalsOfOtp28() throws Exception {
    var alias = new CompletableFuture<Ref>();
    var pid = new CompletableFuture<Pid>();
    var got = new CompletableFuture<List<Object>>();
    node.spawn(
        () -> {
          Kernel.trapExit(true);
          alias.complete(Kernel.alias(AliasMode.EXPLICIT_UNALIAS));
          pid.complete(self());
          got.complete(List.of(receive(Exit.class), receive(Exit.class)));
        });
    say(Tuple.of(37L, 16L | 1L, PEER, soon(pid)), Atom.of("first"));
    say(Tuple.of(37L, 16L | 4L, PEER, soon(alias)), Atom.of("second"));

    assertThat(soon(got))
        .extracting(exit -> ((Exit) exit).reason())
        .containsExactly(Atom.of("first"), Atom.of("second"));
  }

  @Test
  void exitSignalsWithTheirReasonInTheControlMessage() throws Exception {
    var pid = new CompletableFuture<Pid>();
    var got = new CompletableFuture<List<Object>>();
    node.spawn(
        () -> {
          Kernel.trapExit(true);
          pid.complete(self());
          got.complete(List.of(receive(Exit.class), receive(Exit.class), receive(Exit.class)));
        });
    say(Tuple.of(8L, PEER, soon(pid), Atom.of("exit2")));
    say(Tuple.of(18L, PEER, soon(pid), List.of(), Atom.of("exit2_tt")));
    say(Tuple.of(1L, PEER, soon(pid)));
    say(Tuple.of(13L, PEER, soon(pid), List.of(), Atom.of("exit_tt")));

    assertThat(soon(got))
        .extracting(exit -> ((Exit) exit).reason())
        .containsExactly(Atom.of("exit2"), Atom.of("exit2_tt"), Atom.of("exit_tt"));
  }

  /** The old way to take a link back has no answer; nothing goes over what is no link any more. */
  @Test
  void unlinkOfNodesBeforeOtp24() throws Exception {
    var pid = new CompletableFuture<Pid>();
    var got = new CompletableFuture<Object>();
    node.spawn(
        () -> {
          Kernel.trapExit(true);
          pid.complete(self());
          got.complete(receive());
        });
    say(Tuple.of(1L, PEER, soon(pid)));
    say(Tuple.of(4L, PEER, soon(pid)));
    say(Tuple.of(3L, PEER, soon(pid), Atom.of("of_no_link")));
    say(Tuple.of(2L, Atom.of(""), soon(pid)), Atom.of("the_next"));

    assertThat(soon(got)).isEqualTo(Atom.of("the_next"));
  }

  @Test
  void messagesWithoutAHeader() throws Exception {
    var pid = new CompletableFuture<Pid>();
    var got = new CompletableFuture<Object>();
    node.spawn(
        () -> {
          pid.complete(self());
          got.complete(receive());
        });
    var message = new Encoder();
    message.u8(Frames.PASS_THROUGH);
    message.writeVersion();
    message.write(Tuple.of(2L, Atom.of(""), soon(pid)));
    message.writeVersion();
    message.write(Atom.of("hello"));
    frame(socket.getOutputStream(), message.toByteArray());

    assertThat(soon(got)).isEqualTo(Atom.of("hello"));
  }

  @Test
  void spawnWithOptionsThatAreNoneIsRefused() throws Exception {
    var id = Ref.of(PEER.node(), 1, 1, 2, 3);
    var function = Tuple.of(Atom.of("m"), Atom.of("f"), 0L);
    var options = List.of(Tuple.of(Atom.of("priority"), Atom.of("none")));
    say(Tuple.of(29L, id, PEER, PEER, function, options), List.of());

    var in = new DataInputStream(socket.getInputStream());
    var answer = new CompletableFuture<Tuple>();
    var reader =
        new MessageReader(
            Identities.PLAIN,
            (operation, control, payload) -> {
              if (operation == Control.SPAWN_REPLY) {
                answer.complete(control);
              }
            });
    while (!answer.isDone()) {
      var bytes = new byte[in.readInt()];
      in.readFully(bytes);
      if (bytes.length > 0) {
        reader.frame(ByteBuffer.wrap(bytes));
      }
    }
    assertThat(answer.join()).isEqualTo(Tuple.of(31L, id, PEER, 0L, Atom.of("badopt")));
  }
}
