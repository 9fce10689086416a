package dev.retort.examples.guide;

import static dev.retort.Kernel.send;
import static dev.retort.Supervisor.child;
import static dev.retort.Supervisor.oneForOne;
import static dev.retort.Supervisor.restForOne;

import dev.retort.Agent;
import dev.retort.DynamicSupervisor;
import dev.retort.GenServer;
import dev.retort.Registry;
import dev.retort.Supervisor;
import dev.retort.TaskSupervisor;
import dev.retort.term.Name;
import dev.retort.term.Pid;
import java.util.Objects;

/** The whole of it: prices come in, and customers are told. */
final class PriceAlerts {
  private PriceAlerts() {}

  static Pid startLink() {
    return Supervisor.startLink(
        restForOne(),
        Agent.childSpec(() -> 0, GenServer.name("told")),
        Registry.childSpec(Registry.options(Registry.Keys.DUPLICATE, "watchers")),
        child("alerts", () -> DynamicSupervisor.startLink(oneForOne(), GenServer.name("alerts")))
            .supervisor(),
        TaskSupervisor.childSpec("tasks"),
        child("prices", Prices::startLink),
        child("feed", () -> Feed.startLink(PriceAlerts::publish)));
  }

  /** Keeps a price, and sends it to the alerts that watch the share. */
  static void publish(Price price) {
    Prices.add(price);
    Registry.dispatch(
        "watchers",
        price.symbol(),
        watchers -> watchers.forEach(watcher -> send(watcher.pid(), price)));
  }

  /** Starts an alert; it ends with the customer at the latest. */
  static Pid watch(String symbol, int limit, Pid customer) {
    return Objects.requireNonNull(
        DynamicSupervisor.startChild(Name.of("alerts"), Alert.childSpec(symbol, limit, customer)));
  }

  /** How many customers were told. */
  static int told() {
    return Agent.get(Name.of("told"), (Integer n) -> n);
  }
}
