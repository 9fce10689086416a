package dev.retort.examples.guide;

import static dev.retort.Supervisor.child;
import static dev.retort.Supervisor.restForOne;

import dev.retort.Application;
import dev.retort.ApplicationSpec;
import dev.retort.Supervisor;
import dev.retort.term.Pid;

/** The application {@code price_alerts}, with what can be configured. */
final class PriceAlertsApplication implements Application {
  @Override
  public ApplicationSpec spec() {
    return ApplicationSpec.of("price_alerts").env("dearest", 100_000);
  }

  @Override
  public Pid start() {
    int dearest = Application.getEnv("price_alerts", "dearest", 100_000);
    return Supervisor.startLink(
        restForOne(),
        child("price_alerts", PriceAlerts::startLink).supervisor(),
        child("desk", () -> Desk.startLink(dearest)));
  }
}
