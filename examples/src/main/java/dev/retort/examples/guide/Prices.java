package dev.retort.examples.guide;

import dev.retort.Call;
import dev.retort.From;
import dev.retort.GenServer;
import dev.retort.Step;
import dev.retort.term.Name;
import dev.retort.term.Pid;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Keeps the last prices of each share, newest first. */
final class Prices implements GenServer<Map<String, List<Integer>>> {
  /** Asks for the last prices of a share; there are none of one that is not known. */
  record Last(String symbol, int count) implements Call<List<Integer>> {}

  private static final Name PRICES = Name.of("prices");

  // What others call, in their own processes.

  static Pid startLink() {
    return GenServer.startLink(Prices::new, GenServer.name("prices"));
  }

  static void add(Price price) {
    GenServer.cast(PRICES, price);
  }

  static List<Integer> last(String symbol, int count) {
    return GenServer.call(PRICES, new Last(symbol, count));
  }

  // What runs in the server's process.

  @Override
  public Map<String, List<Integer>> init() {
    return Map.of();
  }

  @Override
  public Step<Map<String, List<Integer>>> handleCall(
      Call<?> request, From from, Map<String, List<Integer>> prices) {
    return switch (request) {
      case Last last -> {
        var all = prices.getOrDefault(last.symbol(), List.of());
        yield last.reply(all.stream().limit(last.count()).toList(), prices);
      }
      default -> GenServer.unknown(request);
    };
  }

  @Override
  public Step<Map<String, List<Integer>>> handleCast(
      Object message, Map<String, List<Integer>> prices) {
    return switch (message) {
      case Price price -> GenServer.noReply(with(price, prices));
      default -> GenServer.unknown(message);
    };
  }

  private static Map<String, List<Integer>> with(Price price, Map<String, List<Integer>> prices) {
    var history = new ArrayList<>(prices.getOrDefault(price.symbol(), List.of()));
    history.addFirst(price.cents());
    var changed = new HashMap<>(prices);
    changed.put(price.symbol(), List.copyOf(history));
    return Map.copyOf(changed);
  }
}
