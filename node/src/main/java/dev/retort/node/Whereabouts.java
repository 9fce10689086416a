package dev.retort.node;

import static java.util.stream.Collectors.joining;

import java.io.IOException;
import java.net.InetAddress;

/** At which port of its host a node listens. */
sealed interface Whereabouts {
  /**
   * The port of {@code node} on its host's {@code address}.
   *
   * @param steps what is told how it was found
   * @throws IOException with one sentence for the user if it cannot be found
   */
  int port(NodeName node, InetAddress address, Steps steps) throws IOException;

  /** Without epmd every node listens on the same one: {@code -erl_epmd_port}. */
  record Fixed(int port) implements Whereabouts {
    @Override
    public int port(NodeName node, InetAddress address, Steps steps) {
      steps.at(Stage.EPMD);
      steps.passed("is not asked: every other node listens on port " + port);
      return port;
    }
  }

  /** As the epmd of the node's host says. */
  record Asked(Epmd epmd) implements Whereabouts {
    @Override
    public int port(NodeName node, InetAddress address, Steps steps) throws IOException {
      steps.at(Stage.EPMD);
      var port = epmd.lookUp(address, node.alive());
      steps.passed("answers on port " + epmd.port() + " of " + address.getHostAddress());
      steps.at(Stage.REGISTERED);
      if (port == null) {
        throw new IOException(
            "no node " + node.alive() + " runs on " + node.host() + ": " + others(address));
      }
      steps.passed(node.alive() + " listens on port " + port);
      return port;
    }

    private String others(InetAddress address) {
      try {
        var names = epmd.names(address);
        return names.isEmpty()
            ? "its epmd knows none at all"
            : "its epmd knows "
                + names.stream()
                    .map(Epmd.Listening::name)
                    .sorted()
                    .limit(20)
                    .collect(joining(", "));
      } catch (IOException e) {
        return "its epmd does not know it";
      }
    }
  }
}
