package dev.retort.node;

import dev.retort.TlsOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/** TLS for a node's connections, in either role: {@code inet_tls_dist} of Erlang's {@code ssl}. */
final class Tls {
  private final TlsOptions options;
  private final TlsFiles server;
  private final TlsFiles client;

  private Tls(TlsOptions options) throws IOException {
    this.options = options;
    this.server = new TlsFiles(options.server());
    this.client = new TlsFiles(options.client());
  }

  /**
   * @return null without options
   * @throws IOException with one sentence for the user if a file cannot be used, or an option
   */
  static @Nullable Tls of(@Nullable TlsOptions options) throws IOException {
    if (options == null) {
      return null;
    }
    if (options.server().certfile() == null) {
      throw new IOException(
          "server_certfile: a file with this node's certificate was expected, without which no"
              + " other node can call it");
    }
    return new Tls(options);
  }

  /** For a call of another node. */
  SSLEngine server() {
    var engine = server.context().createSSLEngine();
    engine.setUseClientMode(false);
    var parameters = parameters(engine, server);
    if (options.server().failIfNoPeerCert()) {
      parameters.setNeedClientAuth(true);
    } else if (options.server().verifyPeer()) {
      parameters.setWantClientAuth(true);
    }
    engine.setSSLParameters(parameters);
    return engine;
  }

  /**
   * For a call to another node.
   *
   * @param host as it is in the node's name
   */
  SSLEngine client(String host, int port) {
    var engine = client.context().createSSLEngine(host, port);
    engine.setUseClientMode(true);
    var parameters = parameters(engine, client);
    if (isServerName(host)) {
      parameters.setServerNames(List.of(new SNIHostName(host)));
    }
    engine.setSSLParameters(parameters);
    return engine;
  }

  private static SSLParameters parameters(SSLEngine engine, TlsFiles role) {
    var parameters = engine.getSSLParameters();
    parameters.setProtocols(role.protocols());
    var suites = role.cipherSuites();
    if (suites != null) {
      parameters.setCipherSuites(suites);
    }
    return parameters;
  }

  /** What a server may be told that it is called by; an address may not. */
  private static boolean isServerName(String host) {
    try {
      InetAddress.ofLiteral(host);
      return false;
    } catch (IllegalArgumentException noAddress) {
      try {
        return !new SNIHostName(host).getAsciiName().isEmpty();
      } catch (IllegalArgumentException noName) {
        return false;
      }
    }
  }
}
