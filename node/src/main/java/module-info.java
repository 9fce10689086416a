/** A named node in a cluster of Erlang, Elixir and Retort nodes. */
module dev.retort.node {
  requires transitive dev.retort.core;
  requires static transitive org.jspecify;
  requires java.management;
  requires jdk.unsupported; // ReflectionFactory: objects as they arrive with a closure

  exports dev.retort.node;
  exports dev.retort.node.eval;

  opens dev.retort.node to
      dev.retort.core; // calls the functions of OTP's modules for other nodes

  uses dev.retort.spi.RemoteShell;

  provides dev.retort.spi.Distribution.Provider with
      dev.retort.node.TcpDistributionProvider;
  provides dev.retort.spi.Evaluator.Provider with
      dev.retort.node.eval.FunEvaluator.Provider;
}
