package dev.retort.shell;

import java.util.NoSuchElementException;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The values of the last inputs, for {@code v()}. */
final class Values {
  /** How many are kept; what is older may be garbage. */
  static final int KEPT = 100;

  private static final Object NONE = new Object();

  private final TreeMap<Integer, Object> byInput = new TreeMap<>();

  synchronized void put(int input, @Nullable Object value) {
    byInput.put(input, value == null ? NONE : value);
    if (byInput.size() > KEPT) {
      byInput.pollFirstEntry();
    }
  }

  /**
   * The value of an input.
   *
   * @param input its number; counted from the last, which is -1, if negative
   * @throws NoSuchElementException if it has none, or is no longer kept
   */
  synchronized @Nullable Object get(int input) {
    var number =
        input >= 0
            ? Integer.valueOf(input)
            : byInput.keySet().stream()
                .skip(Math.max(0, byInput.size() + input))
                .findFirst()
                .filter(found -> -input <= byInput.size())
                .orElse(null);
    var value = number == null ? null : byInput.get(number);
    if (value == null) {
      throw new NoSuchElementException(
          "v("
              + input
              + ") is out of bounds: "
              + (byInput.isEmpty()
                  ? "there is no value yet"
                  : "values are kept of inputs "
                      + byInput.firstKey()
                      + " to "
                      + byInput.lastKey()));
    }
    return value == NONE ? null : value;
  }
}
