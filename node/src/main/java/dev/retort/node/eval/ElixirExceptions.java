package dev.retort.node.eval;

import dev.retort.etf.Inspect;
import dev.retort.term.Atom;
import dev.retort.term.Tuple;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Elixir's exceptions, structs that are raised as errors: {@code raise}, {@code rescue}. */
final class ElixirExceptions {
  private static final Atom MARK = Atom.of("__exception__");
  private static final Atom MESSAGE = Atom.of("message");

  /** Those whose only field is a message. */
  private static final Set<String> OF_MESSAGE =
      Set.of(
          "Elixir.RuntimeError",
          "Elixir.ArgumentError",
          "Elixir.ArithmeticError",
          "Elixir.SystemLimitError",
          "Elixir.Enum.EmptyError",
          "Elixir.Enum.OutOfBoundsError");

  private static final Set<String> OTHERS =
      Set.of(
          "Elixir.KeyError",
          "Elixir.MatchError",
          "Elixir.CaseClauseError",
          "Elixir.CondClauseError",
          "Elixir.TryClauseError",
          "Elixir.WithClauseError",
          "Elixir.FunctionClauseError",
          "Elixir.UndefinedFunctionError",
          "Elixir.BadMapError",
          "Elixir.BadFunctionError",
          "Elixir.BadArityError",
          "Elixir.BadBooleanError",
          "Elixir.ErlangError",
          "Elixir.Protocol.UndefinedError");

  private ElixirExceptions() {}

  static Library.Module module() {
    return new Library.Module("Elixir.Exception")
        .add("normalize", 2, (in, a) -> normalized(a[0], a[1]))
        .add("normalize", 3, (in, a) -> normalized(a[0], a[1]))
        .add("message", 1, (in, a) -> message(a[0]))
        .add("exception?", 1, (in, a) -> isException(a[0]))
        .add("is_exception", 1, (in, a) -> isException(a[0]));
  }

  /** {@code exception/1} and {@code message/1} of the module of an exception. */
  static @Nullable Builtin find(String module, String function, int arity) {
    if (arity != 1 || !(OF_MESSAGE.contains(module) || OTHERS.contains(module))) {
      return null;
    }
    return switch (function) {
      case "exception" -> (in, a) -> exception(module, a[0]);
      case "message" -> (in, a) -> message(a[0]);
      default -> null;
    };
  }

  private static Object exception(String module, Object given) {
    var fields = new LinkedHashMap<Object, Object>();
    fields.put(Struct.KEY, Atom.of(module));
    fields.put(MARK, true);
    if (OF_MESSAGE.contains(module)) {
      fields.put(MESSAGE, defaultMessage(module));
    }
    if (given instanceof List<?> options) {
      for (var option : options) {
        fields.put(((Tuple) option).get(0), ((Tuple) option).get(1));
      }
    } else {
      fields.put(MESSAGE, given);
    }
    return Dictionary.sealed(fields);
  }

  private static String defaultMessage(String module) {
    return switch (module) {
      case "Elixir.RuntimeError" -> "runtime error";
      case "Elixir.ArithmeticError" -> "bad argument in arithmetic expression";
      case "Elixir.Enum.EmptyError" -> "empty error";
      case "Elixir.Enum.OutOfBoundsError" -> "out of bounds error";
      case "Elixir.SystemLimitError" -> "a system limit has been reached";
      default -> "argument error";
    };
  }

  static Raised raise(String module, Object... keysAndValues) {
    var all = new Object[keysAndValues.length + 2];
    all[0] = "__exception__";
    all[1] = true;
    System.arraycopy(keysAndValues, 0, all, 2, keysAndValues.length);
    return Raised.error(Struct.of(module, all));
  }

  static Raised argument(String message) {
    return raise("Elixir.ArgumentError", "message", message);
  }

  static boolean isException(Object term) {
    return term instanceof Map<?, ?> map
        && map.get(Struct.KEY) instanceof Atom
        && Boolean.TRUE.equals(map.get(MARK));
  }

  /** An error of Erlang's as an exception of Elixir's; what it is already stays. */
  private static Object normalized(Object kind, Object reason) {
    if (!Atoms.is(kind, "error") || isException(reason)) {
      return reason;
    }
    var name = reason instanceof Tuple t && t.size() > 0 ? Atoms.nameOrNull(t.get(0)) : null;
    var atom = name == null ? Atoms.nameOrNull(reason) : name;
    var detail = reason instanceof Tuple t && t.size() > 1 ? t.get(1) : Atom.NIL;
    var raised =
        switch (atom == null ? "" : atom) {
          case "badarg" -> argument("argument error");
          case "badarith" ->
              raise("Elixir.ArithmeticError", "message", defaultMessage("Elixir.ArithmeticError"));
          case "system_limit" ->
              raise(
                  "Elixir.SystemLimitError", "message", defaultMessage("Elixir.SystemLimitError"));
          case "badmatch" -> raise("Elixir.MatchError", "term", detail);
          case "case_clause" -> raise("Elixir.CaseClauseError", "term", detail);
          case "try_clause" -> raise("Elixir.TryClauseError", "term", detail);
          case "if_clause", "cond_clause" -> raise("Elixir.CondClauseError");
          case "badmap" -> raise("Elixir.BadMapError", "term", detail);
          case "badfun" -> raise("Elixir.BadFunctionError", "term", detail);
          case "badbool" -> raise("Elixir.BadBooleanError", "term", ((Tuple) reason).get(2));
          case "badarity" -> {
            var pair = (Tuple) detail;
            yield raise("Elixir.BadArityError", "function", pair.get(0), "args", pair.get(1));
          }
          case "badkey" -> {
            var map = reason instanceof Tuple t && t.size() > 2 ? t.get(2) : Atom.NIL;
            yield raise("Elixir.KeyError", "key", detail, "term", map, "message", Atom.NIL);
          }
          case "function_clause" ->
              raise(
                  "Elixir.FunctionClauseError",
                  "module",
                  Atom.NIL,
                  "function",
                  Atom.NIL,
                  "arity",
                  Atom.NIL);
          case "undef" ->
              raise(
                  "Elixir.UndefinedFunctionError",
                  "module",
                  Atom.NIL,
                  "function",
                  Atom.NIL,
                  "arity",
                  Atom.NIL,
                  "message",
                  "undefined function");
          default -> raise("Elixir.ErlangError", "original", reason);
        };
    return raised.value;
  }

  /** {@code Exception.message/1}. */
  static Object message(Object exception) {
    if (!isException(exception)) {
      throw Raised.error("function_clause");
    }
    var map = Dictionary.of(exception);
    var message = map.get(MESSAGE);
    if (message instanceof String text) {
      return text;
    }
    var module = Atoms.name(Dictionary.get(map, Struct.KEY));
    var term = map.get(Atom.of("term"));
    var shown = term == null ? "" : Inspect.inspect(Wire.outgoing(term));
    return switch (module) {
      case "Elixir.MatchError" -> "no match of right hand side value: " + shown;
      case "Elixir.CaseClauseError" -> "no case clause matching: " + shown;
      case "Elixir.TryClauseError" -> "no try clause matching: " + shown;
      case "Elixir.WithClauseError" -> "no with clause matching: " + shown;
      case "Elixir.CondClauseError" -> "no cond clause evaluated to a truthy value";
      case "Elixir.BadMapError" -> "expected a map, got: " + shown;
      case "Elixir.BadFunctionError" -> "expected a function, got: " + shown;
      case "Elixir.BadBooleanError" -> "expected a boolean on left-side, got: " + shown;
      case "Elixir.FunctionClauseError" -> "no function clause matches";
      case "Elixir.KeyError" ->
          "key "
              + field(map, "key")
              + " not found"
              + ((term == null || term.equals(Atom.NIL)) ? "" : " in: " + shown);
      case "Elixir.ErlangError" -> "Erlang error: " + field(map, "original");
      case "Elixir.Protocol.UndefinedError" ->
          "protocol " + field(map, "protocol") + " not implemented for " + field(map, "value");
      default -> "got " + Inspect.inspect(Wire.outgoing(exception));
    };
  }

  private static String field(Map<?, ?> map, String name) {
    var value = map.get(Atom.of(name));
    return value == null ? "nil" : Inspect.inspect(Wire.outgoing(value));
  }
}
