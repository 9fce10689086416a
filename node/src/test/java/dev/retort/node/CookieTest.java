package dev.retort.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CookieTest {
  @TempDir Path home;

  @Test
  void missingFileIsMadeWithTwentyCapitalsForItsOwnerOnly() throws IOException {
    var file = home.resolve(".erlang.cookie");

    var made = Cookie.read(file);

    assertThat(Files.readString(file)).matches("[A-Z]{20}");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("r--------");
    assertThat(Cookie.read(file).digest(1)).isEqualTo(made.digest(1));
    assertThat(home).isDirectoryContaining(file::equals);
    try (var files = Files.list(home)) {
      assertThat(files).hasSize(1);
    }
  }

  @Test
  void lineEndIsNoPartOfTheCookie() throws IOException {
    var file = write("secret\n", "rw-------");
    assertThat(Cookie.read(file).digest(1)).isEqualTo(Cookie.of("secret").digest(1));
  }

  @Test
  void fileThatOthersCanReadIsRefused() throws IOException {
    var file = write("secret", "rw-r--r--");
    assertThatThrownBy(() -> Cookie.read(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("must be accessible by its owner only");
  }

  @Test
  void fileWithoutACookieIsRefused() throws IOException {
    var empty = write("\n", "rw-------");
    assertThatThrownBy(() -> Cookie.read(empty)).hasMessageContaining("is empty");
    assertThatThrownBy(() -> Cookie.read(home)).hasMessageContaining("not a regular file");
  }

  private Path write(String text, String permissions) throws IOException {
    var file = home.resolve("cookie");
    Files.writeString(file, text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
    return file;
  }
}
