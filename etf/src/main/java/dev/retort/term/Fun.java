package dev.retort.term;

import dev.retort.etf.Inspect;
import java.util.List;

/**
 * A function of an Erlang node. Java code cannot call it; it can be kept, compared and sent back,
 * and is then what it was.
 */
public sealed interface Fun permits Fun.Export, Fun.Closure {
  /** The module that has the function's code. */
  Atom module();

  /** How many arguments it takes, 0 to 255. */
  int arity();

  /** A function by its name, {@code fun lists:map/2}; EXPORT_EXT. */
  record Export(Atom module, Atom function, int arity) implements Fun {
    /** Checks the ranges. */
    public Export {
      checkArity(arity);
    }

    /** As Elixir prints it: {@code &:lists.map/2}. */
    @Override
    public String toString() {
      return Inspect.inspect(this);
    }
  }

  /**
   * A function made by an expression, with the values it has captured; NEW_FUN_EXT.
   *
   * @param uniq the 16 bytes of the MD5 of the module's significant parts
   * @param index its number in the module's table of functions, unsigned 32 bits
   * @param oldIndex its number as releases before R8 counted
   * @param oldUniq its hash as releases before R8 made it
   * @param creator the process that made it
   * @param free the captured values, as terms
   */
  record Closure(
      Atom module,
      int arity,
      Binary uniq,
      int index,
      int oldIndex,
      int oldUniq,
      Pid creator,
      List<Object> free)
      implements Fun {
    /** Checks the ranges. */
    public Closure {
      checkArity(arity);
      if (uniq.size() != 16) {
        throw new IllegalArgumentException("uniq has 16 bytes, not " + uniq.size());
      }
      free = List.copyOf(free);
    }

    /** As Elixir prints one whose module it does not have. */
    @Override
    public String toString() {
      return Inspect.inspect(this);
    }
  }

  private static void checkArity(int arity) {
    if (arity < 0 || arity > 255) {
      throw new IllegalArgumentException("an arity is 0 to 255, not " + arity);
    }
  }
}
