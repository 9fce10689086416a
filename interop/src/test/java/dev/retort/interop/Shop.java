package dev.retort.interop;

import dev.retort.Agent;
import dev.retort.ErlangException;
import dev.retort.Export;
import dev.retort.Kernel;
import dev.retort.etf.Tag;
import dev.retort.term.Atom;
import dev.retort.term.Pid;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Java functions that Erlang and Elixir nodes call in tests. */
final class Shop {
  record Order(String article, int count) {}

  record Bill(double total, List<Order> orders) {}

  enum Size {
    SMALL,
    @Tag("XXL")
    VERY_LARGE
  }

  private Shop() {}

  @Export
  static int plus(int a, int b) {
    return a + b;
  }

  @Export
  static Bill billFor(List<Order> orders, double price) {
    return new Bill(orders.stream().mapToInt(Order::count).sum() * price, orders);
  }

  @Export
  static Size larger(Size size) {
    return switch (size) {
      case SMALL, VERY_LARGE -> Size.VERY_LARGE;
    };
  }

  @Export
  static Map<String, Long> lengths(List<String> words) {
    return words.stream().collect(Collectors.toMap(word -> word, word -> (long) word.length()));
  }

  @Export
  static void nothing() {}

  @Export("sold_out?")
  static boolean soldOut(String article) {
    return article.equals("tea");
  }

  @Export
  static int failing(String why) {
    throw new IllegalStateException(why);
  }

  @Export
  static void exiting(Object reason) {
    Kernel.exit(reason);
  }

  @Export
  static Object raising(Atom kind, Object value) {
    if (kind.equals(Atom.NIL)) {
      return value;
    }
    throw new ErlangException(
        ErlangException.Kind.valueOf(kind.name().toUpperCase(Locale.ROOT)), value);
  }

  @Export
  static Object hello(Pid to) {
    Kernel.println("printed by Java");
    Kernel.send(to, List.of(Atom.of("hello"), Kernel.self()));
    return Kernel.self();
  }

  /** Waits for one message and ends with it. */
  @Export
  static void waiting(Pid to) {
    Kernel.send(to, Kernel.self());
    Kernel.exit(Kernel.receive());
  }

  @Export
  static Object slow() {
    return Kernel.receive(Object.class, Duration.ofSeconds(60));
  }

  /** For agents: the state and what is to be added. */
  @Export
  static int add(int state, int number) {
    return state + number;
  }

  @Export
  static Agent.Updated<Integer, Integer> take(int state, int number) {
    return new Agent.Updated<>(state, state - number);
  }

  /** Not marked, so nobody can call it. */
  static int secret() {
    return 42;
  }
}
