package dev.retort.node;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * The certificate that this node shows, whoever asks: as Erlang's {@code ssl} does, also where the
 * other side does not say that it would take it. Then that one can say what it is about.
 */
final class OwnCertificate extends X509ExtendedKeyManager {
  private static final String ALIAS = "node";

  private final List<X509Certificate> chain;
  private final PrivateKey key;

  /**
   * @param chain the node's certificate, and those that lead to its CA
   */
  OwnCertificate(List<X509Certificate> chain, PrivateKey key) {
    this.chain = chain;
    this.key = key;
  }

  /** Types are such as {@code RSA}, {@code EC}, or with an issuer's as in {@code EC_EC}. */
  private @Nullable String alias(String... keyTypes) {
    var algorithm = key.getAlgorithm();
    return Arrays.stream(keyTypes)
            .map(type -> type.toUpperCase(Locale.ROOT).replaceAll("_.*", ""))
            .anyMatch(type -> type.equals(algorithm.toUpperCase(Locale.ROOT)))
        ? ALIAS
        : null;
  }

  @Override
  public @Nullable String chooseEngineClientAlias(
      String[] keyTypes, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
    return alias(keyTypes);
  }

  @Override
  public @Nullable String chooseEngineServerAlias(
      String keyType, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
    return alias(keyType);
  }

  @Override
  public @Nullable String chooseClientAlias(
      String[] keyTypes, Principal @Nullable [] issuers, @Nullable Socket socket) {
    return alias(keyTypes);
  }

  @Override
  public @Nullable String chooseServerAlias(
      String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
    return alias(keyType);
  }

  @Override
  public String[] getClientAliases(String keyType, Principal @Nullable [] issuers) {
    return new String[] {ALIAS};
  }

  @Override
  public String[] getServerAliases(String keyType, Principal @Nullable [] issuers) {
    return new String[] {ALIAS};
  }

  @Override
  public X509Certificate[] getCertificateChain(String alias) {
    return chain.toArray(X509Certificate[]::new);
  }

  @Override
  public PrivateKey getPrivateKey(String alias) {
    return key;
  }
}
