package dev.retort;

import static dev.retort.Kernel.exit;
import static dev.retort.Kernel.receive;
import static dev.retort.Kernel.self;
import static dev.retort.Kernel.send;
import static dev.retort.Kernel.spawnMonitor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.retort.Registry.Entry;
import dev.retort.Registry.Keys;
import dev.retort.Registry.Registration;
import dev.retort.term.Atom;
import dev.retort.term.Pid;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Many processes register, take back, look up and die at once. */
@Timeout(60)
class RegistryRaceTest {
  private static final int KEYS = 8;
  private static final int ROUNDS = 300;
  private static final int AT_ONCE = 12;

  @ParameterizedTest
  @CsvSource({
    "UNIQUE, 1",
    "UNIQUE, 4",
    "DUPLICATE, 1",
    "DUPLICATE, 4",
    "DUPLICATE_BY_KEY, 1",
    "DUPLICATE_BY_KEY, 4"
  })
  void noProcessIsFoundAfterItsEndAndNothingIsLeftOfIt(Keys keys, int partitions) throws Exception {
    var name = "race_" + keys + "_" + partitions;
    var registry = Registry.start(Registry.options(keys, name).partitions(partitions));
    long seed = System.nanoTime();
    try {
      Node.current()
          .run(
              () -> {
                var random = new Random(seed);
                var running = new HashSet<Pid>();
                for (int round = 0; round < ROUNDS; round++) {
                  while (running.size() < AT_ONCE) {
                    long itsSeed = random.nextLong();
                    running.add(spawnMonitor(() -> live(name, new Random(itsSeed))).pid());
                  }
                  for (var pid : running) {
                    if (random.nextInt(3) == 0) {
                      exit(pid, random.nextBoolean() ? Atom.KILL : Atom.of("oops"));
                    }
                  }
                  for (var down = receive(Down.class, Duration.ofMillis(1));
                      down != null;
                      down = receive(Down.class, Duration.ZERO)) {
                    assertThat(down.reason()).isNotInstanceOf(Throwable.class);
                    var dead = (Pid) down.object();
                    running.remove(dead);
                    assertNotFound(name, dead);
                  }
                }
                for (var pid : running) {
                  exit(pid, Atom.KILL);
                }
                while (!running.isEmpty()) {
                  running.remove((Pid) receive(Down.class).object());
                }
                return true;
              });
      var table = Node.current().registries.get(Atom.of(name));
      await("seed " + seed).until(table::isEmpty);
      assertThat(Registry.count(name)).isZero();
    } finally {
      Supervisor.stop(registry);
    }
  }

  /** Registers and takes back until it is killed, or has done enough. */
  private static void live(String registry, Random random) {
    for (int i = 0; i < 200; i++) {
      int key = random.nextInt(KEYS);
      switch (random.nextInt(6)) {
        case 0 -> Registry.unregister(registry, key);
        case 1 -> Registry.unregisterMatch(registry, key, value -> (Integer) value % 2 == 0);
        case 2 -> assertThat(Registry.lookup(registry, key)).doesNotContainNull();
        case 3 -> assertThat(Registry.keys(registry, self())).doesNotContainNull();
        default -> {
          var taken = Registry.register(registry, key, i);
          if (taken == null) {
            assertThat(Registry.values(registry, key, self())).contains(i);
          } else if (!taken.equals(self())) {
            assertThat(Registry.values(registry, key, self())).isEmpty();
          }
        }
      }
    }
    if (random.nextBoolean()) {
      receive();
    }
  }

  private static void assertNotFound(String registry, Pid dead) {
    for (int key = 0; key < KEYS; key++) {
      assertThat(Registry.lookup(registry, key)).extracting(Entry::pid).doesNotContain(dead);
    }
    assertThat(Registry.keys(registry, dead)).isEmpty();
    List<Pid> selected = Registry.select(registry, Registration::pid);
    assertThat(selected).doesNotContain(dead);
  }

  /** Each owner says so while it is; the next one finds nobody else's word. */
  @ParameterizedTest
  @CsvSource({"1", "4"})
  void aUniqueKeyNeverHasTwoLivingOwners(int partitions) throws Exception {
    var name = "owners_" + partitions;
    var registry = Registry.start(Registry.options(Keys.UNIQUE, name).partitions(partitions));
    Map<Integer, Pid> owners = new ConcurrentHashMap<>();
    var wins = new AtomicInteger();
    try {
      Node.current()
          .run(
              () -> {
                var me = self();
                for (int i = 0; i < AT_ONCE; i++) {
                  spawnMonitor(
                      () -> {
                        for (int n = 0; n < 200; n++) {
                          int key = n % 2;
                          if (Registry.register(name, key, n) == null) {
                            var other = owners.put(key, self());
                            assertThat(other).isNull();
                            assertThat(Registry.whereisName(name, key)).isEqualTo(self());
                            wins.incrementAndGet();
                            owners.remove(key);
                            Registry.unregister(name, key);
                          }
                        }
                        send(me, "done");
                      });
                }
                for (int i = 0; i < AT_ONCE; i++) {
                  assertThat(receive(Down.class).reason()).isEqualTo(Atom.NORMAL);
                  receive(String.class);
                }
                return true;
              });
      assertThat(wins.get()).isGreaterThanOrEqualTo(200);
      assertThat(Registry.count(name)).isZero();
    } finally {
      Supervisor.stop(registry);
    }
  }

  @Test
  void aKeyIsTakenOverFromOwnersThatAreKilled() throws Exception {
    var name = "heirs";
    var registry = Registry.start(Registry.options(Keys.UNIQUE, name).partitions(4));
    try {
      Node.current()
          .run(
              () -> {
                var me = self();
                for (int i = 0; i < 500; i++) {
                  var owner =
                      spawnMonitor(
                          () -> {
                            send(
                                me,
                                Registry.register(name, "key", "value") == null ? "mine" : "taken");
                            receive();
                          });
                  assertThat(receive(String.class)).isEqualTo("mine");
                  exit(owner.pid(), Atom.KILL);
                  receive(Down.class); // the next one finds it free, whatever the registry knows
                }
                return true;
              });
      var table = Node.current().registries.get(Atom.of(name));
      await().until(table::isEmpty);
    } finally {
      Supervisor.stop(registry);
    }
  }
}
