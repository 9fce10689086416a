package dev.retort.shell;

import static org.assertj.core.api.Assertions.assertThat;

import dev.retort.Kernel;
import dev.retort.Node;
import dev.retort.term.Atom;
import dev.retort.term.Tuple;
import java.io.ByteArrayOutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What shells of other nodes read here that must not be seen. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class TerminalInputTest {
  private static final Atom GET_PASSWORD = Atom.of("get_password");

  @TempDir Path folder;

  /** What is answered to a request, whose reply has the number 1. */
  private static Object answer(Console console, Tuple request) throws Exception {
    var input = new TerminalInput(console);
    return Node.current()
        .run(
            () -> {
              input.add(new TerminalServer.Asked(Kernel.self(), 1L, request));
              var reader = Thread.ofVirtual().start(input::serve);
              try {
                return Kernel.receive(Tuple.class).get(2);
              } finally {
                reader.interrupt();
              }
            });
  }

  @Test
  void aPasswordIsReadWithoutBeingShownOrKept() throws Exception {
    var history = folder.resolve("history");
    var screen = new ByteArrayOutputStream();
    try (var keys = new PipedOutputStream();
        var console =
            TerminalConsole.imaginary(
                new PipedInputStream(keys, 1000),
                screen,
                history,
                () -> {
                  throw new AssertionError("nothing is completed");
                })) {
      keys.write("g\u00e9heim\r".getBytes(StandardCharsets.UTF_8));
      assertThat(answer(console, Tuple.of(GET_PASSWORD, Atom.of("unicode"))))
          .isEqualTo(List.of(103L, 233L, 104L, 101L, 105L, 109L));
      keys.write("again\r".getBytes(StandardCharsets.UTF_8));
      assertThat(answer(console, Tuple.of(GET_PASSWORD)))
          .isEqualTo(List.of(97L, 103L, 97L, 105L, 110L));
    }
    assertThat(screen.toString(StandardCharsets.UTF_8)).doesNotContain("heim", "again");
    if (Files.exists(history)) {
      assertThat(Files.readString(history)).doesNotContain("heim", "again");
    }
  }

  @Test
  void whereThereIsNoTerminalNoPasswordIsRead() throws Exception {
    assertThat(answer(new ScriptedConsole("secret"), Tuple.of(GET_PASSWORD)))
        .isEqualTo(Tuple.of(Atom.ERROR, Atom.of("enotsup")));
  }
}
