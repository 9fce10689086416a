package dev.retort.shell;

import dev.retort.NodeOptions;
import java.net.InetAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What the command line and the environment say about the node. */
final class NodeSettings {
  private NodeSettings() {}

  /**
   * The options of the node.
   *
   * @param name its name, and nothing else
   * @throws Options.Refused if one of the values is none
   */
  static NodeOptions of(Options options, NodeOptions name) throws Options.Refused {
    return of(options, name, System.getenv("ERL_DIST_PORT"));
  }

  static NodeOptions of(Options options, NodeOptions name, @Nullable String distPort)
      throws Options.Refused {
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
      if (options.netTickTime() != 0) {
        node = node.withNetTickTime(Duration.ofSeconds(options.netTickTime()));
      }
      return withPorts(options, node, distPort);
    } catch (IllegalArgumentException e) {
      throw new Options.Refused("--" + e.getMessage());
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
