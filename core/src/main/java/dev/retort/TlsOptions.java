package dev.retort;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How a node proves who it is, and who it believes, where nodes are connected by TLS: Erlang's
 * {@code -proto_dist inet_tls} with its {@code -ssl_dist_optfile} and {@code -ssl_dist_opt}. Give
 * it to {@link NodeOptions#withTls}. Immutable.
 *
 * <p>Files are read when the node starts, and again for a new connection when they have changed.
 *
 * @param server for the calls of others; a {@code certfile} is needed here
 * @param client for calls to others
 */
public record TlsOptions(Role server, Role client) {
  /** Each is there, and the server has a certificate. */
  public TlsOptions {
    Objects.requireNonNull(server, "server");
    Objects.requireNonNull(client, "client");
  }

  /**
   * One side of a connection, in the words of Erlang's {@code ssl}.
   *
   * @param certfile a PEM file with this node's certificate, and those that lead from it to its CA
   * @param keyfile a PEM file with the certificate's private key; null if {@code certfile} has it
   * @param password what the key is encrypted with; null if it is not
   * @param cacertfile a PEM file with the CAs whose word is taken for other nodes
   * @param verifyPeer whether the other node must have a certificate of such a CA; a server asks
   *     for one then, a client looks also whether it is the certificate of the host that it calls
   * @param failIfNoPeerCert whether a server takes no client without a certificate
   * @param depth how many certificates may stand between the other node's and its CA's, 0 to 255
   * @param versions which of {@code tlsv1.2} and {@code tlsv1.3} are spoken; empty for both
   * @param ciphers the cipher suites, with OpenSSL's or IANA's names; empty for those of the JDK
   */
  public record Role(
      @Nullable Path certfile,
      @Nullable Path keyfile,
      @Nullable String password,
      @Nullable Path cacertfile,
      boolean verifyPeer,
      boolean failIfNoPeerCert,
      int depth,
      List<String> versions,
      List<String> ciphers) {
    private static final int MAX_DEPTH = 255;

    /**
     * @throws IllegalArgumentException if {@code depth} is not in its range, one of {@code
     *     versions} is unknown, or somebody is to be verified without {@code cacertfile}
     */
    public Role {
      if (depth < 0 || depth > MAX_DEPTH) {
        throw new IllegalArgumentException("depth: 0 to 255 was expected, this is " + depth);
      }
      versions = List.copyOf(versions);
      ciphers = List.copyOf(ciphers);
      for (var version : versions) {
        if (!version.equals("tlsv1.2") && !version.equals("tlsv1.3")) {
          throw new IllegalArgumentException(
              "versions: tlsv1.2 or tlsv1.3 was expected, this is " + version);
        }
      }
      if (verifyPeer && cacertfile == null) {
        throw new IllegalArgumentException(
            "cacertfile: a file with the CAs of the other nodes was expected, since verify is"
                + " verify_peer; verify_none takes everybody");
      }
      if (failIfNoPeerCert && !verifyPeer) {
        throw new IllegalArgumentException(
            "fail_if_no_peer_cert: false was expected, or verify_peer to go with it");
      }
    }

    /** Everything but the password. */
    @Override
    public String toString() {
      return "Role[certfile " + certfile + ", cacertfile " + cacertfile + "]";
    }
  }

  /**
   * Nodes that know each other by certificates of one CA: whoever has none is not taken, in either
   * direction.
   *
   * @param certfile this node's certificate, a PEM file
   * @param keyfile its private key, a PEM file that is not encrypted; may be the same file
   * @param cacertfile the CA's certificate, a PEM file
   */
  public static TlsOptions mutual(Path certfile, Path keyfile, Path cacertfile) {
    return new TlsOptions(
        role(certfile, keyfile, cacertfile, true), role(certfile, keyfile, cacertfile, false));
  }

  private static Role role(Path certfile, Path keyfile, Path cacertfile, boolean server) {
    Objects.requireNonNull(certfile, "certfile");
    Objects.requireNonNull(keyfile, "keyfile");
    Objects.requireNonNull(cacertfile, "cacertfile");
    return new Role(
        certfile, keyfile, null, cacertfile, true, server, TlsSettings.DEPTH, List.of(), List.of());
  }

  /**
   * What is in a file such as Erlang nodes have: {@code -ssl_dist_optfile}. It holds one term,
   * {@code [{server, [{certfile, "node.pem"}, ...]}, {client, [...]}].}
   *
   * @throws IOException with one sentence if it cannot be read, or holds something else
   */
  public static TlsOptions read(Path optfile) throws IOException {
    return TlsSettings.read(optfile);
  }

  /**
   * What is on the command line of an Erlang node: {@code -ssl_dist_opt}.
   *
   * @param options names that begin with {@code server_} or {@code client_}, each before its value
   * @throws IllegalArgumentException if there is no such option, or its value is none
   */
  public static TlsOptions of(String... options) {
    return TlsSettings.of(List.of(options));
  }
}
