package dev.retort.node;

import dev.retort.NodeOptions;
import dev.retort.spi.Distribution;
import java.io.IOException;

/**
 * Brings nodes on the network; what {@code dev.retort.Node.start} looks for. Not for applications.
 */
public final class TcpDistributionProvider implements Distribution.Provider {
  /** Called by {@link java.util.ServiceLoader}. */
  public TcpDistributionProvider() {}

  @Override
  public Distribution start(NodeOptions options, Distribution.Host host) throws IOException {
    return new TcpDistribution(options, host);
  }
}
