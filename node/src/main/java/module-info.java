/** A named node in a cluster of Erlang, Elixir and Retort nodes. */
module dev.retort.node {
  requires transitive dev.retort.core;
  requires static transitive org.jspecify;

  exports dev.retort.node;

  provides dev.retort.spi.Distribution.Provider with
      dev.retort.node.TcpDistributionProvider;
}
