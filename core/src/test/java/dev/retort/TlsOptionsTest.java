package dev.retort;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TlsOptionsTest {
  private static final Path CERTIFICATE = Path.of("node.pem");
  private static final Path KEY = Path.of("key.pem");
  private static final Path CA = Path.of("ca.pem");

  @TempDir Path folder;

  @Test
  void optionsHaveErlangsNames() {
    var tls =
        TlsOptions.of(
            "server_certfile", "node.pem",
            "server_keyfile", "key.pem",
            "server_password", "sesame",
            "server_cacertfile", "ca.pem",
            "server_verify", "verify_peer",
            "server_fail_if_no_peer_cert", "true",
            "server_depth", "2",
            "server_ciphers", "ECDHE-RSA-AES128-GCM-SHA256:ECDHE-RSA-AES256-GCM-SHA384",
            "client_verify", "verify_none",
            "client_secure_renegotiate", "true");
    assertThat(tls.server())
        .isEqualTo(
            new TlsOptions.Role(
                CERTIFICATE,
                KEY,
                "sesame",
                CA,
                true,
                true,
                2,
                List.of(),
                List.of("ECDHE-RSA-AES128-GCM-SHA256", "ECDHE-RSA-AES256-GCM-SHA384")));
    assertThat(tls.client())
        .isEqualTo(
            new TlsOptions.Role(null, null, null, null, false, false, 10, List.of(), List.of()));
    assertThat(tls.toString()).doesNotContain("sesame");
  }

  @Test
  void aFileOfAnErlangNodeIsRead() throws IOException {
    var tls =
        read(
            """
            [{server, [{certfile, "node.pem"}, {keyfile, <<"key.pem">>}, {dhfile, "dh.pem"}]},
             {client, [{cacertfile, "ca.pem"}, {verify, verify_peer}, {depth, 1},
                       {versions, ['tlsv1.2', 'tlsv1.3']},
                       {ciphers, ["TLS_AES_128_GCM_SHA256"]}]}].
            """);
    assertThat(tls.server().certfile()).isEqualTo(CERTIFICATE);
    assertThat(tls.server().keyfile()).isEqualTo(KEY);
    assertThat(tls.server().verifyPeer()).isFalse();
    assertThat(tls.client())
        .isEqualTo(
            new TlsOptions.Role(
                null,
                null,
                null,
                CA,
                true,
                false,
                1,
                List.of("tlsv1.2", "tlsv1.3"),
                List.of("TLS_AES_128_GCM_SHA256")));
  }

  @Test
  void mutualOptionsAskForACertificateInBothDirections() {
    var tls = TlsOptions.mutual(CERTIFICATE, KEY, CA);
    assertThat(tls.server().failIfNoPeerCert()).isTrue();
    assertThat(tls.client().verifyPeer()).isTrue();
    assertThat(tls.client().certfile()).isEqualTo(CERTIFICATE);
    assertThat(NodeOptions.shortName("a").withTls(tls).withHidden(true).tls()).isEqualTo(tls);
  }

  @Test
  void clientVerifiesUnlessToldOtherwise() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TlsOptions.of("server_certfile", "node.pem"))
        .withMessageStartingWith("client_cacertfile: a file with the CAs of the other nodes was");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "certfile x | a name such as server_certfile or client_verify was expected, this is certf",
        "server_certfile | a value was expected after server_certfile",
        "server_verify_fun x | server_verify_fun: certfile, keyfile, password, cacertfile, verify",
        "server_verify yes | server_verify: verify_peer or verify_none was expected, this is yes",
        "server_depth many | server_depth: a number was expected, this is many",
        "server_depth 256 | server_depth: 0 to 255 was expected, this is 256",
        "server_versions tlsv1 | server_versions: tlsv1.2 or tlsv1.3 was expected, this is tlsv1",
        "server_verify verify_peer | server_cacertfile: a file with the CAs of the other nodes",
        "server_fail_if_no_peer_cert true | server_fail_if_no_peer_cert: false was expected, or"
      })
  void saysWhatAnOptionTakes(String options, String sentence) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TlsOptions.of(options.split(" ", -1)))
        .withMessageStartingWith(sentence);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[{server, [}]. | line 1: a term was expected, this is }",
        "{server, []}. | one list was expected, [{server, [...]}, {client, [...]}], with a full",
        "[server]. | {server, [...]} or {client, [...]} was expected, this is :server",
        "[{other, []}]. | server or client was expected, this is :other",
        "[{server, [verify]}]. | server: an option such as {certfile, \"node.pem\"} was expected",
        "[{server, [{certfile, [a, b]}]}]. | server_certfile: one value was expected, these are 2",
        "[{server, [{verify_fun, {fun a:b/3, x}}]}]. | server_verify_fun: certfile, keyfile"
      })
  void saysWhatAFileIsToHold(String text, String sentence) throws IOException {
    var file = Files.writeString(folder.resolve("tls.conf"), text);
    assertThatThrownBy(() -> TlsOptions.read(file))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("the options of TLS in " + file + " cannot be read: " + sentence);
  }

  @Test
  void saysWhichFileIsMissing() {
    var file = folder.resolve("none");
    assertThatThrownBy(() -> TlsOptions.read(file))
        .isInstanceOf(IOException.class)
        .hasMessage("there is no file " + file + " with options of TLS");
  }

  private TlsOptions read(String text) throws IOException {
    return TlsOptions.read(Files.writeString(folder.resolve("tls.conf"), text));
  }
}
