package dev.retort.node;

import dev.retort.Export;
import dev.retort.term.Atom;
import dev.retort.term.Pid;

/** Elixir's modules {@code IEx} and {@code iex}: what {@code iex --remsh} starts a shell with. */
final class IexModule {
  static final Atom NAME = Atom.of("Elixir.IEx");

  private final RemoteShells shells;

  IexModule(RemoteShells shells) {
    this.shells = shells;
  }

  @Export
  Pid start(Object options, Object callback) {
    return shells.open(callback);
  }
}
