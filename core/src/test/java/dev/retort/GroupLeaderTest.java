package dev.retort;

import static dev.retort.Kernel.makeRef;
import static dev.retort.Kernel.receive;
import static dev.retort.Kernel.self;
import static dev.retort.Kernel.send;
import static org.assertj.core.api.Assertions.assertThat;

import dev.retort.term.Atom;
import dev.retort.term.Bitstring;
import dev.retort.term.Pid;
import dev.retort.term.Tuple;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Requests of Erlang's I/O protocol, as processes of other nodes send them. */
@Timeout(30)
class GroupLeaderTest {
  private static final Atom PUT_CHARS = Atom.of("put_chars");
  private static final Tuple NOT_SUPPORTED = Tuple.of(Atom.ERROR, Atom.of("enotsup"));

  private final AtomicReference<String> printed = new AtomicReference<>("");
  private Pid leader;

  @BeforeEach
  void start() throws Exception {
    leader =
        Node.current()
            .run(() -> GroupLeader.start(text -> printed.updateAndGet(before -> before + text)));
  }

  private Object ask(Object request) throws Exception {
    return Node.current()
        .run(
            () -> {
              var tag = makeRef();
              send(leader, Tuple.of(Atom.of("io_request"), self(), tag, request));
              return receive(Tuple.class, answer -> tag.equals(answer.get(1))).get(2);
            });
  }

  @Test
  void charactersOfUnicodeAndLatin1() throws Exception {
    assertThat(ask(Tuple.of(PUT_CHARS, Atom.of("unicode"), List.of(0x65e5L, "\u00e4"))))
        .isEqualTo(Atom.OK);
    assertThat(
            ask(
                Tuple.of(
                    PUT_CHARS,
                    Atom.of("latin1"),
                    List.of(228L, Bitstring.of(new byte[] {(byte) 228}, 8)))))
        .isEqualTo(Atom.OK);
    assertThat(ask(Tuple.of(PUT_CHARS, Atom.of("latin1"), "\u00e4"))).isEqualTo(Atom.OK);
    assertThat(printed.get()).isEqualTo("\u65e5\u00e4\u00e4\u00e4\u00c3\u00a4");
  }

  @Test
  void severalRequestsInOneEndWithTheFirstThatFails() throws Exception {
    var one = Tuple.of(PUT_CHARS, Atom.of("unicode"), "one ");
    var two = Tuple.of(PUT_CHARS, Atom.of("unicode"), "two");
    assertThat(ask(Tuple.of(Atom.of("requests"), List.of(one, two)))).isEqualTo(Atom.OK);
    assertThat(ask(Tuple.of(Atom.of("requests"), List.of(Atom.of("get_password"), one))))
        .isEqualTo(NOT_SUPPORTED);
    assertThat(printed.get()).isEqualTo("one two");
  }

  @Test
  void optionsAndGeometryOfWhatIsNoTerminal() throws Exception {
    assertThat(ask(Atom.of("getopts")))
        .isEqualTo(
            List.of(
                Tuple.of(Atom.of("binary"), false),
                Tuple.of(Atom.of("encoding"), Atom.of("unicode"))));
    assertThat(ask(Tuple.of(Atom.of("get_geometry"), Atom.of("columns")))).isEqualTo(NOT_SUPPORTED);
    assertThat(ask(Tuple.of(Atom.of("get_line"), Atom.of("unicode"), "> ")))
        .isEqualTo(NOT_SUPPORTED);
  }

  @Test
  void nobodyIsAskedForInput() throws Exception {
    for (var request :
        List.of(
            Atom.of("get_password"),
            Tuple.of(Atom.of("get_password"), Atom.of("unicode")),
            Tuple.of(Atom.of("get_line"), "> "),
            Tuple.of(Atom.of("get_chars"), Atom.of("latin1"), "> ", 3L),
            Tuple.of(
                Atom.of("get_until"), "> ", Atom.of("io_lib"), Atom.of("collect_line"), List.of()),
            Tuple.of(Atom.of("setopts"), List.of(Atom.of("binary"))))) {
      assertThat(ask(request)).as(request.toString()).isEqualTo(NOT_SUPPORTED);
    }
    for (var request : List.of(Atom.of("nonsense"), Tuple.of(Atom.of("nonsense"), 1L), 7L)) {
      assertThat(ask(request))
          .as(request.toString())
          .isEqualTo(Tuple.of(Atom.ERROR, Atom.of("request")));
    }
  }

  @Test
  void oldRequestsSayNoEncoding() throws Exception {
    assertThat(ask(Tuple.of(PUT_CHARS, List.of(228L, "b")))).isEqualTo(Atom.OK);
    assertThat(printed.get()).isEqualTo("\u00e4b");
    assertThat(ask(Tuple.of(PUT_CHARS, Atom.of("io_lib"), Atom.of("nl"), List.of())))
        .isEqualTo(NOT_SUPPORTED);
  }

  /** No Erlang code is here, and who asks is no Erlang node that has some. */
  @Test
  void functionsOfErlangAreNotCalledHere() throws Exception {
    assertThat(
            ask(
                Tuple.of(
                    PUT_CHARS,
                    Atom.of("unicode"),
                    Atom.of("io_lib"),
                    Atom.of("format"),
                    List.of("~p", List.of(1L)))))
        .isEqualTo(NOT_SUPPORTED);
  }
}
