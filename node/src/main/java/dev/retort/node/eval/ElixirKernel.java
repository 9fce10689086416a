package dev.retort.node.eval;

import dev.retort.term.Atom;
import dev.retort.term.Tuple;
import java.util.List;
import java.util.Map;

/**
 * Elixir's {@code Kernel}, as far as the compiler leaves it in the code, what the compiler itself
 * is called for while code runs, and {@code IO}.
 */
final class ElixirKernel {
  /** Functions of {@code Kernel} that are functions of {@code erlang} under the same name. */
  private static final String[] SAME = {
    "+/2",
    "-/2",
    "*/2",
    "//2",
    "+/1",
    "-/1",
    "==/2",
    "</2",
    ">/2",
    ">=/2",
    "++/2",
    "--/2",
    "abs/1",
    "div/2",
    "rem/2",
    "hd/1",
    "tl/1",
    "length/1",
    "map_size/1",
    "tuple_size/1",
    "byte_size/1",
    "bit_size/1",
    "round/1",
    "trunc/1",
    "floor/1",
    "ceil/1",
    "max/2",
    "min/2",
    "not/1",
    "self/0",
    "node/0",
    "node/1",
    "make_ref/0",
    "spawn/1",
    "spawn/3",
    "spawn_link/1",
    "spawn_link/3",
    "spawn_monitor/1",
    "spawn_monitor/3",
    "send/2",
    "exit/1",
    "throw/1",
    "apply/2",
    "apply/3",
    "is_atom/1",
    "is_binary/1",
    "is_bitstring/1",
    "is_boolean/1",
    "is_float/1",
    "is_function/1",
    "is_function/2",
    "is_integer/1",
    "is_list/1",
    "is_map/1",
    "is_map_key/2",
    "is_number/1",
    "is_pid/1",
    "is_port/1",
    "is_reference/1",
    "is_tuple/1",
    "binary_part/3"
  };

  private ElixirKernel() {}

  static Library.Module module(Library.Module erlang) {
    var kernel = new Library.Module("Elixir.Kernel");
    for (var name : SAME) {
      int slash = name.lastIndexOf('/');
      int arity = name.charAt(slash + 1) - '0';
      var function = name.substring(0, slash);
      kernel.alias(function, erlang, function, arity);
    }
    return kernel
        .alias("===", erlang, "=:=", 2)
        .alias("!==", erlang, "=/=", 2)
        .alias("!=", erlang, "/=", 2)
        .alias("<=", erlang, "=<", 2)
        .add("elem", 2, (in, a) -> ((Tuple) a[0]).get(Arithmetic.toInt(a[1])))
        .add(
            "put_elem",
            3,
            (in, a) -> Containers.set((Tuple) a[0], Arithmetic.toInt(a[1]) + 1, a[2]))
        .add("inspect", 1, (in, a) -> ElixirProtocols.shown(a[0]))
        .add("inspect", 2, (in, a) -> ElixirProtocols.shown(a[0]))
        .add("get_in", 2, (in, a) -> get(a[0], Sequence.elements(a[1])))
        .add("put_in", 3, (in, a) -> put(a[0], Sequence.elements(a[1]), a[2]))
        .add(
            "update_in",
            3,
            (in, a) ->
                put(
                    a[0],
                    Sequence.elements(a[1]),
                    in.call(a[2], get(a[0], Sequence.elements(a[1])))))
        .add("struct", 2, (in, a) -> MapsModule.merged(Dictionary.of(a[0]), fields(a[1])))
        .add("function_exported?", 3, (in, a) -> in.apply("erlang", "function_exported", a));
  }

  private static Map<?, ?> fields(Object fields) {
    return fields instanceof Map<?, ?> map ? map : MapsModule.fromPairs(Sequence.elements(fields));
  }

  private static Object get(Object in, List<?> path) {
    var value = in;
    for (var key : path) {
      value = value.equals(Atom.NIL) ? value : ElixirCollections.access(value, key, Atom.NIL);
    }
    return value;
  }

  private static Object put(Object in, List<?> path, Object value) {
    if (path.isEmpty()) {
      return value;
    }
    var key = path.getFirst();
    var inner = ElixirCollections.access(in, key, Atom.NIL);
    return ElixirCollections.with(in, key, put(inner, ListsModule.drop(path, 1), value));
  }

  /** What {@code term.name} and {@code term.name()} come to call; not yet with Elixir 1.14. */
  static Library.Module compiler() {
    return new Library.Module("elixir_erl_pass")
        .add("no_parens_remote", 2, (in, a) -> noParensRemote(in, a[0], a[1]))
        .add("parens_map_field", 2, (in, a) -> a[1]);
  }

  /**
   * Of {@code term.name} where the term is no map with this key: a function of a module is called.
   *
   * @return {@code {ok, Value}} or {@code {error, Reason}}; up to Elixir 1.18 the caller takes
   *     anything but the former, and has the reason itself
   */
  private static Object noParensRemote(Evaluation in, Object term, Object name) {
    if (term instanceof Atom module && !module.equals(Atom.NIL)) {
      return Tuple.of(Atom.OK, in.apply(module.name(), ((Atom) name).name(), new Object[0]));
    }
    var reason =
        term instanceof Map<?, ?>
            ? Tuple.of(Atom.of("badkey"), name, term)
            : Tuple.of(Atom.of("badmap"), term);
    return Tuple.of(Atom.ERROR, reason);
  }

  static Library.Module io() {
    return new Library.Module("Elixir.IO")
        .add("puts", 1, (in, a) -> IoModule.print(ElixirProtocols.text(a[0]) + "\n"))
        .add("puts", 2, (in, a) -> IoModule.print(a[0], ElixirProtocols.text(a[1]) + "\n"))
        .add("write", 1, (in, a) -> IoModule.print(ElixirProtocols.text(a[0])))
        .add("write", 2, (in, a) -> IoModule.print(a[0], ElixirProtocols.text(a[1])))
        .add(
            "inspect",
            1,
            (in, a) -> {
              var unused = IoModule.print(ElixirProtocols.shown(a[0]) + "\n");
              return a[0];
            })
        .add(
            "inspect",
            2,
            (in, a) -> {
              var label = ElixirCollections.access(a[1], Atom.of("label"), Atom.NIL);
              var before = label.equals(Atom.NIL) ? "" : ElixirProtocols.text(label) + ": ";
              var unused = IoModule.print(before + ElixirProtocols.shown(a[0]) + "\n");
              return a[0];
            })
        .add("iodata_to_binary", 1, (in, a) -> Bits.term(Conversions.bytes(a[0])))
        .add("chardata_to_string", 1, (in, a) -> Conversions.text(a[0]))
        .add("iodata_length", 1, (in, a) -> (long) Conversions.bytes(a[0]).length);
  }
}
