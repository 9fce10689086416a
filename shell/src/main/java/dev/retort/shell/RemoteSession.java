package dev.retort.shell;

import dev.retort.Exit;
import dev.retort.ExitException;
import dev.retort.Kernel;
import dev.retort.Node;
import dev.retort.Rpc;
import dev.retort.spi.RemoteShell.Expansion;
import dev.retort.term.Atom;
import dev.retort.term.Fun;
import dev.retort.term.Pid;
import dev.retort.term.Tuple;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A session for a terminal of another node. Its process, which that node has started, is to the
 * terminal what Erlang's {@code shell} is: the terminal links to it and sends it the exit signal
 * {@code interrupt} when its user wants what runs to stop. Typed code runs in the process of the
 * session's {@link Evaluator}, and a thread of its own reads, compiles and shows.
 */
final class RemoteSession {
  private static final Atom INTERRUPT = Atom.of("interrupt");
  private static final Atom END = Atom.of("jex_end");
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final Pid process = Kernel.self();
  private final FarTerminal terminal = new FarTerminal();
  private final Preparation preparation = new Preparation(true);
  private final RemoteConsole console;
  private final Session session;

  /** A session of the calling process, on its group leader. */
  RemoteSession() {
    Kernel.trapExit(true);
    setUp();
    console = new RemoteConsole(terminal, style(), source -> preparation.engine().expand(source));
    session = new Session(Node.current(), console, preparation);
  }

  /** Lines as binaries, and Tab. */
  private void setUp() {
    var binary = Tuple.of(Atom.of("binary"), true);
    var encoding = Tuple.of(Atom.of("encoding"), FarTerminal.UNICODE);
    setOptions(List.of(binary, encoding));
    var completion = completion();
    if (completion != null) {
      setOptions(List.of(Tuple.of(Atom.of("expand_fun"), completion)));
    }
  }

  private void setOptions(List<Object> options) {
    terminal.askNow(Tuple.of(Atom.of("setopts"), options));
  }

  /** A terminal with a width takes colours; a pipe has none. */
  private Style style() {
    var width = terminal.askNow(Tuple.of(Atom.of("get_geometry"), Atom.of("columns")));
    return width instanceof Long ? Style.ofTerminal() : Style.PLAIN;
  }

  /**
   * A function for Erlang's terminals that asks this node what may follow a line; made there, by
   * {@code erl_eval}, since only that node knows what its functions look like. Null where there is
   * no Erlang; jex asks without it.
   */
  private @Nullable Object completion() {
    try {
      var made =
          Rpc.call(
              terminal.node().name(),
              "erl_eval",
              "expr",
              List.of(
                  ErlangSource.expandFun(Node.self()),
                  List.of(Tuple.of(ErlangSource.SESSION, process))),
              PATIENCE);
      return made instanceof Tuple value && value.size() == 3 && value.get(1) instanceof Fun fun
          ? fun
          : null;
    } catch (ExitException e) {
      return null;
    }
  }

  /** Until its user leaves or the terminal is gone. */
  void run() {
    Thread.ofPlatform().daemon().name("jex-session").start(this::interact);
    try {
      boolean open = true;
      while (open && terminal.isThere()) {
        switch (Kernel.receive()) {
          case Exit(var from, var reason) when reason.equals(INTERRUPT) -> session.interrupt();
          case Exit exit -> open = false; // the terminal's, which is linked to us
          case Atom end when end.equals(END) -> open = false;
          case Object message -> terminal.take(message);
        }
      }
    } finally {
      terminal.close();
      session.close();
    }
  }

  private void interact() {
    try {
      console.print(
          "Interactive " + Jex.version() + " - exit() leaves (type h() ENTER for help)\n");
      session.interact();
    } finally {
      Kernel.send(process, END);
      preparation.close();
    }
  }

  Expansion expand(String before) {
    return console.expand(before);
  }
}
