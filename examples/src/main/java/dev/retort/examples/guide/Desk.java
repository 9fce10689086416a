package dev.retort.examples.guide;

import dev.retort.Call;
import dev.retort.From;
import dev.retort.GenServer;
import dev.retort.Step;
import dev.retort.term.Atom;
import dev.retort.term.Pid;

/**
 * Where customers, of this node or another, ask for alerts.
 *
 * @param dearest the highest price that one can wait for
 */
record Desk(int dearest) implements GenServer<Atom> {
  /** Asks for an alert; the reply is its pid, or {@code Refused}. */
  record Watch(String symbol, int limit, Pid customer) implements Call<Object> {}

  /** No share will ever be as dear as that. */
  record Refused(int dearest) {}

  private static final Atom OPEN = Atom.of("open");

  static Pid startLink(int dearest) {
    return GenServer.startLink(() -> new Desk(dearest), GenServer.name("desk"));
  }

  @Override
  public Atom init() {
    return OPEN;
  }

  @Override
  public Step<Atom> handleCall(Call<?> request, From from, Atom open) {
    return switch (request) {
      case Watch watch when watch.limit() > dearest -> watch.reply(new Refused(dearest), open);
      case Watch watch ->
          watch.reply(PriceAlerts.watch(watch.symbol(), watch.limit(), watch.customer()), open);
      default -> GenServer.unknown(request);
    };
  }
}
