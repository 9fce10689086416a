package dev.retort.node;

import dev.retort.Export;
import dev.retort.Kernel;
import dev.retort.term.Atom;
import dev.retort.term.Pid;
import dev.retort.term.Tuple;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Elixir's module {@code Process}, as people at an {@code iex} ask it over {@code :rpc}. */
final class ElixirProcessModule {
  private final ErlangModule erlang;

  ElixirProcessModule(ErlangModule erlang) {
    this.erlang = erlang;
  }

  @Export
  Object list() {
    return erlang.processes();
  }

  /** {@code nil} if it has ended. */
  @Export
  @Nullable Object info(Object pid) {
    return orNil(erlang.processInfo(pid));
  }

  /** One item or several; a name is told as an item even where there is none. */
  @Export
  @Nullable Object info(Object pid, Object what) {
    var info = erlang.processInfo(pid, what);
    return info.equals(List.of()) && what instanceof Atom ? Tuple.of(what, info) : orNil(info);
  }

  @Export
  Object registered() {
    return erlang.registered();
  }

  @Export
  @Nullable Object whereis(Atom name) {
    return Kernel.whereis(name.name());
  }

  @Export("alive?")
  Object isAlive(Pid pid) {
    return erlang.isProcessAlive(pid);
  }

  private static @Nullable Object orNil(Object answer) {
    return answer.equals(Atom.UNDEFINED) ? null : answer;
  }
}
