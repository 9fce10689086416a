package dev.retort.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Certificates as the documentation makes them: {@code etc/tls/make-certificates}. */
final class Certificates {
  private static final Path SCRIPT = Nodes.HOME.resolve("etc/tls/make-certificates");

  private Certificates() {}

  static void needOpenSsl() {
    boolean there = Nodes.isInstalled("openssl");
    if (!there) {
      System.err.println("openssl is not installed: TLS BETWEEN NODES IS NOT TESTED");
    }
    assumeTrue(there, "openssl is not installed");
  }

  /**
   * Makes what nodes of {@code host} need; gives their file of options.
   *
   * @param days how long the certificate is valid; -1 for one that has expired
   */
  static Path make(Path folder, String host, int days) throws IOException, InterruptedException {
    var builder =
        new ProcessBuilder(SCRIPT.toString(), folder.toString(), host).redirectErrorStream(true);
    builder.environment().put("DAYS", Integer.toString(days));
    var process = builder.start();
    var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    return Path.of(said.strip());
  }
}
