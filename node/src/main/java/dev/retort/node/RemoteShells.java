package dev.retort.node;

import dev.retort.Down;
import dev.retort.Kernel;
import dev.retort.Node;
import dev.retort.NodeOptions;
import dev.retort.spi.RemoteShell;
import dev.retort.term.Atom;
import dev.retort.term.Pid;
import dev.retort.term.Ref;
import dev.retort.term.Tuple;
import java.util.List;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/**
 * The shells of this node for those who sit at terminals of others: {@code iex --remsh}, {@code erl
 * -remsh} and {@code jex --remsh}.
 *
 * <p>They call functions that are there on every Erlang node, and start the shell by {@code rpc}:
 * {@code IEx.start/2} up to Elixir 1.14, {@code iex:start/2} since, {@code shell:start/0} or, for
 * jex, {@code jex:start/0}. The shell is a process whose group leader is the terminal. Where the
 * node opens no shell, all of them say so, in the words that the terminal then shows.
 *
 * @param shell null where the node opens none
 */
record RemoteShells(@Nullable RemoteShell shell) {
  static final String REFUSAL =
      "it is a Retort node, a JVM, that opens no shell to other nodes"
          + " (NodeOptions.withAcceptShells, or jex)";

  private static final Atom BEGIN = Atom.of("begin");
  private static final Atom DONE = Atom.of("done");

  /**
   * Those of a node.
   *
   * @throws IllegalStateException if it opens shells, and the class path has none
   */
  static RemoteShells of(NodeOptions options) {
    return new RemoteShells(options.acceptShells() ? find() : null);
  }

  private static RemoteShell find() {
    return ServiceLoader.load(RemoteShell.class, RemoteShells.class.getClassLoader())
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "a node that opens shells to others needs dev.retort:retort-shell among the"
                        + " dependencies"));
  }

  boolean areOpen() {
    return shell != null;
  }

  /** The process of a shell; without one, of what is said instead. */
  Pid open() {
    return open(Atom.NIL);
  }

  /**
   * As above.
   *
   * @param callback what the starter wants called when the shell begins; anything else for nothing
   */
  Pid open(Object callback) {
    return Kernel.spawn(
        () -> {
          awaitStarter(callback);
          if (shell == null) {
            Kernel.println(Node.self().name() + " gives you no shell: " + REFUSAL);
          } else {
            shell.run();
          }
        });
  }

  /**
   * Elixir's start-up goes on at the terminal's node, with its {@code -e} for example, when the
   * shell has asked for that: {@code IEx.CLI.remote_start/2}, since 1.15 {@code iex:sync_remote/2}.
   */
  private static void awaitStarter(Object callback) {
    if (callback instanceof Tuple mfa
        && mfa.size() == 3
        && mfa.get(2) instanceof List<?> arguments
        && arguments.size() == 2
        && arguments.get(0) instanceof Pid starter
        && arguments.get(1) instanceof Ref ref) {
      var monitor = Kernel.monitor(starter);
      Kernel.send(starter, Tuple.of(BEGIN, ref, Kernel.self()));
      var done = Tuple.of(DONE, ref);
      var unused =
          Kernel.receive(
              Object.class,
              message ->
                  message.equals(done)
                      || (message instanceof Down down && down.ref().equals(monitor)));
      Kernel.demonitor(monitor);
    }
  }
}
