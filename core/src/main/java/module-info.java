/** Processes and OTP's behaviours. */
module dev.retort.core {
  requires transitive dev.retort.etf;
  requires java.management;
  requires jdk.management;
  requires static jdk.jfr; // in a runtime image without it there are no events
  requires static transitive org.jspecify;

  exports dev.retort;
  exports dev.retort.spi to
      dev.retort.node,
      dev.retort.shell;

  opens dev.retort to
      dev.retort.etf, // reads the components of the records that behaviours send
      dev.retort.node; // makes the closure again that runs an agent's function where the agent is

  uses dev.retort.Application;
  uses dev.retort.spi.Distribution.Provider;
  uses dev.retort.spi.Evaluator.Provider;
}
