package dev.retort.shell;

import dev.retort.BadRpcException;
import dev.retort.ExitException;
import dev.retort.GroupLeader;
import dev.retort.Rpc;
import dev.retort.spi.RemoteShell.Expansion;
import dev.retort.term.Atom;
import dev.retort.term.Pid;
import dev.retort.term.Tuple;
import java.time.Duration;
import java.util.List;

/**
 * What shell another node has, and how it is started there: {@code jex} on a Retort node, {@code
 * iex} where Elixir's is loaded, else Erlang's.
 *
 * @param module the module with the function that starts it
 * @param function a function that gives the shell's process
 * @param arguments its arguments
 * @param expander the module with {@code expand}, which completes a line
 * @param knowsSessions whether {@code expand} is told which shell it is for
 */
record FarShell(
    String module,
    String function,
    List<Object> arguments,
    String expander,
    boolean knowsSessions) {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Atom BADRPC = Atom.of("badrpc");

  /** Something that iex calls before it begins; of no effect. */
  private static final Tuple NOTHING = Tuple.of(Atom.of("erlang"), Atom.of("node"), List.of());

  /** There is no shell to be had; the message says why. */
  static final class NoneException extends Exception {
    private static final long serialVersionUID = 1;

    NoneException(String message) {
      super(message);
    }
  }

  /** That of a node. Blocks. */
  static FarShell of(String node) throws NoneException {
    if (has(node, "jex")) {
      return new FarShell("jex", "start", List.of(), "jex", true);
    }
    if (has(node, "Elixir.IEx")) {
      // since Elixir 1.15 in a module of its own
      var starter = has(node, "iex") ? "iex" : "Elixir.IEx";
      var arguments = List.<Object>of(List.of(), NOTHING);
      return new FarShell(starter, "start", arguments, "Elixir.IEx.Autocomplete", true);
    }
    return new FarShell("shell", "start", List.of(true), "edlin_expand", false);
  }

  private static boolean has(String node, String module) throws NoneException {
    try {
      var answer = Rpc.call(node, "code", "ensure_loaded", List.of(Atom.of(module)), PATIENCE);
      if (answer instanceof Tuple refusal && refusal.get(0).equals(BADRPC)) {
        throw new NoneException(node + " gives no shell: " + refusal.get(1));
      }
      return answer.equals(Tuple.of(Atom.of("module"), Atom.of(module)));
    } catch (BadRpcException e) {
      throw new NoneException(node + " gives no shell: it answers " + e.getMessage());
    }
  }

  /** Starts it; the caller's group leader is its terminal. Blocks. */
  Pid start(String node) throws NoneException {
    try {
      if (Rpc.call(node, module, function, arguments, PATIENCE) instanceof Pid shell) {
        return shell;
      }
      throw new NoneException(node + " gives no shell: " + module + " starts no process");
    } catch (BadRpcException e) {
      throw new NoneException(node + " gives no shell: it answers " + e.getMessage());
    }
  }

  /** What may follow in that shell; nothing if the node does not say. Blocks. */
  Expansion expand(Pid shell, String before) {
    var backwards =
        new StringBuilder(before).reverse().codePoints().<Object>mapToObj(c -> (long) c).toList();
    var arguments = knowsSessions ? List.of(backwards, shell) : List.<Object>of(backwards);
    try {
      var answer = Rpc.call(shell.node().name(), expander, "expand", arguments, PATIENCE);
      return answer instanceof Tuple found
              && found.size() == 3
              && found.get(2) instanceof List<?> choices
          ? new Expansion(text(found.get(1)), choices.stream().map(FarShell::text).toList())
          : Expansion.NONE;
    } catch (ExitException e) {
      return Expansion.NONE;
    }
  }

  /** A choice: characters, perhaps with an arity beside them. */
  private static String text(Object choice) {
    return switch (choice) {
      case Tuple named when named.size() > 0 -> text(named.get(0));
      default -> characters(choice);
    };
  }

  private static String characters(Object choice) {
    try {
      return GroupLeader.text(choice);
    } catch (IllegalArgumentException e) {
      return choice.toString();
    }
  }
}
