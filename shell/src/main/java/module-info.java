/** jex, the interactive shell. */
module dev.retort.shell {
  requires transitive dev.retort.core;
  requires static transitive org.jspecify;
  requires dev.retort.node;
  requires jdk.jshell;
  requires org.jline;

  exports dev.retort.shell;

  provides dev.retort.spi.RemoteShell with
      dev.retort.shell.RemoteSessions;
}
