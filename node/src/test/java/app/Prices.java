package app;

import dev.retort.ErlangException;
import dev.retort.Export;
import dev.retort.Kernel;
import dev.retort.term.Atom;
import dev.retort.term.Pid;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Functions that tests export.
 *
 * @param factor what an object of it knows
 */
public record Prices(double factor) {
  public record Item(String article, int count) {}

  @Export
  public double net(double gross) {
    return gross * factor;
  }

  @Export
  public static int count(List<Item> items) {
    return items.stream().mapToInt(Item::count).sum();
  }

  @Export
  public static Item largest(List<Item> items) {
    return items.stream().max(Comparator.comparing(Item::count)).orElseThrow();
  }

  @Export
  public static String orDefault(@Nullable String text) {
    return text == null ? "default" : text;
  }

  @Export
  static @Nullable Object nothing() {
    return null;
  }

  @Export
  static Object same(Object term) {
    return term;
  }

  @Export
  static Object noTerm() {
    return new AtomicInteger();
  }

  @Export
  static void failing() {
    throw new IllegalStateException("on purpose");
  }

  @Export
  static void exiting() {
    Kernel.exit(Atom.of("bye"));
  }

  @Export
  static void throwing(Object value) {
    throw new ErlangException(ErlangException.Kind.THROW, value);
  }

  /** Says who it is, waits for a record and gives its number. */
  @Export
  static int waiting(Pid to) {
    Kernel.send(to, Kernel.self());
    return Kernel.receive(Item.class).count();
  }

  @Export
  static Atom printing(String text) {
    return Kernel.println(text);
  }

  static int secret() {
    return 42;
  }
}
