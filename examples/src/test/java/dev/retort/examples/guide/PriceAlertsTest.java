package dev.retort.examples.guide;

import static dev.retort.Kernel.exit;
import static dev.retort.Kernel.monitor;
import static dev.retort.Kernel.receive;
import static dev.retort.Kernel.self;
import static dev.retort.Kernel.spawn;
import static dev.retort.Kernel.whereis;
import static dev.retort.Supervisor.child;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.retort.Call;
import dev.retort.CallException;
import dev.retort.Down;
import dev.retort.DynamicSupervisor;
import dev.retort.GenServer;
import dev.retort.Node;
import dev.retort.Supervisor;
import dev.retort.term.Atom;
import dev.retort.term.Name;
import dev.retort.term.Pid;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the guide says of its program, and does not show. */
class PriceAlertsTest {
  private Pid application;

  @BeforeEach
  void start() {
    application =
        Supervisor.start(
            Supervisor.oneForOne(),
            List.of(
                child("price_alerts", PriceAlerts::startLink).supervisor(),
                child("desk", () -> Desk.startLink(100))));
  }

  @AfterEach
  void stop() {
    Supervisor.stop(application);
  }

  @Test
  void anAlertEndsWithItsCustomer() throws Exception {
    Node.current()
        .run(
            () -> {
              var customer = spawn(() -> receive());
              var alert = PriceAlerts.watch("ACME", 10_000, customer);
              var ref = monitor(alert);
              exit(customer, Atom.KILL);
              var down = receive(Down.class, d -> d.ref().equals(ref));
              assertThat(down.reason()).isEqualTo(Atom.NORMAL);
              assertThat(DynamicSupervisor.countChildren(Name.of("alerts")).active()).isZero();
              return down;
            });
  }

  @Test
  void onlyAlertsOfTheShareAreToldAndOnlyOnce() throws Exception {
    Node.current()
        .run(
            () -> {
              PriceAlerts.watch("ACME", 50, self());
              PriceAlerts.watch("HOOLI", 50, self());
              Feed.line("ACME 49");
              Feed.line("ACME 50");
              assertThat(receive(Reached.class)).isEqualTo(new Reached("ACME", 50));
              Feed.line("ACME 51");
              Feed.line("HOOLI 52");
              assertThat(receive(Reached.class)).isEqualTo(new Reached("HOOLI", 52));
              return assertThat(PriceAlerts.told()).isEqualTo(2);
            });
  }

  @Test
  void theDeskRefusesWhatIsTooDear() {
    var request = new Desk.Watch("ACME", 101, whereis("desk"));
    assertThat(GenServer.call("desk", request)).isEqualTo(new Desk.Refused(100));
  }

  @Test
  void whoeverAsksForWhatItDoesNotKnowIsTold() {
    record Sell(String symbol) implements Call<Integer> {}
    assertThatThrownBy(() -> GenServer.call("prices", new Sell("ACME")))
        .isInstanceOf(CallException.class);
  }
}
