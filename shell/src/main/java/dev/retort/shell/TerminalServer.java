package dev.retort.shell;

import static dev.retort.shell.FarTerminal.UNICODE;

import dev.retort.Exit;
import dev.retort.ExitException;
import dev.retort.GroupLeader;
import dev.retort.Kernel;
import dev.retort.Rpc;
import dev.retort.Shareable;
import dev.retort.term.Atom;
import dev.retort.term.Pid;
import dev.retort.term.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A terminal for shells of other nodes: a group leader, Erlang's {@code group}. Its process writes
 * and answers at once; lines are read by a thread of its own, in the order in which they were asked
 * for.
 */
final class TerminalServer {
  private static final Atom IO_REQUEST = Atom.of("io_request");
  private static final Atom IO_REPLY = Atom.of("io_reply");
  private static final Tuple NOT_SUPPORTED = Tuple.of(Atom.ERROR, Atom.of("enotsup"));
  private static final Tuple NOT_UNDERSTOOD = Tuple.of(Atom.ERROR, Atom.of("request"));

  /** To the process: the shell whose terminal this is. */
  @Shareable
  record Serve(Pid shell) {}

  /**
   * Somebody wants something.
   *
   * @param as what he knows the answer by
   */
  record Asked(Pid from, Object as, Tuple request) {
    void answer(Object answer) {
      Kernel.send(from, Tuple.of(IO_REPLY, as, answer));
    }

    /**
     * Calls a function where the asker is: requests may name functions that only his node has.
     *
     * @throws ExitException if it fails
     */
    Object call(String module, String function, List<?> arguments) {
      return Rpc.call(from.node().name(), module, function, arguments);
    }
  }

  private final Console console;
  private final TerminalInput input;
  private final CompletableFuture<Object> end;
  private @Nullable Pid shell;

  /**
   * A terminal.
   *
   * @param end completed with the reason of the shell's end
   */
  TerminalServer(Console console, TerminalInput input, CompletableFuture<Object> end) {
    this.console = console;
    this.input = input;
    this.end = end;
  }

  /** What its process runs. */
  void serve() {
    Kernel.trapExit(true);
    while (true) {
      switch (Kernel.receive()) {
        case Serve(var its) -> {
          shell = its;
          Kernel.link(its); // it ends with this terminal, wherever it is in what it does
        }
        case Exit(var from, var reason) when isShell(from) -> end.complete(reason);
        case Tuple message
            when message.size() == 4
                && message.get(0).equals(IO_REQUEST)
                && message.get(1) instanceof Pid from ->
            asked(from, message.get(2), message.get(3));
        default -> {}
      }
    }
  }

  private boolean isShell(Pid process) {
    return shell != null && shell.equals(process);
  }

  private void asked(Pid from, Object as, Object request) {
    var tuple = request instanceof Tuple its ? its : Tuple.of(request);
    var asked = new Asked(from, as, tuple);
    if (TerminalInput.reads(tuple)) {
      input.add(asked);
    } else {
      asked.answer(answer(asked, tuple));
    }
  }

  private Object answer(Asked asked, Tuple request) {
    return switch (name(request)) {
      case "put_chars" -> put(asked, request);
      case "requests" -> all(asked, request);
      case "setopts" -> input.setOptions(request);
      case "getopts" -> options();
      case "get_geometry" -> geometry(request);
      default -> TerminalInput.reads(request) ? NOT_SUPPORTED : NOT_UNDERSTOOD;
    };
  }

  static String name(Tuple request) {
    return request.size() > 0 && request.get(0) instanceof Atom name ? name.name() : "";
  }

  /** One after the other, up to the first that fails; for output, as OTP uses it. */
  private Object all(Asked asked, Tuple requests) {
    Object last = Atom.OK;
    if (requests.size() == 2 && requests.get(1) instanceof List<?> list) {
      for (var each : list) {
        last = each instanceof Tuple request ? answer(asked, request) : NOT_UNDERSTOOD;
        if (!last.equals(Atom.OK)) {
          break;
        }
      }
    }
    return last;
  }

  /** {@code {put_chars, [Encoding], Chars}} or {@code {put_chars, [Encoding], M, F, A}}. */
  private Object put(Asked asked, Tuple request) {
    int parts = request.size();
    try {
      if (parts == 2 || parts == 3) {
        console.print(GroupLeader.text(request.get(parts - 1)));
      } else if ((parts == 4 || parts == 5)
          && request.get(parts - 3) instanceof Atom module
          && request.get(parts - 2) instanceof Atom function
          && request.get(parts - 1) instanceof List<?> arguments) {
        console.print(GroupLeader.text(asked.call(module.name(), function.name(), arguments)));
      } else {
        return NOT_UNDERSTOOD;
      }
      return Atom.OK;
    } catch (IllegalArgumentException | ExitException e) {
      return Tuple.of(Atom.ERROR, parts < 4 ? request : request.get(parts - 2));
    }
  }

  private Object options() {
    var options = new ArrayList<Object>();
    options.add(Tuple.of(Atom.of("expand_fun"), false)); // Tab asks the shell itself
    options.add(Tuple.of(Atom.of("echo"), input.echoes()));
    options.add(Tuple.of(Atom.of("binary"), input.isBinary()));
    options.add(Tuple.of(Atom.of("encoding"), UNICODE));
    return options;
  }

  private Object geometry(Tuple request) {
    var extent = console.extent();
    return extent == null || request.size() != 2
        ? NOT_SUPPORTED
        : request.get(1).equals(Atom.of("columns"))
            ? (long) extent.columns()
            : (long) extent.rows();
  }
}
