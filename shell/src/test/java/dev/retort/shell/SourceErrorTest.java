package dev.retort.shell;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SourceErrorTest {
  @Test
  void showsTheLineAndACaretBelowThePlace() {
    var error = new SourceError(true, "';' expected", 2, 5, 1, "a = b c");

    assertThat(error.text(new Place("jex:3", 1, true)))
        .isEqualTo(
            """
            ** (SyntaxError) jex:3:2: ';' expected
                |
              2 | a = b c
                |     ^
            """);
  }

  @Test
  void countsLinesOfAFileFromItsStart() {
    var error = new SourceError(false, "cannot find symbol\n  symbol: x", 1, 1, 3, "xyz");

    assertThat(error.text(new Place("a.jex", 12, true)))
        .isEqualTo(
            """
            ** (CompileError) a.jex:12: cannot find symbol
                symbol: x
                 |
              12 | xyz
                 | ^^^
            """);
  }
}
