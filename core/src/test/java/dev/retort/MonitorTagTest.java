package dev.retort;

import static dev.retort.Kernel.demonitorFlush;
import static dev.retort.Kernel.exit;
import static dev.retort.Kernel.monitor;
import static dev.retort.Kernel.monitorTagged;
import static dev.retort.Kernel.receive;
import static dev.retort.Kernel.register;
import static dev.retort.Kernel.spawn;
import static dev.retort.Kernel.spawnMonitor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.retort.term.Atom;
import dev.retort.term.Name;
import dev.retort.term.Tuple;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Monitors whose message has a tag of the caller's choice instead of {@code :DOWN}. */
@Timeout(30)
class MonitorTagTest {
  private static final Duration SOON = Duration.ofSeconds(10);
  private static final Atom BOOM = Atom.of("boom");

  private static <T> T run(Callable<T> body) throws Exception {
    return Node.current().run(body);
  }

  @Test
  void theMessageIsATupleThatBeginsWithTheTag() throws Exception {
    run(
        () -> {
          var pid = spawn(Kernel::receive);
          var ref = monitorTagged(pid, "worker 7");
          exit(pid, BOOM);
          assertThat(receive(SOON))
              .isEqualTo(Tuple.of("worker 7", ref, Atom.of("process"), pid, BOOM));
          return true;
        });
  }

  @Test
  void ofAProcessThatHasEndedItSaysNoproc() throws Exception {
    run(
        () -> {
          var pid = spawnMonitor(() -> {}).pid();
          receive(Down.class);
          var ref = monitorTagged(pid, Atom.of("gone"));
          assertThat(receive(SOON))
              .isEqualTo(Tuple.of(Atom.of("gone"), ref, Atom.of("process"), pid, Atom.NOPROC));
          return true;
        });
  }

  @Test
  void theNameThatWasMonitoredStandsInTheMessage() throws Exception {
    run(
        () -> {
          var pid = spawn(Kernel::receive);
          register("tagged_by_name", pid);
          var ref = monitorTagged(Name.of("tagged_by_name"), Atom.of("tag"));
          exit(pid, BOOM);
          var name = Name.of("tagged_by_name", Node.self().name());
          assertThat(receive(SOON))
              .isEqualTo(Tuple.of(Atom.of("tag"), ref, Atom.of("process"), name, BOOM));
          return true;
        });
  }

  @Test
  void itCanBeTakenBack() throws Exception {
    run(
        () -> {
          var pid = spawn(Kernel::receive);
          assertThat(demonitorFlush(monitorTagged(pid, "tag"))).isTrue();
          var last = monitor(pid);
          exit(pid, BOOM);
          assertThat(receive(Down.class).ref()).isEqualTo(last);
          assertThat(receive(Duration.ZERO)).isNull();
          return true;
        });
  }

  @Test
  void aTagIsNeverNull() throws Exception {
    run(
        () -> {
          assertThatThrownBy(() -> monitorTagged(spawn(Kernel::receive), null))
              .isInstanceOf(NullPointerException.class)
              .hasMessageContaining("tag");
          return true;
        });
  }

  @Test
  void aFlushTakesItsMessageOutOfTheMailbox() throws Exception {
    run(
        () -> {
          var pid = spawn(Kernel::receive);
          var tagged = monitorTagged(pid, "tag");
          monitor(pid);
          exit(pid, BOOM);
          receive(Down.class);
          assertThat(demonitorFlush(tagged)).isFalse();
          assertThat(receive(Duration.ZERO)).isNull();
          return true;
        });
  }
}
