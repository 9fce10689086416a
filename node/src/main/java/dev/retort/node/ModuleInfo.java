package dev.retort.node;

import static dev.retort.node.ErlangTerms.badarg;
import static dev.retort.node.ErlangTerms.pair;

import dev.retort.Export;
import dev.retort.Exports;
import dev.retort.Kernel;
import dev.retort.term.Atom;
import dev.retort.term.Tuple;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code module_info/0} and {@code module_info/1}, which every module has: of the modules that can
 * be called here, and of the classes that processes run, whose behaviour tools want to know.
 */
final class ModuleInfo {
  private static final Atom SUPERVISOR = Atom.of("supervisor");
  private static final Atom GEN_SERVER = Atom.of("gen_server");

  private final Atom module;
  private final List<Object> exports;
  private final List<Object> attributes;

  private ModuleInfo(Atom module, List<Object> exports, List<Object> attributes) {
    this.module = module;
    this.exports = exports;
    this.attributes = attributes;
  }

  /**
   * Its functions; null if there is no such module.
   *
   * @param exported what other nodes may call of it; null for nothing
   */
  static @Nullable Exports of(Atom module, LocalNode local, @Nullable Exports exported) {
    if (exported != null) {
      return functions(
          new ModuleInfo(
              module,
              exported.functions().stream().map(ModuleInfo::function).toList(),
              module.equals(SUPERVISOR) ? behaviour(GEN_SERVER) : List.of()));
    }
    for (var pid : Kernel.processes()) {
      var details = local.host().details(pid, false);
      var call = details == null ? null : details.translatedCall();
      if (details != null && call != null && call.get(0).equals(module)) {
        var behaviour = details.behaviour();
        return functions(
            new ModuleInfo(
                module, List.of(), behaviour == null ? List.of() : behaviour(behaviour)));
      }
    }
    return null;
  }

  private static List<Object> behaviour(Atom behaviour) {
    return List.of(pair("behaviour", List.of(behaviour)));
  }

  private static Exports functions(ModuleInfo info) {
    return Exports.of(info.module.name(), info);
  }

  /** {@code {Name, Arity}} of what is written {@code name/arity}. */
  private static Object function(String text) {
    int slash = text.lastIndexOf('/');
    return Tuple.of(Atom.of(text.substring(0, slash)), Long.parseLong(text.substring(slash + 1)));
  }

  @Export
  Object moduleInfo() {
    return List.of(
        pair("module", module), pair("exports", exports), pair("attributes", attributes));
  }

  @Export
  Object moduleInfo(Atom item) {
    return switch (item.name()) {
      case "module" -> module;
      case "exports", "functions" -> exports;
      case "attributes" -> attributes;
      case "compile", "nifs" -> List.of();
      case "native" -> false;
      default -> throw badarg();
    };
  }
}
