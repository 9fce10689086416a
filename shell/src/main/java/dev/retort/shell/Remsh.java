package dev.retort.shell;

import dev.retort.Kernel;
import dev.retort.Node;
import dev.retort.spi.RemoteShell.Expansion;
import dev.retort.term.Atom;
import dev.retort.term.Pid;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * {@code jex --remsh NODE}: that node's own shell, with this terminal as its group leader. What is
 * typed is read, compiled and run there. Erlang's {@code user_drv} with one job.
 */
final class Remsh {
  private static final Atom INTERRUPT = Atom.of("interrupt");
  private static final long LAST_WORDS_SECONDS = 2;

  /** Reasons with which a shell ends because its user wants it to. */
  private static final Set<Object> WANTED =
      Set.of(Atom.NORMAL, Atom.SHUTDOWN, Atom.NOPROC, Atom.KILLED, Atom.of("terminated"));

  /** Makes the console, for which somebody may press Tab. */
  @FunctionalInterface
  interface Consoles {
    Console of(Remsh remsh) throws IOException;
  }

  private final Node own;
  private final String other;

  /** A shell that has been started. */
  private record Opened(FarShell shell, Pid process) {}

  /** Set once, before anybody can press a key. */
  private volatile @Nullable Opened opened;

  /**
   * A shell on another node.
   *
   * @param other its name; without a host it is on this machine
   */
  Remsh(Node own, String other) {
    this.own = own;
    var name = own.name().name();
    this.other = other.indexOf('@') < 0 ? other + name.substring(name.indexOf('@')) : other;
  }

  /**
   * Until the user leaves, the shell ends, or the other node is gone; whether it went well.
   *
   * @throws IOException with one sentence for the user, if there is no such shell
   */
  boolean run(Consoles consoles) throws IOException {
    var shell = connect();
    try (var console = consoles.of(this)) {
      var input = new TerminalInput(console);
      var end = new CompletableFuture<Object>();
      var terminal = new TerminalServer(console, input, end);
      var leader = own.spawn(terminal::serve);
      console.print(
          "Connected to " + other + " as " + own.name().name() + " - press Ctrl+D to leave\n");
      var started = start(shell, leader);
      opened = new Opened(shell, started);
      Kernel.send(leader, new TerminalServer.Serve(started));
      if (console instanceof TerminalConsole screen) {
        screen.onInterrupt(
            () -> {
              screen.print("\n"); // behind the ^C that the terminal shows
              Kernel.exit(started, INTERRUPT);
            });
      }
      Thread.ofPlatform().daemon().name("jex-input").start(input::serve);
      return ended(console, input, end);
    }
  }

  private FarShell connect() throws IOException {
    var check = Node.check(other);
    if (!check.passed()) {
      throw new IOException("no shell on " + other + ": " + check.steps().getLast().finding());
    }
    try {
      return FarShell.of(other);
    } catch (FarShell.NoneException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  /** In a process, so that what is started there has this terminal for its group leader. */
  private Pid start(FarShell shell, Pid leader) throws IOException {
    var started = new CompletableFuture<Pid>();
    own.spawn(
        () -> {
          try {
            started.complete(shell.start(other));
          } catch (FarShell.NoneException | RuntimeException e) {
            started.completeExceptionally(e);
          }
        },
        leader);
    try {
      return started.get();
    } catch (ExecutionException e) {
      throw new IOException(e.getCause() == null ? e.toString() : e.getCause().getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  /** Waits for the first end that comes, and tells it; whether it is one that was wanted. */
  private boolean ended(Console console, TerminalInput input, CompletableFuture<Object> end) {
    var left = input.left();
    CompletableFuture.anyOf(left, end).join();
    if (left.isDone()) {
      try {
        var unused = end.get(LAST_WORDS_SECONDS, TimeUnit.SECONDS);
      } catch (ExecutionException | TimeoutException e) {
        return true; // it runs what does not look at its terminal; the lost link will end it
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      return true;
    }
    var reason = end.join();
    if (WANTED.contains(reason)) {
      return true;
    }
    console.printLines(
        console
                .style()
                .error(
                    reason.equals(Atom.NOCONNECTION)
                        ? "** the connection to " + other + " is lost"
                        : "** the shell on "
                            + other
                            + " has ended with reason: "
                            + Kernel.inspect(reason))
            + "\n");
    return false;
  }

  /** What may follow on the line that was typed so far. Blocks. */
  Expansion expand(String before) {
    var its = opened;
    return its == null ? Expansion.NONE : its.shell().expand(its.process(), before);
  }
}
