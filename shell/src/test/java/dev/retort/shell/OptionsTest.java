package dev.retort.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.retort.NodeOptions;
import dev.retort.PeerAccess;
import dev.retort.TlsOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
    assertRefused("the option --remsh needs a value", "--remsh");
  }

  @Test
  void readsWhereANodeListens() throws Exception {
    var open = Options.parse("--sname", "a", "--interface", "0.0.0.0", "--allow-weak-cookie");
    assertThat(open.address()).isEqualTo("0.0.0.0");
    assertThat(open.weakCookie()).isTrue();
    assertThat(open.ports()).isNull();
    assertThat(open.peerPort()).isZero();
    assertThat(Options.parse("--sname", "a", "--port", "9100-9105").ports())
        .isEqualTo(new Options.Ports(9100, 9105));
    assertRefused("--port takes a number from 1 to 65535, not 0", "--sname", "a", "--port", "0");
    assertRefused("--port takes a range from its", "--sname", "a", "--port", "9105-9100");
    assertRefused("--port takes a number", "--sname", "a", "--port", "9100-");
    assertRefused("need a node's name", "--interface", "0.0.0.0");
  }

  @Test
  void readsWhatOthersMayDoAndWhenTheyAreLost(@TempDir Path folder) throws Exception {
    var file = Files.writeString(folder.resolve("access"), "shop@* call=prices");
    var options =
        Options.parse("--sname", "a", "--access", file.toString(), "--net-ticktime", "10");
    var node = NodeSettings.of(options, NodeOptions.shortName("a"), null);
    assertThat(node.netTickTime()).isEqualTo(Duration.ofSeconds(10));
    assertThat(node.access()).isEqualTo(List.of(PeerAccess.of("shop@*").call("prices")));
    assertRefused("--net-ticktime takes a number", "--sname", "a", "--net-ticktime", "0");
    assertRefused("need a node's name", "--access", "file");
  }

  @Test
  void refusesRulesThatAreNone(@TempDir Path folder) throws Exception {
    var file = folder.resolve("access");
    var options = Options.parse("--sname", "a", "--access", file.toString());
    var name = NodeOptions.shortName("a");
    assertThatThrownBy(() -> NodeSettings.of(options, name, null))
        .isInstanceOf(Options.Refused.class)
        .hasMessageContaining("cannot be read");
    Files.writeString(file, "# nothing");
    assertThatThrownBy(() -> NodeSettings.of(options, name, null))
        .isInstanceOf(Options.Refused.class)
        .hasMessageContaining("no line that says something");
    Files.writeString(file, "\nshop@*");
    assertThatThrownBy(() -> NodeSettings.of(options, name, null))
        .isInstanceOf(Options.Refused.class)
        .hasMessageContaining("line 2");
  }

  @Test
  void readsHowToDoWithoutEpmd() throws Exception {
    var alike = Options.parse("--sname", "a", "--no-epmd", "--port", "9100");
    assertThat(alike.ports()).isEqualTo(new Options.Ports(9100, 9100));
    assertThat(alike.peerPort()).isEqualTo(9100);
    var other = Options.parse("--sname", "a", "--peer-port", "9200", "--port", "9100");
    assertThat(other.peerPort()).isEqualTo(9200);
    assertRefused("--no-epmd needs one port", "--sname", "a", "--no-epmd");
    assertRefused("--no-epmd needs one port", "--sname", "a", "--no-epmd", "--port", "1-2");
  }

  @Test
  void readsTheOptionsOfTlsAsErlDoes() throws Exception {
    var file = Options.parse("--sname", "a", "-proto_dist", "inet_tls", "-ssl_dist_optfile", "f");
    assertThat(file.tls()).isEqualTo(new Options.Tls(Path.of("f"), List.of()));
    var several =
        Options.parse(
            "--sname=a",
            "--proto-dist=inet_tls",
            "-ssl_dist_opt",
            "server_certfile",
            "c.pem",
            "client_verify",
            "verify_none",
            "program.java",
            "--ssl-dist-opt=server_depth",
            "1");
    assertThat(several.tls())
        .isEqualTo(
            new Options.Tls(
                null,
                List.of(
                    "server_certfile",
                    "c.pem",
                    "client_verify",
                    "verify_none",
                    "server_depth",
                    "1")));
    assertThat(several.sources()).hasSize(1);
    assertThat(Options.parse("--sname", "a", "-proto_dist", "inet_tcp").tls()).isNull();
    assertRefused("takes inet_tcp or inet_tls, not tls", "--sname", "a", "-proto_dist", "tls");
    assertRefused("-proto_dist inet_tls needs", "--sname", "a", "-proto_dist", "inet_tls");
    assertRefused("need -proto_dist inet_tls", "--sname", "a", "-ssl_dist_optfile", "f");
    assertRefused("need a node's name", "-proto_dist", "inet_tls", "-ssl_dist_optfile", "f");
    assertRefused(
        "-ssl_dist_optfile and -ssl_dist_opt exclude each other",
        "--sname=a",
        "-proto_dist",
        "inet_tls",
        "-ssl_dist_optfile",
        "f",
        "-ssl_dist_opt",
        "server_depth",
        "1");
    var node = NodeOptions.shortName("a");
    assertThat(NodeSettings.of(several, node, null).tls())
        .isEqualTo(
            TlsOptions.of(
                "server_certfile", "c.pem", "client_verify", "verify_none", "server_depth", "1"));
    var wrong =
        Options.parse("--sname=a", "-proto_dist", "inet_tls", "-ssl_dist_opt", "server_x", "1");
    assertThatThrownBy(() -> NodeSettings.of(wrong, node, null))
        .isInstanceOf(Options.Refused.class)
        .hasMessageStartingWith("-ssl_dist_opt: server_x: certfile, keyfile");
  }

  @Test
  void readsHowLongASilentNodeIsBelievedAlive() throws Exception {
    var told = Options.parse("--sname", "a", "--net-ticktime", "8");
    assertThat(NodeSettings.of(told, NodeOptions.shortName("a"), null))
        .isEqualTo(NodeOptions.shortName("a").withNetTickTime(Duration.ofSeconds(8)));
    assertRefused("takes a number of seconds, at least 1", "--sname", "a", "--net-ticktime", "0");
    assertRefused("takes a number of seconds", "--sname", "a", "--net-ticktime", "soon");
    assertRefused("need a node's name", "--net-ticktime", "8");
  }

  @Test
  void aCheckNeedsNoNameAndDoesNothingElse() throws Exception {
    assertThat(Options.parse("--check", "a@b", "--cookie", "C").check()).isEqualTo("a@b");
    assertRefused("--check does nothing else", "--check", "a@b", "-e", "1");
    assertRefused("--check does nothing else", "--check", "a@b", "--no-halt");
  }

  @Test
  void settingsOfTheNodeFollowFlagsBeforeTheEnvironment() throws Exception {
    var node = NodeOptions.shortName("a");
    var plain = Options.parse("--sname", "a");
    assertThat(NodeSettings.of(plain, node, null)).isEqualTo(node);
    assertThat(NodeSettings.of(plain, node, "9100"))
        .isEqualTo(node.withPort(9100).withoutEpmd(9100));
    var told = Options.parse("--sname", "a", "--port", "9200");
    assertThat(NodeSettings.of(told, node, "9100")).isEqualTo(node.withPort(9200));
    assertThatThrownBy(() -> NodeSettings.of(plain, node, "many"))
        .isInstanceOf(Options.Refused.class)
        .hasMessage("ERL_DIST_PORT takes a number from 1 to 65535, not many");
    var nowhere = Options.parse("--sname", "a", "--interface", "eth0");
    assertThatThrownBy(() -> NodeSettings.of(nowhere, node, null))
        .isInstanceOf(Options.Refused.class)
        .hasMessageContaining("--interface takes an address such as 10.0.0.5");
    var foreign = Options.parse("--sname", "a", "--cookie", "α");
    assertThatThrownBy(() -> NodeSettings.of(foreign, node, null))
        .isInstanceOf(Options.Refused.class)
        .hasMessageContaining("characters of Latin-1 were expected");
  }

  private static void assertRefused(String message, String... arguments) {
    assertThatThrownBy(() -> Options.parse(arguments))
        .isInstanceOf(Options.Refused.class)
        .hasMessageContaining(message);
  }
}
