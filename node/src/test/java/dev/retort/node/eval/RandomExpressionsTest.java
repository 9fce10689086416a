package dev.retort.node.eval;

import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;

/** Whatever is put together of Erlang's expressions gives here what a real Erlang gives. */
class RandomExpressionsTest {
  private static final int AT_ONCE = 25;

  @Property(tries = 16, seed = "42", shrinking = ShrinkingMode.OFF)
  void giveTheSameAsInErlang(@ForAll("expressions") List<String> sources) {
    Evaluated.sameAsErlang(Evaluated.allowed(sources));
  }

  @Provide
  Arbitrary<List<String>> expressions() {
    return Arbitraries.randoms()
        .map(random -> new Sources(random).expression(4))
        .list()
        .ofSize(AT_ONCE);
  }

  /** Source text of expressions; most of them are well typed, the rest raise errors. */
  private static final class Sources {
    private final Random random;
    private int variables;

    Sources(Random random) {
      this.random = random;
    }

    private String one(String... of) {
      return of[random.nextInt(of.length)];
    }

    private boolean seldom() {
      return random.nextInt(12) == 0;
    }

    private String variable() {
      return "V" + variables++;
    }

    String expression(int depth) {
      return switch (random.nextInt(6)) {
        case 0, 1 -> number(depth);
        case 2 -> list(depth);
        case 3 -> truth(depth);
        case 4 -> binary(depth);
        default -> any(depth);
      };
    }

    private String any(int depth) {
      if (depth <= 0) {
        return one("a", "{}", "[]", "#{}", "<<>>", "1.0", "\"xy\"", "1");
      }
      return switch (random.nextInt(14)) {
        case 0 -> "{" + expression(depth - 1) + ", " + expression(depth - 1) + "}";
        case 1 -> "#{" + expression(depth - 1) + " => " + expression(depth - 1) + "}";
        case 2 -> "(#{k => 1})#{" + one("k := ", "k => ", "l := ") + expression(depth - 1) + "}";
        case 3 -> {
          var v = variable();
          yield "begin " + v + " = " + expression(depth - 1) + ", {" + v + ", " + v + "} end";
        }
        case 4 -> cases(depth);
        case 5 ->
            "try "
                + expression(depth - 1)
                + " catch "
                + one("throw:_", "error:badarith", "_:_", "error:_")
                + " -> "
                + expression(depth - 2)
                + " end";
        case 6 -> one("throw", "error", "exit") + "(" + expression(depth - 2) + ")";
        case 7 -> {
          var v = variable();
          yield "(fun("
              + v
              + ") -> {"
              + v
              + ", "
              + expression(depth - 2)
              + "} end)("
              + expression(depth - 1)
              + ")";
        }
        case 8 -> {
          var v = variable();
          var w = variable();
          yield "(case (catch {"
              + expression(depth - 2)
              + ", throw("
              + expression(depth - 2)
              + ")}) of {'EXIT', {"
              + v
              + ", _}} -> {exit, "
              + v
              + "}; "
              + w
              + " -> "
              + w
              + " end)"; // where it was differs
        }
        case 9 ->
            "if "
                + truth(depth - 1)
                + " -> "
                + expression(depth - 1)
                + "; true -> "
                + expression(depth - 1)
                + " end";
        case 10 -> "element(" + number(0) + ", {" + expression(depth - 1) + ", b})";
        case 11 -> "hd(" + list(depth - 1) + ")";
        case 12 -> {
          var v = variable();
          yield "begin self() ! "
              + expression(depth - 1)
              + ", self() ! {k, "
              + number(depth - 1)
              + "}, receive {k, "
              + v
              + "} -> "
              + v
              + " after 0 -> no end end";
        }
        default -> {
          var v = variable();
          yield "begin {_, " + v + "} = {1, " + expression(depth - 1) + "}, " + v + " end";
        }
      };
    }

    private String cases(int depth) {
      var v = variable();
      var w = variable();
      return "case "
          + expression(depth - 1)
          + " of "
          + one(
              "{" + v + ", _} when is_integer(" + v + ")",
              v + " when " + v + " > 3",
              "[" + v + " | _]",
              "<<" + v + ", _/binary>>",
              "#{k := " + v + "}")
          + " -> "
          + v
          + "; "
          + w
          + one("", " when is_list(" + w + "); is_map(" + w + ")", " when hd(" + w + ") == 1")
          + " -> {other, "
          + expression(depth - 2)
          + "} end";
    }

    private String number(int depth) {
      if (seldom()) {
        return any(depth);
      }
      if (depth <= 0) {
        return one(
            "0",
            "1",
            "-1",
            "2",
            "7",
            "3.5",
            "-0.5",
            "1000000007",
            "9223372036854775807",
            "-9223372036854775808",
            "100000000000000000000",
            "1.0e10",
            "$a");
      }
      return switch (random.nextInt(9)) {
        case 0, 1, 2, 3 ->
            "("
                + number(depth - 1)
                + " "
                + one("+", "-", "*", "/", "div", "rem", "band", "bor", "bxor")
                + " "
                + number(depth - 1)
                + ")";
        case 4 -> "(" + number(depth - 1) + one(" bsl ", " bsr ") + one("0", "3", "64", "-2") + ")";
        case 5 -> one("-", "bnot ", "+") + "(" + number(depth - 1) + ")";
        case 6 ->
            one("abs", "trunc", "round", "length", "byte_size", "tuple_size")
                + "("
                + expression(depth - 1)
                + ")";
        case 7 -> "length(" + list(depth - 1) + ")";
        default -> "lists:sum(" + list(depth - 1) + ")";
      };
    }

    private String truth(int depth) {
      if (seldom()) {
        return any(depth);
      }
      if (depth <= 0) {
        return one("true", "false");
      }
      return switch (random.nextInt(6)) {
        case 0, 1 ->
            "("
                + expression(depth - 1)
                + " "
                + one("==", "=:=", "<", ">=", "=<", "/=", "=/=", ">")
                + " "
                + expression(depth - 1)
                + ")";
        case 2 ->
            "("
                + truth(depth - 1)
                + " "
                + one("andalso", "orelse", "and", "or", "xor")
                + " "
                + truth(depth - 1)
                + ")";
        case 3 -> "not (" + truth(depth - 1) + ")";
        case 4 ->
            one("is_integer", "is_list", "is_atom", "is_binary", "is_tuple", "is_map", "is_number")
                + "("
                + expression(depth - 1)
                + ")";
        default -> "lists:member(" + expression(depth - 1) + ", " + list(depth - 1) + ")";
      };
    }

    private String list(int depth) {
      if (seldom()) {
        return any(depth);
      }
      if (depth <= 0) {
        return one("[]", "[1]", "[1, 2, 3]", "[a, b]", "\"abc\"", "[1.5, 1]");
      }
      var v = variable();
      return switch (random.nextInt(9)) {
        case 0 -> "[" + expression(depth - 1) + ", " + expression(depth - 1) + "]";
        case 1 -> "[" + expression(depth - 1) + " | " + list(depth - 1) + "]";
        case 2 -> "(" + list(depth - 1) + one(" ++ ", " -- ") + list(depth - 1) + ")";
        case 3 ->
            "["
                + one("{" + v + ", x}", v, "[" + v + "]")
                + " || "
                + v
                + " <- "
                + list(depth - 1)
                + one("", ", is_integer(" + v + ")", ", " + v + " > 1", ", hd(" + v + ") == 1")
                + "]";
        case 4 ->
            "["
                + v
                + " || <<"
                + v
                + one("", ":4", "/signed", ":16/little")
                + ">> <= "
                + binary(depth - 1)
                + "]";
        case 5 ->
            "lists:" + one("sort", "usort", "reverse", "flatten") + "(" + list(depth - 1) + ")";
        case 6 ->
            "lists:map(fun("
                + v
                + ") -> {"
                + v
                + ", "
                + number(depth - 2)
                + "} end, [X"
                + v
                + " || X"
                + v
                + " <- "
                + list(depth - 1)
                + "])"; // a list: what map says of others changes with the releases
        case 7 -> "lists:seq(" + one("1", "3", "0") + ", " + one("1", "5", "2") + ")";
        default -> "tl(" + list(depth - 1) + ")";
      };
    }

    private String binary(int depth) {
      if (seldom()) {
        return any(depth);
      }
      if (depth <= 0) {
        return one("<<>>", "<<1>>", "<<255, 254>>", "<<\"abc\">>", "<<1:3>>", "<<5:12>>");
      }
      var v = variable();
      return switch (random.nextInt(6)) {
        case 0, 1 -> {
          var spec =
              one(
                  "",
                  ":16",
                  ":4",
                  ":16/little",
                  ":12/little",
                  "/float",
                  ":32/float",
                  ":3",
                  ":20/signed");
          yield "<<("
              + number(depth - 1)
              + ")"
              + spec
              + ", ("
              + binary(depth - 1)
              + ")/"
              + one("binary", "bitstring", "bits")
              + ">>";
        }
        case 2 -> "<<(" + binary(depth - 1) + "):" + one("1", "2", "0") + "/binary>>";
        case 3 ->
            "<< <<" + v + one("", ":4", ":12") + ">> || " + v + " <- " + list(depth - 1) + " >>";
        case 4 ->
            "begin <<"
                + v
                + one("", ":4", ":16/little")
                + ", W"
                + v
                + "/bitstring>> = "
                + binary(depth - 1)
                + ", {"
                + v
                + ", W"
                + v
                + "} end";
        default -> "list_to_binary(" + list(depth - 1) + ")";
      };
    }
  }
}
