package dev.retort.node;

import dev.retort.Export;

/** Elixir's module {@code Node}, as people at an {@code iex} ask it over {@code :rpc}. */
final class ElixirNodeModule {
  private final ErlangModule erlang;

  ElixirNodeModule(ErlangModule erlang) {
    this.erlang = erlang;
  }

  @Export
  Object self() {
    return erlang.node();
  }

  @Export("alive?")
  Object isAlive() {
    return erlang.isAlive();
  }

  @Export
  Object list() {
    return erlang.nodes();
  }

  @Export
  Object list(Object which) {
    return erlang.nodes(which);
  }
}
