package dev.retort.node;

import static dev.retort.node.ErlangTerms.pair;

import dev.retort.Export;
import dev.retort.term.Atom;
import dev.retort.term.Tuple;

/** The module {@code code}: which modules can be called here. They are in no file. */
final class CodeModule {
  private static final Atom MODULE = Atom.of("module");
  private static final Atom PRELOADED = Atom.of("preloaded");
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
   * Asked by a terminal before it starts a shell: iex shows the reason of a {@code badrpc}, and
   * ends.
   */
  @Export
  Object ensureLoaded(Atom module) {
    if (!shells.areOpen() && (module.equals(IexModule.NAME) || module.equals(JexModule.NAME))) {
      return pair("badrpc", RemoteShells.REFUSAL);
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
