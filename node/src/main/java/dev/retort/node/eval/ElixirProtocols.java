package dev.retort.node.eval;

import dev.retort.etf.Inspect;
import dev.retort.term.Atom;
import dev.retort.term.Fun;
import dev.retort.term.ImproperList;
import dev.retort.term.Tuple;
import java.util.List;
import java.util.Map;

/**
 * Elixir's protocols for texts, {@code String.Chars}, {@code List.Chars} and {@code Inspect}, and
 * {@code Collectable}.
 */
final class ElixirProtocols {
  private static final String COLLECTABLE = "Elixir.Collectable";

  /** What {@code into/1} returns to be called with each element. */
  private static final Fun.Export COLLECTOR =
      new Fun.Export(Atom.of(COLLECTABLE), Atom.of("-into/1-fun-"), 2);

  private ElixirProtocols() {}

  static Library.Module stringChars() {
    return new Library.Module("Elixir.String.Chars").add("to_string", 1, (in, a) -> text(a[0]));
  }

  static Library.Module listChars() {
    return new Library.Module("Elixir.List.Chars")
        .add(
            "to_charlist",
            1,
            (in, a) -> a[0] instanceof List<?> ? a[0] : Conversions.charlist(text(a[0])));
  }

  static Library.Module inspect() {
    return new Library.Module("Elixir.Inspect")
        .add("inspect", 2, (in, a) -> shown(a[0]))
        .add("inspect", 1, (in, a) -> shown(a[0]));
  }

  /** What {@code for ... into: collection} calls. */
  static Library.Module collectable() {
    return new Library.Module(COLLECTABLE)
        .add("into", 1, (in, a) -> Tuple.of(Enumeration.into(List.of(), a[0]), COLLECTOR))
        .add(COLLECTOR.function().name(), COLLECTOR.arity(), (in, a) -> collected(a[0], a[1]));
  }

  private static Object collected(Object collection, Object command) {
    return switch (command) {
      case Tuple cont when cont.size() == 2 -> Enumeration.into(List.of(cont.get(1)), collection);
      case Atom done when Atoms.is(done, "done") -> collection;
      default -> Atom.OK; // halt
    };
  }

  /** {@code to_string/1}. */
  static String text(Object term) {
    return switch (term) {
      case String text -> text;
      case Atom atom -> atom.equals(Atom.NIL) ? "" : atom.name();
      case Boolean truth -> truth.toString();
      case Double number -> Conversions.shortest(number);
      case Number number -> number.toString();
      case List<?> list -> Conversions.text(list);
      case ImproperList list -> Conversions.text(list);
      case Map<?, ?> map when ElixirExceptions.isException(map) ->
          (String) ElixirExceptions.message(map);
      default -> throw undefined("Elixir.String.Chars", term);
    };
  }

  static String shown(Object term) {
    if (ElixirMapSet.isSet(term)) {
      return ElixirMapSet.shown(term);
    }
    return Struct.is(term, "Elixir.Range") ? range(term) : Inspect.inspect(Wire.outgoing(term));
  }

  private static String range(Object range) {
    var step = Struct.field(range, "step");
    var bounds =
        Inspect.inspect(Struct.field(range, "first"))
            + ".."
            + Inspect.inspect(Struct.field(range, "last"));
    return step.equals(1L) ? bounds : bounds + "//" + Inspect.inspect(step);
  }

  static Raised undefined(String protocol, Object value) {
    return ElixirExceptions.raise(
        "Elixir.Protocol.UndefinedError",
        "protocol",
        Atom.of(protocol),
        "value",
        value,
        "description",
        "");
  }
}
