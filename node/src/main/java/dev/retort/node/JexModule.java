package dev.retort.node;

import static dev.retort.node.ErlangTerms.charlist;

import dev.retort.Export;
import dev.retort.GroupLeader;
import dev.retort.term.Atom;
import dev.retort.term.Pid;
import dev.retort.term.Tuple;

/** The module {@code jex}: what {@code jex --remsh} starts a shell with, and completes with. */
final class JexModule {
  static final Atom NAME = Atom.of("jex");

  private final RemoteShells shells;

  JexModule(RemoteShells shells) {
    this.shells = shells;
  }

  @Export
  Pid start() {
    return shells.open();
  }

  /**
   * Completes a line.
   *
   * @param before the characters before the cursor, the last one first
   * @return {@code {yes | no, Insert, Choices}}
   */
  @Export
  Tuple expand(Object before, Pid session) {
    var shell = shells.shell();
    if (shell == null) {
      return EdlinExpandModule.NOTHING;
    }
    var line = new StringBuilder(GroupLeader.text(before)).reverse().toString();
    var found = shell.expand(session, line);
    boolean any = !found.insert().isEmpty() || !found.choices().isEmpty();
    return Tuple.of(
        Atom.of(any ? "yes" : "no"),
        charlist(found.insert()),
        found.choices().stream().map(ErlangTerms::charlist).toList());
  }
}
