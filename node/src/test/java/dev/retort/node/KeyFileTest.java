package dev.retort.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.EdECPrivateKey;
import java.security.interfaces.RSAPrivateKey;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Keys as openssl writes them. */
class KeyFileTest {
  @TempDir static Path folder;

  @BeforeAll
  static void needOpenSsl() {
    Certificates.needOpenSsl();
  }

  @ParameterizedTest
  @CsvSource({
    "RSA, -algorithm RSA -pkeyopt rsa_keygen_bits:2048",
    "EC, -algorithm EC -pkeyopt ec_paramgen_curve:prime256v1",
    "EC, -algorithm EC -pkeyopt ec_paramgen_curve:secp521r1",
    "EdDSA, -algorithm ED25519"
  })
  void readsAKeyInEveryForm(String algorithm, String how) throws IOException {
    var plain = folder.resolve("plain.pem");
    Certificates.openssl("genpkey " + how + " -out", plain.toString());
    var key = KeyFile.read(plain, null);
    assertThat(key.getAlgorithm()).isEqualTo(algorithm);

    if (!algorithm.equals("EdDSA")) { // which is younger than the old forms
      var old = folder.resolve("old.pem");
      Certificates.openssl("pkey -traditional -in", plain.toString(), "-out", old.toString());
      assertThat(secret(KeyFile.read(old, null))).isEqualTo(secret(key));
    }

    var encrypted = folder.resolve("encrypted.pem");
    Certificates.openssl(
        "pkcs8 -topk8 -passout pass:sesame -in", plain.toString(), "-out", encrypted.toString());
    assertThat(secret(KeyFile.read(encrypted, "sesame"))).isEqualTo(secret(key));
    assertThatThrownBy(() -> KeyFile.read(encrypted, "other"))
        .isInstanceOf(IOException.class)
        .hasMessage("the private key in " + encrypted + " has another password");
    assertThatThrownBy(() -> KeyFile.read(encrypted, null))
        .hasMessage("the private key in " + encrypted + " is encrypted: its password is missing");
  }

  private static Object secret(PrivateKey key) {
    return switch (key) {
      case ECPrivateKey curve -> List.of(curve.getS(), curve.getParams().getOrder());
      case RSAPrivateKey rsa -> rsa.getPrivateExponent();
      case EdECPrivateKey edwards -> ByteBuffer.wrap(edwards.getBytes().orElseThrow());
      default -> throw new AssertionError(key.getAlgorithm());
    };
  }

  @Test
  void keyThatIsEncryptedInAnOldWayIsToBeWrittenAnew() throws IOException {
    var old = folder.resolve("old-encrypted.pem");
    Certificates.openssl("genrsa -traditional -aes128 -passout pass:sesame -out", old.toString());
    assertThatThrownBy(() -> KeyFile.read(old, "sesame"))
        .hasMessageContaining("is encrypted in an old way")
        .hasMessageContaining("openssl pkcs8 -topk8");
  }

  @Test
  void whatIsNoKeyIsSaid() throws IOException {
    assertFails("hello", "holds no private key: a PEM file with a line -----BEGIN");
    assertFails(block("CERTIFICATE", "AAAA"), "a line -----BEGIN PRIVATE KEY----- was expected");
    assertFails(block("PRIVATE KEY", "AAAA"), "cannot be read: an RSA, EC or EdDSA key");
    assertFails(block("EC PRIVATE KEY", "MAA="), "cannot be read: it does not name its curve");
    assertFails(block("EC PRIVATE KEY", "MIQA"), "cannot be read: ");
    assertFails(block("DSA PRIVATE KEY", "AAAA"), "holds a DSA PRIVATE KEY, an RSA, EC or");
    assertFails(block("PRIVATE KEY", "A"), "is damaged");
    assertThatThrownBy(() -> KeyFile.read(folder.resolve("none"), null))
        .hasMessage("there is no file " + folder.resolve("none") + " with private key");
    assertThatThrownBy(() -> KeyFile.read(folder, null)).hasMessageContaining("cannot be read");
  }

  private static String block(String label, String content) {
    return "-----BEGIN " + label + "-----\n" + content + "\n-----END " + label + "-----\n";
  }

  private static void assertFails(String text, String sentence) throws IOException {
    var file = Files.writeString(folder.resolve("file.pem"), text);
    assertThatThrownBy(() -> KeyFile.read(file, "sesame"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(sentence);
  }
}
