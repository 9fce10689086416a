package dev.retort.node.eval;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The variables of one call of a function; those that are unbound are null. */
final class Frame {
  final Evaluation in;
  final @Nullable Object[] slots;

  Frame(Evaluation in, int size) {
    this.in = in;
    this.slots = new @Nullable Object[size];
  }

  /** Unbinds variables, for another try. */
  void unbind(int... indexes) {
    for (int index : indexes) {
      slots[index] = null;
    }
  }

  /** The values of variables that a function captures. */
  @Nullable Object[] values(int... indexes) {
    var values = new @Nullable Object[indexes.length];
    Arrays.setAll(values, i -> slots[indexes[i]]);
    return values;
  }
}
