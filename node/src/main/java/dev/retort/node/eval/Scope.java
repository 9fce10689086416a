package dev.retort.node.eval;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Which variables may be seen where, and in which slot of the frame of their function each is. */
final class Scope {
  /** What the scopes of one function share. */
  private static final class Slots {
    private int count;

    /** Where the function stands; null for that of the bindings. */
    private final @Nullable Scope around;

    /** Those that the function captures: from there, to here. */
    private final List<Captured> captured = new ArrayList<>();

    private final BitSet lasting = new BitSet();

    Slots(@Nullable Scope around) {
      this.around = around;
    }
  }

  /** A variable that a function takes along from where it stands. */
  record Captured(String name, int outer, int inner) {}

  private final Slots slots;
  private final @Nullable Scope parent;
  private final Map<String, Integer> own = new HashMap<>();

  private Scope(Slots slots, @Nullable Scope parent) {
    this.slots = slots;
    this.parent = parent;
  }

  static Scope top() {
    return new Scope(new Slots(null), null);
  }

  /** The scope of a function that stands here. */
  Scope function() {
    return new Scope(new Slots(this), null);
  }

  /** A scope whose new variables are not seen outside. */
  Scope inner() {
    return new Scope(slots, this);
  }

  /** The slot of a variable that is known here; -1 if it is not. */
  int find(String name) {
    var slot = own.get(name);
    if (slot != null) {
      return slot;
    }
    if (parent != null) {
      return parent.find(name);
    }
    int outer = slots.around == null ? -1 : slots.around.find(name);
    if (outer < 0) {
      return -1;
    }
    int inner = fresh(name);
    slots.lasting.set(inner);
    slots.captured.add(new Captured(name, outer, inner));
    return inner;
  }

  /** The slot of a variable, new or known. */
  int bind(String name) {
    int known = find(name);
    return known < 0 ? fresh(name) : known;
  }

  /** A new variable, which hides one of the same name. */
  int fresh(String name) {
    int slot = slots.count++;
    own.put(name, slot);
    return slot;
  }

  /** Another scope's variable is seen here, too. */
  void alias(String name, int slot) {
    own.put(name, slot);
  }

  /** How many variables the function has so far. */
  int count() {
    return slots.count;
  }

  /** Those that came since {@link #count} was {@code mark}, without captured ones. */
  int[] since(int mark) {
    var all = new BitSet();
    all.set(mark, slots.count);
    all.andNot(slots.lasting);
    return all.stream().toArray();
  }

  List<Captured> captured() {
    return List.copyOf(slots.captured);
  }
}
