package dev.retort.node;

import dev.retort.Export;
import dev.retort.term.Pid;

/** The module {@code shell}: what {@code erl -remsh} starts a shell with. */
final class ShellModule {
  private final RemoteShells shells;

  ShellModule(RemoteShells shells) {
    this.shells = shells;
  }

  @Export
  Pid start() {
    return shells.open();
  }

  @Export
  Pid start(Object options) {
    return shells.open();
  }
}
