package dev.retort.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class OptionsTest {
  @Test
  void readsIexsFlags() throws Exception {
    var options = Options.parse("--sname", "java", "--cookie=C", "--hidden", "--no-halt");

    assertThat(options.shortName()).isEqualTo("java");
    assertThat(options.longName()).isNull();
    assertThat(options.cookie()).isEqualTo("C");
    assertThat(options.hidden()).isTrue();
    assertThat(options.noHalt()).isTrue();
    assertThat(options.isBatch()).isFalse();
  }

  @Test
  void keepsCodeAndFilesInTheirOrder() throws Exception {
    assertThat(Options.parse("-e", "1", "a.java", "--eval", "2", "--", "-e").sources())
        .containsExactly(
            new Options.Source.Code("1"),
            new Options.Source.File(Path.of("a.java")),
            new Options.Source.Code("2"),
            new Options.Source.File(Path.of("-e")));
  }

  @Test
  void refusesWhatItDoesNotKnow() {
    assertRefused("there is no option --bad", "--bad");
    assertRefused("there is no option -x", "-x");
    assertRefused("the option --sname needs a value", "--sname");
    assertRefused("the option --hidden takes no value", "--hidden=yes", "--sname", "a");
    assertRefused("--sname and --name exclude each other", "--sname", "a", "--name", "b@c.d");
    assertRefused("need a node's name", "--cookie", "C");
    assertRefused("--remsh is not there yet", "--remsh", "a@b");
  }

  private static void assertRefused(String message, String... arguments) {
    assertThatThrownBy(() -> Options.parse(arguments))
        .isInstanceOf(Options.Refused.class)
        .hasMessageContaining(message);
  }
}
