package dev.retort.node.eval;

import dev.retort.term.Atom;
import java.lang.System.Logger.Level;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The functions of Erlang's and Elixir's libraries that evaluated code may call, besides those that
 * the node exports. There is no way from here to anything else of the JVM.
 */
final class Library {
  private static final System.Logger LOG = System.getLogger(Library.class.getName());

  private static final Map<String, Module> MODULES =
      Map.copyOf(modules().stream().collect(Collectors.toMap(Module::name, module -> module)));

  private static final Set<String> OLD_TYPE_TESTS =
      Set.of(
          "integer",
          "float",
          "number",
          "atom",
          "list",
          "tuple",
          "pid",
          "reference",
          "port",
          "function",
          "binary",
          "map");

  private static final Set<String> GUARDS =
      Set.of(
          "abs/1",
          "bit_size/1",
          "byte_size/1",
          "ceil/1",
          "element/2",
          "float/1",
          "floor/1",
          "hd/1",
          "length/1",
          "map_get/2",
          "map_size/1",
          "node/0",
          "node/1",
          "round/1",
          "self/0",
          "size/1",
          "tl/1",
          "trunc/1",
          "tuple_size/1",
          "is_map_key/2",
          "is_function/2",
          "is_record/2",
          "is_record/3",
          "binary_part/2",
          "binary_part/3",
          "max/2",
          "min/2");

  private Library() {}

  /** One module. */
  static final class Module {
    private final String name;
    private final Map<String, Builtin> functions = new HashMap<>();

    Module(String name) {
      this.name = name;
    }

    String name() {
      return name;
    }

    Module add(String function, int arity, Builtin builtin) {
      functions.put(function + "/" + arity, builtin);
      return this;
    }

    /** The same function under another name. */
    Module alias(String function, Module other, String original, int arity) {
      var builtin = other.functions.get(original + "/" + arity);
      if (builtin == null) {
        throw new IllegalArgumentException(other.name + " has no " + original + "/" + arity);
      }
      return add(function, arity, builtin);
    }

    private String shown() {
      return String.join(", ", new TreeMap<>(functions).keySet());
    }
  }

  private static List<Module> modules() {
    var erlang = new Module("erlang");
    Operators.addTo(erlang);
    TypeTests.addTo(erlang);
    Numbers.addTo(erlang);
    Containers.addTo(erlang);
    Conversions.addTo(erlang);
    Processes.addTo(erlang);
    var lists = ListsModule.module();
    var maps = MapsModule.module();
    return List.of(
        erlang,
        lists,
        maps,
        IoModule.module(),
        IoModule.lib(),
        BinaryModule.module(),
        BinaryModule.unicode(),
        BinaryModule.string(),
        TimerModule.module(),
        GenModules.genServer(),
        ElixirKernel.module(erlang),
        ElixirKernel.compiler(),
        ElixirKernel.io(),
        ElixirProtocols.stringChars(),
        ElixirProtocols.listChars(),
        ElixirProtocols.inspect(),
        ElixirProtocols.collectable(),
        ElixirExceptions.module(),
        ElixirProcess.module(erlang),
        ElixirProcess.node(erlang),
        ElixirProcess.system(erlang),
        GenModules.elixirGenServer(),
        GenModules.agent(),
        GenModules.task(),
        ElixirEnum.module(),
        ElixirEnum.range(),
        ElixirString.module(),
        ElixirCollections.map(maps),
        ElixirCollections.keyword(),
        ElixirCollections.list(),
        ElixirCollections.tuple(),
        ElixirMapSet.module(),
        ElixirNumbers.integer(),
        ElixirNumbers.real(),
        ElixirNumbers.bitwise(erlang));
  }

  static @Nullable Builtin find(String module, String function, int arity) {
    var of = MODULES.get(module);
    var found = of == null ? null : of.functions.get(function + "/" + arity);
    return found == null && of == null ? ElixirExceptions.find(module, function, arity) : found;
  }

  /** {@code is_integer} for {@code integer}, as guards of long ago have it. */
  static String typeTest(String function, int arity) {
    return arity == 1 && OLD_TYPE_TESTS.contains(function) && find("erlang", function, 1) == null
        ? "is_" + function
        : function;
  }

  static boolean isGuard(String function, int arity) {
    return (arity == 1 && (function.startsWith("is_") || OLD_TYPE_TESTS.contains(function)))
        || GUARDS.contains(function + "/" + arity);
  }

  static void logUndefined(Atom module, Atom function, int arity) {
    if (LOG.isLoggable(Level.WARNING)) {
      var of = MODULES.get(module.name());
      LOG.log(
          Level.WARNING,
          "an evaluated function called "
              + module
              + "."
              + function.name()
              + "/"
              + arity
              + ", which is neither exported by this node nor in Retort's own library; "
              + (of != null
                  ? "of this module it has " + of.shown()
                  : "its modules are " + String.join(", ", new TreeMap<>(MODULES).keySet())));
    }
  }
}
