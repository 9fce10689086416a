/** A named node in a cluster of Erlang, Elixir and Retort nodes. */
module dev.retort.node {
  requires transitive dev.retort.core;
  requires static transitive org.jspecify;
  requires jdk.unsupported; // ReflectionFactory: objects as they arrive with a closure

  exports dev.retort.node;
  exports dev.retort.node.eval;

  provides dev.retort.spi.Distribution.Provider with
      dev.retort.node.TcpDistributionProvider;
  provides dev.retort.spi.Evaluator.Provider with
      dev.retort.node.eval.FunEvaluator.Provider;
}
