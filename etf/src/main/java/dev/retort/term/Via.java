package dev.retort.term;

import org.jspecify.annotations.Nullable;

/**
 * A name that a registry other than the node's own keeps: Erlang's {@code {via, Module, Name}} and
 * {@code {global, Name}}.
 *
 * <p>It can be used wherever a process is named: started under, sent to, called, monitored and
 * stopped. It is looked up anew each time. Any thread may call its methods; they may block. What
 * they throw is thrown in whoever uses the name.
 *
 * <p>For those who write a registry; its users get such names from it. Its {@code toString} is what
 * logs and errors show: {@code {:via, Registry, {:sessions, "ann"}}}.
 */
public non-sealed interface Via extends Dest {
  /** The process that has the name; null if there is none. {@code whereis_name/1}. */
  @Nullable Pid whereis();

  /**
   * Gives {@code pid} the name. Called by that process, before its {@code init}. The registry takes
   * the name back by itself when the process ends. {@code register_name/2}.
   *
   * @return false if the name is taken
   */
  boolean register(Pid pid);

  /** Takes the name back, when {@code init} has failed. {@code unregister_name/1}. */
  void unregister();
}
