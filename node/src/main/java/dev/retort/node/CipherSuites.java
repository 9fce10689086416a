package dev.retort.node;

import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** The names of cipher suites: OpenSSL's, which Erlang's {@code ssl} takes, and IANA's, Java's. */
final class CipherSuites {
  private CipherSuites() {}

  /**
   * Java's names for {@code names}; null for none. Those that this JVM does not have are left out,
   * as long as there are others.
   *
   * @throws IOException with one sentence if it has none of them
   */
  static String @Nullable [] named(List<String> names, SSLContext context) throws IOException {
    if (names.isEmpty()) {
      return null;
    }
    var supported = List.of(context.getSupportedSSLParameters().getCipherSuites());
    var found = new LinkedHashSet<String>();
    for (var name : names) {
      supported.stream()
          .filter(suite -> suite.equals(name) || openSsl(suite).equals(name))
          .forEach(found::add);
    }
    if (found.isEmpty()) {
      throw new IOException("ciphers: this JVM has none of " + String.join(", ", names));
    }
    return found.toArray(String[]::new);
  }

  /** {@code TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256} is {@code ECDHE-RSA-AES128-GCM-SHA256}. */
  static String openSsl(String suite) {
    return suite
        .replaceFirst("^TLS_(RSA_WITH_)?", "")
        .replace("_WITH_", "-")
        .replaceFirst("AES_(\\d+)_CBC", "AES$1")
        .replaceFirst("AES_(\\d+)", "AES$1")
        .replaceFirst("POLY1305_SHA256", "POLY1305")
        .replace('_', '-');
  }
}
