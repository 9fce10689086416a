package dev.retort.node;

import static dev.retort.node.ErlangTerms.pair;

import dev.retort.Export;
import dev.retort.term.Atom;
import dev.retort.term.Tuple;

/** The module {@code code}: which modules can be called here. They are in no file. */
final class CodeModule {
  private static final Atom MODULE = Atom.of("module");
  private static final Atom PRELOADED = Atom.of("preloaded");
  private static final Atom IEX_SHELL = Atom.of("iex");
  private static final Atom ERL_SHELL = Atom.of("shell");
  private static final Atom NON_EXISTING = Atom.of("non_existing");

  private final OtpModules modules;
  private final RemoteShells shells;

  CodeModule(OtpModules modules, RemoteShells shells) {
    this.modules = modules;
    this.shells = shells;
  }

  @Export
  Object allLoaded() {
    return modules.names().stream().map(name -> Tuple.of(name, PRELOADED)).toList();
  }

  /**
   * Asked by a terminal before it starts a shell. Where that is refused it shows why, and ends: jex
   * and iex up to Elixir 1.14 the reason of a {@code badrpc}, erl and iex on OTP 26 and later that
   * of an error, which they print as an atom is printed on one line.
   */
  @Export
  Object ensureLoaded(Atom module) {
    if (!shells.areOpen()) {
      if (module.equals(IexModule.NAME) || module.equals(JexModule.NAME)) {
        return pair("badrpc", RemoteShells.REFUSAL);
      }
      if (module.equals(IEX_SHELL) || module.equals(ERL_SHELL)) {
        return pair("error", Atom.of(RemoteShells.REFUSAL));
      }
    }
    return modules.named(module) != null
        ? Tuple.of(MODULE, module)
        : pair("error", Atom.of("nofile"));
  }

  @Export
  Object isLoaded(Atom module) {
    return modules.named(module) != null ? pair("file", PRELOADED) : false;
  }

  @Export
  Object which(Atom module) {
    return modules.named(module) != null ? PRELOADED : NON_EXISTING;
  }
}
