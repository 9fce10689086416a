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

  CodeModule(OtpModules modules) {
    this.modules = modules;
  }

  @Export
  Object allLoaded() {
    return modules.names().stream().map(name -> Tuple.of(name, PRELOADED)).toList();
  }

  @Export
  Object ensureLoaded(Atom module) {
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
