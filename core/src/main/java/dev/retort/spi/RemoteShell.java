package dev.retort.spi;

import dev.retort.term.Pid;
import java.util.List;

/**
 * A shell of this node for those who sit at a terminal of another one; {@code retort-shell} has it,
 * found with {@link java.util.ServiceLoader}.
 */
public interface RemoteShell {
  /**
   * Is a shell until its user leaves or the terminal is gone; in the calling process, whose group
   * leader is the terminal.
   */
  void run() throws Exception;

  /**
   * What may stand behind what was typed.
   *
   * @param session the process that runs the shell
   * @param before the line up to the cursor
   */
  Expansion expand(Pid session, String before);

  /**
   * Erlang's result of an {@code expand_fun}.
   *
   * @param insert what is the same in all choices; empty if nothing is
   * @param choices what to show; empty where {@code insert} says it all
   */
  record Expansion(String insert, List<String> choices) {
    /** Nothing can follow. */
    public static final Expansion NONE = new Expansion("", List.of());

    /** Keeps a copy. */
    public Expansion {
      choices = List.copyOf(choices);
    }
  }
}
