package dev.retort.shell;

import dev.retort.NodeOptions;
import dev.retort.PeerAccess;
import dev.retort.TlsOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the command line and the environment say about the node. */
final class NodeSettings {
  private NodeSettings() {}

  /**
   * The options of the node.
   *
   * @param name its name, and nothing else
   * @throws Options.Refused if one of the values is none
   * @throws IOException if the file with the options of TLS cannot be read
   */
  static NodeOptions of(Options options, NodeOptions name) throws Options.Refused, IOException {
    return of(options, name, System.getenv("ERL_DIST_PORT"));
  }

  static NodeOptions of(Options options, NodeOptions name, @Nullable String distPort)
      throws Options.Refused, IOException {
    try {
      var node = name.withHidden(options.hidden()).withWeakCookie(options.weakCookie());
      var cookie = options.cookie();
      if (cookie != null) {
        node = node.withCookie(cookie);
      }
      var address = options.address();
      if (address != null) {
        node = node.withInterface(address(address));
      }
      var tls = options.tls();
      if (tls != null) {
        node = node.withTls(tls(tls));
      }
      if (options.netTickTime() != 0) {
        node = node.withNetTickTime(Duration.ofSeconds(options.netTickTime()));
      }
      var access = options.access();
      if (access != null) {
        node = node.withAccess(access(Path.of(access)));
      }
      return withPorts(options, node, distPort);
    } catch (IllegalArgumentException e) {
      throw new Options.Refused("--" + e.getMessage());
    }
  }

  private static TlsOptions tls(Options.Tls tls) throws Options.Refused, IOException {
    var optfile = tls.optfile();
    if (optfile != null) {
      return TlsOptions.read(optfile);
    }
    try {
      return TlsOptions.of(tls.options().toArray(String[]::new));
    } catch (IllegalArgumentException e) {
      throw new Options.Refused("-ssl_dist_opt: " + e.getMessage());
    }
  }

  private static List<PeerAccess> access(Path file) throws Options.Refused {
    try {
      var rules = PeerAccess.parse(Files.readString(file));
      if (rules.isEmpty()) {
        throw new Options.Refused("--access: " + file + " has no line that says something");
      }
      return rules;
    } catch (IOException e) {
      throw new Options.Refused("--access: " + file + " cannot be read: " + e.getMessage());
    } catch (IllegalArgumentException e) {
      throw new Options.Refused("--access: " + file + ", " + e.getMessage());
    }
  }

  private static InetAddress address(String literal) throws Options.Refused {
    try {
      return InetAddress.ofLiteral(literal);
    } catch (IllegalArgumentException e) {
      throw new Options.Refused(
          "--interface takes an address such as 10.0.0.5, or 0.0.0.0: " + e.getMessage());
    }
  }

  /** {@code ERL_DIST_PORT} is for who says nothing else. */
  private static NodeOptions withPorts(Options options, NodeOptions node, @Nullable String distPort)
      throws Options.Refused {
    var ports = options.ports();
    if (ports == null && options.peerPort() == 0 && distPort != null && !distPort.isBlank()) {
      int port = Options.port("ERL_DIST_PORT", distPort.strip());
      return node.withPort(port).withoutEpmd(port);
    }
    var own = ports == null ? node : node.withPorts(ports.first(), ports.last());
    return options.peerPort() == 0 ? own : own.withoutEpmd(options.peerPort());
  }
}
