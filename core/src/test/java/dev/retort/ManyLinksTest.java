package dev.retort;

import static dev.retort.Kernel.exit;
import static dev.retort.Kernel.link;
import static dev.retort.Kernel.monitor;
import static dev.retort.Kernel.processInfo;
import static dev.retort.Kernel.receive;
import static dev.retort.Kernel.self;
import static dev.retort.Kernel.send;
import static dev.retort.Kernel.spawn;
import static dev.retort.Kernel.trapExit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.retort.term.Atom;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A process with very many links, and its end. */
@Timeout(300)
class ManyLinksTest {
  private static final int MANY = 1_000_000;

  private static final Atom BOOM = Atom.of("boom");
  private static final Duration LATER = Duration.ofMinutes(4);

  /** Hibernates: with a thread and a stack each, a million would need more memory. */
  @Test
  void allThatAreLinkedGetItsExit() throws Exception {
    var linked = new Semaphore(0);
    var exits = new AtomicInteger();
    var strangers = new AtomicInteger();
    var hub = spawn(() -> receive(Atom.class));
    for (int i = 0; i < MANY; i++) {
      boolean traps = i % 2 == 0;
      spawn(
          () -> {
            trapExit(traps);
            link(hub);
            linked.release();
            Kernel.hibernate(
                () -> {
                  if (receive() instanceof Exit(var from, var reason)
                      && from.equals(hub)
                      && reason.equals(BOOM)) {
                    exits.incrementAndGet();
                  } else {
                    strangers.incrementAndGet();
                  }
                });
          });
    }
    linked.acquire(MANY);
    assertThat(processInfo(hub).links()).hasSize(MANY);
    int before = Node.current().processCount();
    assertThat(before).isGreaterThanOrEqualTo(MANY);
    exit(hub, BOOM);
    // Those that trap end when they have read it, the others with it.
    await().atMost(LATER).until(() -> Node.current().processCount() <= before - MANY - 1);
    assertThat(exits).hasValue(MANY / 2);
    assertThat(strangers).hasValue(0);
  }

  @Test
  void manyMonitorsOfOneProcessAllFire() throws Exception {
    int count = 100_000;
    Node.current()
        .run(
            () -> {
              var me = self();
              var server = spawn(Kernel::receive);
              for (int i = 0; i < count; i++) {
                monitor(server);
              }
              assertThat(processInfo(me).monitors()).hasSize(count);
              send(server, "end");
              for (int i = 0; i < count; i++) {
                assertThat(receive(Down.class).reason()).isEqualTo(Atom.NORMAL);
              }
              assertThat(processInfo(me).monitors()).isEmpty();
              return true;
            });
  }
}
