package dev.retort.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What cannot work says so in one sentence, at once, and leaves everything else as it was. */
class RefusalTest {
  @RegisterExtension final Nodes nodes = new Nodes();

  @Test
  void aWrongCookieIsRefusedWhenElixirConnects() throws IOException {
    var java = nodes.jex("java");
    var stranger = nodes.iex("stranger", "--cookie", "another");
    assertThat(stranger.value("Node.connect(" + java.atom() + ")")).isEqualTo("false");
    java.await(Pattern.compile("(?i)" + Pattern.quote(stranger.node()) + ".*cookie"));
    assertThat(java.value("Node.list()")).isEqualTo("[]");
  }

  @Test
  void aWrongCookieIsRefusedWhenTheJvmConnects() throws IOException {
    var elixir = nodes.iex("elixir");
    var stranger = nodes.jex("stranger", "--cookie", "another");
    stranger.type("Node.connect(\"" + elixir.node() + "\")");
    stranger.await(Pattern.compile("(?i)cookie"));
    assertThat(stranger.value("Node.list()")).isEqualTo("[]");
    // Erlang's own words for it, on the side that was asked.
    elixir.await("Connection attempt from node " + stranger.atom() + " rejected.");
  }

  @Test
  void aWrongCookieIsRefusedBetweenJvms() throws IOException {
    var java = nodes.jex("java");
    var stranger = nodes.jex("stranger", "--cookie", "another");
    stranger.type("Node.connect(\"" + java.node() + "\")");
    stranger.await(Pattern.compile("(?i)cookie"));
    java.await(Pattern.compile("(?i)" + Pattern.quote(stranger.node()) + ".*cookie"));
    assertThat(stranger.value("Node.list()")).isEqualTo("[]");
  }

  @Test
  void aShortNameMeetingALongNameIsTold() throws IOException {
    var longName = nodes.name("long") + "@127.0.0.1";
    nodes.iex("long", "--name", longName);
    var java = nodes.jex("java");
    java.type("Node.connect(\"" + longName + "\")");
    java.await(Pattern.compile("(?i)short[^\\n]*long|long[^\\n]*short"));
    assertThat(java.value("Node.list()")).isEqualTo("[]");
  }

  @Test
  void aLongNameMeetingAShortNameIsTold() throws IOException {
    var elixir = nodes.iex("elixir");
    var java = nodes.jex("java", "--name", nodes.name("java") + "@127.0.0.1");
    java.type("Node.connect(\"" + elixir.node() + "\")");
    java.await(Pattern.compile("(?i)short[^\\n]*long|long[^\\n]*short"));
    assertThat(java.value("Node.list()")).isEqualTo("[]");
  }

  @Test
  void longNamesMeet() throws IOException {
    var java = nodes.jex("java", "--name", nodes.name("java") + "@127.0.0.1");
    var elixir = nodes.iex("elixir", "--name", nodes.name("elixir") + "@127.0.0.1");
    assertThat(elixir.value("Node.ping(" + java.atom() + ")")).isEqualTo(":pong");
  }

  @Test
  void aNameInUseByElixirIsRefused() throws IOException {
    nodes.iex("taken");
    refused("(?i)" + nodes.name("taken") + ".*(in use|taken)", "--sname", nodes.name("taken"));
  }

  @Test
  void aNameInUseByAJvmIsRefused() throws IOException {
    nodes.jex("taken");
    refused("(?i)" + nodes.name("taken") + ".*(in use|taken)", "--sname", nodes.name("taken"));
  }

  @Test
  void aCookieThatCanBeGuessedIsRefusedWhereOthersCanCall() throws IOException {
    refused(
        "the cookie could be guessed",
        "--sname",
        nodes.name("java"),
        "--interface",
        "0.0.0.0",
        "--cookie",
        "secret");
  }

  @Test
  void aCookieThatErlangCannotHaveIsRefused() throws IOException {
    refused("characters of Latin-1", "--sname", nodes.name("java"), "--cookie", "κέικ");
  }

  @Test
  void anUnknownFlagIsRefused() throws IOException {
    refused("--snmae", "--snmae", "java");
  }

  @Test
  void aNameThatNoNodeCanHaveIsRefused() throws IOException {
    refused("(?i)name", "--sname", "not a name");
  }

  @Test
  void aFileThatIsNotThereIsRefused() throws IOException {
    refused("nowhere\\.jex", "nowhere.jex");
  }

  @Test
  void aPortInUseIsRefused() throws IOException {
    try (var taken = new ServerSocket(0)) {
      refused(
          Integer.toString(taken.getLocalPort()),
          "--sname",
          nodes.name("java"),
          "--port",
          Integer.toString(taken.getLocalPort()));
    }
  }

  @Test
  void aCookieFileThatOthersMayReadIsRefused(@TempDir Path home) throws IOException {
    var file = Files.writeString(home.resolve(".erlang.cookie"), "SECRET");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    nodes.with("HOME", home.toString());
    refused("\\.erlang\\.cookie", "--sname", nodes.name("java"));
  }

  @Test
  void aCookieFileThatIsAFolderIsRefused(@TempDir Path home) throws IOException {
    Files.createDirectory(home.resolve(".erlang.cookie"));
    nodes.with("HOME", home.toString());
    refused("\\.erlang\\.cookie", "--sname", nodes.name("java"));
  }

  @Test
  void anAbsentCookieFileIsCreatedForItsOwnerAlone(@TempDir Path home) throws IOException {
    nodes.with("HOME", home.toString());
    var jex = nodes.run(Nodes.HOME.resolve("jex").toString(), "--sname", nodes.name("java"));
    assertThat(jex.endInput()).isZero();
    var file = home.resolve(".erlang.cookie");
    assertThat(Files.readString(file).strip()).matches("[A-Z]{20,}");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("r--------");
  }

  /** Starts jex with these flags and sees it end with one sentence about {@code reason}. */
  private void refused(String reason, String... flags) throws IOException {
    var command = new String[flags.length + 1];
    command[0] = Nodes.HOME.resolve("jex").toString();
    System.arraycopy(flags, 0, command, 1, flags.length);
    var jex = nodes.run(command);
    assertThat(jex.endInput()).as("exit status").isNotZero();
    assertThat(jex.unread().strip()).containsPattern(reason).doesNotContain("\tat ");
    assertThat(jex.unread().strip().lines()).as("lines of the message").hasSizeLessThanOrEqualTo(3);
  }
}
