package dev.retort;

import static dev.retort.Kernel.exit;
import static dev.retort.Kernel.monitor;
import static dev.retort.Kernel.receive;
import static dev.retort.Kernel.self;
import static dev.retort.Kernel.send;
import static dev.retort.Kernel.spawn;
import static dev.retort.Kernel.trapExit;
import static dev.retort.Registry.Keys.DUPLICATE;
import static dev.retort.Registry.Keys.DUPLICATE_BY_KEY;
import static dev.retort.Registry.Keys.UNIQUE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.retort.Registry.Entry;
import dev.retort.Registry.Keys;
import dev.retort.Registry.Registered;
import dev.retort.Registry.Registration;
import dev.retort.Registry.Unregistered;
import dev.retort.term.Atom;
import dev.retort.term.Name;
import dev.retort.term.Pid;
import dev.retort.term.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The facts of Elixir's {@code registry_test.exs} and those beside it. */
@Timeout(30)
class RegistryTest {
  private static final AtomicInteger NAMES = new AtomicInteger();
  private static final Atom OOPS = Atom.of("oops");

  private record Point(int x, Atom kind, int y) {}

  @FunctionalInterface
  private interface WithRegistry {
    void run(String name) throws Exception;
  }

  /** Runs a process beside a registry. */
  private static void run(Keys keys, int partitions, WithRegistry body) throws Exception {
    var name = "registry_" + NAMES.incrementAndGet();
    run(Registry.options(keys, name).partitions(partitions), body);
  }

  private static void run(RegistryOptions options, WithRegistry body) throws Exception {
    var registry = Registry.start(options);
    try {
      Node.current()
          .run(
              () -> {
                body.run(options.name());
                return true;
              });
    } finally {
      if (Kernel.alive(registry)) {
        Supervisor.stop(registry);
      }
    }
  }

  /** A process that has registered and goes on until it is ended. */
  private static Pid registered(String registry, Object key, Object value) {
    var me = self();
    var pid =
        spawn(
            () -> {
              var taken = Registry.register(registry, key, value);
              send(me, taken == null ? self() : taken);
              receive(Exit.class);
            });
    assertThat(receive(Pid.class)).isEqualTo(pid);
    return pid;
  }

  private static void kill(Pid pid) {
    var ref = monitor(pid);
    exit(pid, Atom.KILL);
    receive(Down.class, down -> down.ref().equals(ref));
  }

  private static List<Pid> links() {
    return Kernel.processInfo(self()).links();
  }

  private static RegistryTable table(String registry) {
    return Node.current().registries.get(Atom.of(registry));
  }

  // ---- starting

  @ParameterizedTest
  @CsvSource({"UNIQUE, 1", "UNIQUE, 8", "DUPLICATE, 8", "DUPLICATE_BY_KEY, 8"})
  void isASupervisorOfItsPartitions(Keys keys, int partitions) throws Exception {
    run(
        keys,
        partitions,
        registry -> assertThat(Supervisor.whichChildren(Name.of(registry))).hasSize(partitions));
  }

  @Test
  void refusesOptionsThatMakeNoSense() {
    assertThatThrownBy(() -> Registry.options(UNIQUE, "x").partitions(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a number of partitions of 1 or more was expected, this is 0");
    assertThatThrownBy(() -> Registry.options(null, "x")).isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> Registry.options(UNIQUE, null))
        .isInstanceOf(NullPointerException.class);
  }

  @Test
  void aNameIsTakenOnce() throws Exception {
    run(
        UNIQUE,
        1,
        registry ->
            assertThatThrownBy(() -> Registry.start(UNIQUE, registry))
                .isInstanceOf(StartException.class)
                .hasMessageContaining("already started"));
  }

  @Test
  void anUnknownRegistryIsNamed() throws Exception {
    assertThatThrownBy(() -> Registry.lookup("unknown", "hello"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("unknown registry: :unknown");
    assertThatThrownBy(
            () -> Node.current().run(() -> Registry.register("unknown", "hello", "value")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("unknown registry: :unknown");
    assertThatThrownBy(() -> Registry.putMeta("unknown", "hello", "value"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void isGoneWhenItHasBeenStopped() throws Exception {
    var registry = Registry.start(UNIQUE, "short_lived");
    assertThat(Registry.count("short_lived")).isZero();
    Supervisor.stop(registry);
    assertThatThrownBy(() -> Registry.count("short_lived"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(Node.current().registries).doesNotContainKey(Atom.of("short_lived"));
  }

  @Test
  void isSupervisedByItsName() throws Exception {
    Node.current()
        .run(
            () -> {
              var options = Registry.options(UNIQUE, "supervised_registry");
              var supervisor =
                  Supervisor.startLink(Supervisor.oneForOne(), Registry.childSpec(options));
              assertThat(Supervisor.whichChildren(supervisor))
                  .singleElement()
                  .satisfies(
                      child -> {
                        assertThat(child.id()).isEqualTo(Atom.of("supervised_registry"));
                        assertThat(child.type()).isEqualTo(ChildSpec.Type.SUPERVISOR);
                      });
              Kernel.unlink(supervisor);
              Supervisor.stop(supervisor);
              return true;
            });
  }

  // ---- unique keys

  @ParameterizedTest
  @CsvSource({"1", "8"})
  void aUniqueKeyLeadsToOneProcess(int partitions) throws Exception {
    run(
        UNIQUE,
        partitions,
        registry -> {
          assertThat(Registry.count(registry)).isZero();
          assertThat(Registry.register(registry, "hello", "value")).isNull();
          assertThat(Registry.keys(registry, self())).containsExactly("hello");
          assertThat(Registry.values(registry, "hello", self())).containsExactly("value");
          assertThat(Registry.register(registry, "hello", "other")).isEqualTo(self());
          assertThat(Registry.keys(registry, self())).containsExactly("hello");
          assertThat(Registry.values(registry, "hello", self())).containsExactly("value");
          assertThat(Registry.register(registry, "world", "value")).isNull();
          assertThat(Registry.keys(registry, self())).containsExactlyInAnyOrder("hello", "world");
          assertThat(Registry.count(registry)).isEqualTo(2);
        });
  }

  @ParameterizedTest
  @CsvSource({"1", "8"})
  void aUniqueKeyOfAnotherIsTaken(int partitions) throws Exception {
    run(
        UNIQUE,
        partitions,
        registry -> {
          var other = registered(registry, "hello", "value");
          assertThat(Registry.keys(registry, other)).containsExactly("hello");
          assertThat(Registry.values(registry, "hello", other)).containsExactly("value");
          assertThat(Registry.register(registry, "hello", "recent")).isEqualTo(other);
          assertThat(Registry.keys(registry, self())).isEmpty();
          assertThat(Registry.values(registry, "hello", self())).isEmpty();
          assertThat(links()).isEmpty();
          assertThat(table(registry).all())
              .allSatisfy(partition -> assertThat(partition.held()).doesNotContainKey(self()));
        });
  }

  @ParameterizedTest
  @CsvSource({"1", "8"})
  void aUniqueKeyIsFreeAtTheMomentItsProcessEnds(int partitions) throws Exception {
    run(
        UNIQUE,
        partitions,
        registry -> {
          var first = registered(registry, "hello", "value");
          var busy = new CountDownLatch(1);
          record Slow(CountDownLatch until) {
            @Override
            public int hashCode() {
              try {
                until.await();
              } catch (InterruptedException e) {
                throw new AssertionError(e);
              }
              return 1;
            }
          }
          for (var partition : table(registry).all()) {
            Task.start(
                () -> GenServer.call(partition.server(), new RegistryServer.Lock(new Slow(busy))));
          }
          kill(first);
          assertThat(Registry.lookup(registry, "hello")).isEmpty();
          var second = registered(registry, "hello", "other"); // linked to it, once it is free
          assertThat(Registry.lookup(registry, "hello"))
              .containsExactly(new Entry(second, "other"));
          busy.countDown();
          await().until(() -> !table(registry).partition(first).held().containsKey(first));
          assertThat(Registry.lookup(registry, "hello"))
              .containsExactly(new Entry(second, "other"));
        });
  }

  @ParameterizedTest
  @CsvSource({"1", "8"})
  void keysOfAnyKindAreComparedByEquals(int partitions) throws Exception {
    run(
        UNIQUE,
        partitions,
        registry -> {
          var keys =
              List.of(
                  1,
                  1L,
                  1.0,
                  Atom.of("_"),
                  Tuple.of(Atom.of("$1"), "label"),
                  List.of(Atom.of("$$"), "label"),
                  Map.of("b", "b"),
                  Map.of("a", "a", "b", "b"),
                  new Point(1, OOPS, 2));
          for (var key : keys) {
            assertThat(Registry.register(registry, key, key.toString())).isNull();
          }
          for (var key : keys) {
            assertThat(Registry.lookup(registry, key))
                .containsExactly(new Entry(self(), key.toString()));
            assertThat(Registry.countMatch(registry, key, value -> true)).isEqualTo(1);
          }
          assertThat(Registry.keys(registry, self())).hasSameElementsAs(keys);
          for (int i = 0; i < keys.size(); i++) {
            if (i % 2 == 0) {
              Registry.unregister(registry, keys.get(i));
            } else {
              Registry.unregisterMatch(registry, keys.get(i), value -> true);
            }
            assertThat(Registry.keys(registry, self()))
                .hasSameElementsAs(keys.subList(i + 1, keys.size()));
          }
          assertThat(table(registry).isEmpty()).isTrue();
        });
  }

  @ParameterizedTest
  @CsvSource({"1", "8"})
  void aProcessUpdatesItsValue(int partitions) throws Exception {
    run(
        UNIQUE,
        partitions,
        registry -> {
          assertThat(Registry.updateValue(registry, "hello", value -> OOPS)).isNull();
          registered(registry, "hello", "value");
          assertThat(Registry.updateValue(registry, "hello", value -> OOPS)).isNull();
          Registry.register(registry, "world", 1);
          assertThat(Registry.updateValue(registry, "world", value -> (Integer) value + 1))
              .isEqualTo(new Registry.Updated(2, 1));
          assertThat(Registry.lookup(registry, "world")).containsExactly(new Entry(self(), 2));
        });
  }

  @ParameterizedTest
  @CsvSource({"DUPLICATE", "DUPLICATE_BY_KEY"})
  void onlyUniqueKeysHaveAValueToUpdate(Keys keys) throws Exception {
    run(
        keys,
        1,
        registry ->
            assertThatThrownBy(() -> Registry.updateValue(registry, "hello", value -> value))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("Registry.updateValue is for unique keys"));
  }

  // ---- duplicate keys

  @ParameterizedTest
  @CsvSource({"DUPLICATE, 1", "DUPLICATE, 8", "DUPLICATE_BY_KEY, 1", "DUPLICATE_BY_KEY, 8"})
  void aDuplicateKeyLeadsToMany(Keys keys, int partitions) throws Exception {
    run(
        keys,
        partitions,
        registry -> {
          Registry.register(registry, "hello", "first");
          Registry.register(registry, "hello", "second");
          assertThat(Registry.keys(registry, self())).containsExactly("hello", "hello");
          assertThat(Registry.values(registry, "hello", self())).containsExactly("first", "second");
          Registry.register(registry, "world", "third");
          assertThat(Registry.keys(registry, self()))
              .containsExactlyInAnyOrder("hello", "hello", "world");
          assertThat(Registry.count(registry)).isEqualTo(3);
          var other = registered(registry, "hello", "fourth");
          assertThat(Registry.keys(registry, other)).containsExactly("hello");
          assertThat(Registry.values(registry, "hello", other)).containsExactly("fourth");
          assertThat(Registry.lookup(registry, "hello"))
              .containsExactlyInAnyOrder(
                  new Entry(self(), "first"),
                  new Entry(self(), "second"),
                  new Entry(other, "fourth"));
          Registry.unregister(registry, "hello");
          assertThat(Registry.keys(registry, self())).containsExactly("world");
          Registry.unregister(registry, "world");
          assertThat(Registry.keys(registry, self())).isEmpty();
          assertThat(Registry.lookup(registry, "hello"))
              .containsExactly(new Entry(other, "fourth"));
        });
  }

  @ParameterizedTest
  @CsvSource({"DUPLICATE", "DUPLICATE_BY_KEY"})
  void aDuplicateKeyIsNoName(Keys keys) throws Exception {
    run(
        keys,
        1,
        registry ->
            assertThatThrownBy(
                    () -> Agent.startLink(() -> 0, GenServer.name(Registry.via(registry, "hello"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(":via is not supported for duplicate registries"));
  }

  // ---- dispatch

  @ParameterizedTest
  @CsvSource({"1", "8"})
  void dispatchesToAUniqueKey(int partitions) throws Exception {
    run(
        UNIQUE,
        partitions,
        registry -> {
          Registry.dispatch(
              registry,
              "hello",
              entries -> {
                throw new AssertionError("nobody has it");
              });
          Registry.register(registry, "hello", "value");
          Registry.dispatch(
              registry, "hello", entries -> entries.forEach(e -> send(e.pid(), e.value())));
          assertThat(receive()).isEqualTo("value");
        });
  }

  @ParameterizedTest
  @CsvSource({
    "DUPLICATE, 1, false",
    "DUPLICATE, 8, false",
    "DUPLICATE, 1, true",
    "DUPLICATE, 8, true",
    "DUPLICATE_BY_KEY, 8, false",
    "DUPLICATE_BY_KEY, 8, true"
  })
  void dispatchesToAllThatHaveAKey(Keys keys, int partitions, boolean parallel) throws Exception {
    run(
        keys,
        partitions,
        registry -> {
          trapExit(true);
          var parent = self();
          dispatch(
              registry,
              parallel,
              entries -> {
                throw new AssertionError("nobody has it");
              });
          Registry.register(registry, "hello", "first");
          Registry.register(registry, "hello", "second");
          Registry.register(registry, "world", "third");
          boolean elsewhere = parallel && partitions == 8 && keys == DUPLICATE;
          dispatch(
              registry,
              parallel,
              entries -> {
                assertThat(self().equals(parent)).isNotEqualTo(elsewhere);
                entries.forEach(entry -> send(entry.pid(), entry.value()));
              });
          assertThat(List.of(receive(), receive())).containsExactly("first", "second");
          assertThat(receive(Duration.ZERO)).isNull();
        });
  }

  private static void dispatch(
      String registry, boolean parallel, java.util.function.Consumer<List<Entry>> action) {
    if (parallel) {
      Registry.dispatchParallel(registry, "hello", action);
    } else {
      Registry.dispatch(registry, "hello", action);
    }
  }

  // ---- match and select

  @ParameterizedTest
  @CsvSource({"UNIQUE, 1", "UNIQUE, 8", "DUPLICATE, 8", "DUPLICATE_BY_KEY, 8"})
  void matchesValues(Keys keys, int partitions) throws Exception {
    run(
        keys,
        partitions,
        registry -> {
          var value = new Point(1, OOPS, 2);
          Registry.register(registry, "hello", value);
          var mine = new Entry(self(), value);
          assertThat(
                  Registry.match(registry, "hello", v -> v instanceof Point(var x, _, _) && x == 1))
              .containsExactly(mine);
          assertThat(
                  Registry.match(registry, "hello", v -> v instanceof Point(_, _, var y) && y > 1))
              .containsExactly(mine);
          assertThat(
                  Registry.match(registry, "hello", v -> v instanceof Point(_, _, var y) && y > 2))
              .isEmpty();
          assertThat(
                  Registry.match(
                      registry, "hello", v -> v instanceof Point(var x, _, var y) && x == y))
              .isEmpty();
          assertThat(Registry.match(registry, "world", v -> true)).isEmpty();
          assertThat(Registry.countMatch(registry, "hello", value::equals)).isEqualTo(1);
          assertThat(Registry.countMatch(registry, "hello", v -> v instanceof String)).isZero();
        });
  }

  @ParameterizedTest
  @CsvSource({"UNIQUE, 1", "UNIQUE, 8", "DUPLICATE, 8", "DUPLICATE_BY_KEY, 8"})
  void selectsRegistrations(Keys keys, int partitions) throws Exception {
    run(
        keys,
        partitions,
        registry -> {
          assertThat(Registry.<Registration>select(registry, r -> r)).isEmpty();
          var other = registered(registry, "hello", new Point(1, OOPS, 2));
          Registry.register(registry, "world", "value");
          Registry.register(registry, 7, "value");
          assertThat(Registry.<Registration>select(registry, r -> r))
              .containsExactlyInAnyOrder(
                  new Registration("hello", other, new Point(1, OOPS, 2)),
                  new Registration("world", self(), "value"),
                  new Registration(7, self(), "value"));
          List<String> selected =
              Registry.select(
                  registry,
                  registration ->
                      switch (registration) {
                        case Registration(String key, _, Point(_, _, var y)) when y > 1 -> key;
                        case Registration(Integer n, _, _) -> "number " + n;
                        default -> null;
                      });
          assertThat(selected).containsExactlyInAnyOrder("hello", "number 7");
          assertThat(Registry.countSelect(registry, r -> r.value() instanceof String)).isEqualTo(2);
          assertThat(Registry.countSelect(registry, r -> r.pid().equals(other))).isEqualTo(1);
          assertThat(Registry.countSelect(registry, r -> false)).isZero();
        });
  }

  @ParameterizedTest
  @CsvSource({"UNIQUE, 1", "UNIQUE, 8", "DUPLICATE, 8", "DUPLICATE_BY_KEY, 8"})
  void takesBackWhatMatches(Keys keys, int partitions) throws Exception {
    run(
        keys,
        partitions,
        registry -> {
          Registry.register(registry, "hello", 1);
          Registry.unregisterMatch(registry, "hello", value -> value.equals(2));
          assertThat(Registry.lookup(registry, "hello")).containsExactly(new Entry(self(), 1));
          if (keys != UNIQUE) {
            Registry.register(registry, "hello", 2);
            Registry.register(registry, "hello", 2);
            Registry.unregisterMatch(registry, "hello", value -> value.equals(2));
            assertThat(Registry.lookup(registry, "hello")).containsExactly(new Entry(self(), 1));
            assertThat(Registry.keys(registry, self())).containsExactly("hello");
            Registry.register(registry, "hello", 3);
            Registry.unregisterMatch(registry, "hello", value -> (Integer) value < 3);
            assertThat(Registry.lookup(registry, "hello")).containsExactly(new Entry(self(), 3));
          }
          Registry.unregisterMatch(registry, "hello", value -> true);
          assertThat(Registry.lookup(registry, "hello")).isEmpty();
          assertThat(Registry.keys(registry, self())).isEmpty();
          assertThat(links()).isEmpty();
          assertThat(table(registry).isEmpty()).isTrue();
        });
  }

  // ---- listeners, links

  @ParameterizedTest
  @CsvSource({"UNIQUE, 1", "UNIQUE, 8", "DUPLICATE, 8", "DUPLICATE_BY_KEY, 8"})
  void tellsListeners(Keys keys, int partitions) throws Exception {
    var name = "listened_" + NAMES.incrementAndGet();
    run(
        Registry.options(keys, name)
            .partitions(partitions)
            .listener(name + "_listener")
            .listener("nobody_here"),
        registry -> {
          Kernel.register(name + "_listener", self());
          var atom = Atom.of(registry);
          var me = self();
          var other =
              spawn(
                  () -> {
                    Registry.register(registry, "hello", "world");
                    receive();
                  });
          assertThat(receive()).isEqualTo(new Registered(atom, "hello", other, "world"));
          Registry.register(registry, "world", "value");
          assertThat(receive()).isEqualTo(new Registered(atom, "world", me, "value"));
          Registry.unregister(registry, "world");
          assertThat(receive()).isEqualTo(new Unregistered(atom, "world", me));
          Registry.register(registry, "world", "value");
          receive();
          Registry.unregisterMatch(registry, "world", value -> false);
          Registry.unregisterMatch(registry, "world", value -> true);
          assertThat(receive()).isEqualTo(new Unregistered(atom, "world", me));
          kill(other);
          assertThat(receive(Duration.ZERO)).isNull();
          assertThat(Kernel.inspect(new Unregistered(atom, "world", me)))
              .isEqualTo("{:unregister, " + atom + ", \"world\", " + me + "}");
        });
  }

  @ParameterizedTest
  @CsvSource({"UNIQUE, 1", "UNIQUE, 8", "DUPLICATE, 8", "DUPLICATE_BY_KEY, 1"})
  void isLinkedToThoseThatRegister(Keys keys, int partitions) throws Exception {
    run(
        keys,
        partitions,
        registry -> {
          Registry.register(registry, "hello", "value");
          assertThat(links()).hasSize(1);
          Registry.register(registry, "world", "value");
          assertThat(links()).hasSize(1);
          Registry.unregister(registry, "hello");
          assertThat(links()).hasSize(1);
          Registry.unregister(registry, "world");
          assertThat(links()).isEmpty();
          Registry.unregister(registry, "never registered");
          Registry.register(registry, "hello", "value");
          assertThat(links()).hasSize(1);
        });
  }

  @ParameterizedTest
  @CsvSource({"UNIQUE, 1", "UNIQUE, 8", "DUPLICATE, 1", "DUPLICATE, 8", "DUPLICATE_BY_KEY, 8"})
  void forgetsProcessesThatEnd(Keys keys, int partitions) throws Exception {
    run(
        keys,
        partitions,
        registry -> {
          var first = registered(registry, "hello", "value");
          var second = registered(registry, "world", "value");
          kill(first);
          kill(second);
          assertThat(Registry.lookup(registry, "hello")).isEmpty();
          assertThat(Registry.keys(registry, first)).isEmpty();
          assertThat(Registry.<Registration>select(registry, r -> r)).isEmpty();
          await().until(() -> table(registry).isEmpty());
          assertThat(Registry.count(registry)).isZero();
        });
  }

  @ParameterizedTest
  @CsvSource({"UNIQUE, 2", "DUPLICATE, 2", "DUPLICATE_BY_KEY, 1"})
  void aPartitionThatCrashesBeginsAnew(Keys keys, int partitions) throws Exception {
    run(
        keys,
        partitions,
        registry -> {
          trapExit(true);
          Registry.register(registry, "hello", "value");
          var other = registered(registry, "hello" + (keys == UNIQUE ? " you" : ""), "value");
          var server = links().getFirst();
          var ref = monitor(other);
          exit(server, Atom.KILL);
          assertThat(receive(Exit.class, exit -> exit.from().equals(server)).reason())
              .isEqualTo(Atom.KILLED);
          if (keys == UNIQUE) {
            receive(Down.class, down -> down.ref().equals(ref)); // all partitions end
          }
          await()
              .until(
                  () ->
                      table(registry).all().stream()
                          .noneMatch(p -> p.server().equals(server) || p.server().process == null));
          assertThat(Registry.lookup(registry, "hello")).doesNotContain(new Entry(self(), "value"));
          Registry.register(registry, "hello", "again");
          assertThat(Registry.lookup(registry, "hello")).contains(new Entry(self(), "again"));
        });
  }

  // ---- names

  @ParameterizedTest
  @CsvSource({"1", "8"})
  void aUniqueKeyIsAName(int partitions) throws Exception {
    run(
        UNIQUE,
        partitions,
        registry -> {
          var name = Registry.via(registry, "hello");
          assertThat(name).hasToString("{:via, Registry, {" + Atom.of(registry) + ", \"hello\"}}");
          assertThat(Registry.whereisName(registry, "hello")).isNull();
          assertThatThrownBy(() -> Registry.sendTo(registry, "hello", "message"))
              .isInstanceOf(IllegalArgumentException.class)
              .hasMessageContaining(name.toString());
          var pid = Agent.start(() -> 0, GenServer.name(name));
          Agent.update(name, (Integer n) -> n + 1);
          assertThat(Agent.<Integer, Integer>get(name, n -> n)).isEqualTo(1);
          assertThat(Registry.whereisName(registry, "hello")).isEqualTo(pid);
          assertThat(Registry.lookup(registry, "hello")).containsExactly(new Entry(pid, Atom.NIL));
          assertThatThrownBy(() -> Agent.start(() -> 0, GenServer.name(name)))
              .isInstanceOfSatisfying(
                  StartException.class,
                  e -> assertThat(e.reason()).isEqualTo(Tuple.of(Atom.of("already_started"), pid)));
          Agent.stop(name);
          assertThat(Registry.whereisName(registry, "hello")).isNull();
          assertThatThrownBy(
                  () ->
                      Agent.start(
                          () -> {
                            throw new IllegalStateException("on purpose");
                          },
                          GenServer.name(name)))
              .isInstanceOf(StartException.class);
          assertThat(Registry.whereisName(registry, "hello")).isNull();
          Registry.register(registry, "me", "value");
          assertThat(Registry.sendTo(registry, "me", "message")).isEqualTo("message");
          assertThat(receive()).isEqualTo("message");
          assertThatThrownBy(() -> name.register(pid))
              .isInstanceOf(IllegalArgumentException.class)
              .hasMessageStartingWith("a process registers itself");
        });
  }

  @Test
  void aNameHasAValueIfItIsGivenOne() throws Exception {
    run(
        UNIQUE,
        1,
        registry -> {
          var name = Registry.via(registry, "hello", "value");
          assertThat(name).asString().endsWith("\"hello\", \"value\"}}");
          var pid = Agent.startLink(() -> 0, GenServer.name(name));
          assertThat(Registry.lookup(registry, "hello")).containsExactly(new Entry(pid, "value"));
          Agent.stop(name);
        });
  }

  // ---- metadata

  @Test
  void keepsMetadata() throws Exception {
    var name = "meta_" + NAMES.incrementAndGet();
    run(
        Registry.options(UNIQUE, name).meta("given", "value"),
        registry -> {
          assertThat(Registry.meta(registry, "given")).isEqualTo("value");
          assertThat(Registry.meta(registry, "unknown")).isNull();
          var key = Tuple.of(Atom.of("tuple"), Atom.of("key"));
          Registry.putMeta(registry, key, "put");
          assertThat(Registry.meta(registry, key)).isEqualTo("put");
          Registry.deleteMeta(registry, key);
          assertThat(Registry.meta(registry, key)).isNull();
        });
  }

  // ---- locks

  @ParameterizedTest
  @CsvSource({"UNIQUE, 1", "UNIQUE, 8", "DUPLICATE, 1", "DUPLICATE, 8"})
  void locksOfDifferentKeysAreIndependent(Keys keys, int partitions) throws Exception {
    run(
        keys,
        partitions,
        registry -> {
          var first = locking(registry, 1);
          var second = locking(registry, 2);
          send(first.pid(), "unlock");
          send(second.pid(), "unlock");
          assertThat(Task.awaitMany(List.of(first, second))).containsExactly("done", "done");
          assertThat(Registry.lock(registry, 1, () -> "done")).isEqualTo("done");
          assertThat(Registry.lock(registry, 2, () -> "done")).isEqualTo("done");
        });
  }

  /** A task that holds a lock until it is told to give it back. */
  private static Task<String> locking(String registry, Object key) {
    var task = lockingSoon(registry, key);
    assertThat(receive(Pid.class)).isEqualTo(task.pid());
    return task;
  }

  private static Task<String> lockingSoon(String registry, Object key) {
    var me = self();
    return Task.async(
        () ->
            Registry.lock(
                registry,
                key,
                () -> {
                  send(me, self());
                  if (receive(String.class).equals("fail")) {
                    throw new IllegalStateException("on purpose");
                  }
                  return "done";
                }));
  }

  private static void awaitWaiting(Task<?> task) {
    await().until(() -> Kernel.processInfo(task.pid()).waitsFor() != null);
  }

  @Test
  void aLockIsHeldByOne() throws Exception {
    run(
        UNIQUE,
        1,
        registry -> {
          var first = locking(registry, "key");
          var second = lockingSoon(registry, "key");
          awaitWaiting(second);
          assertThat(receive(Pid.class, Duration.ZERO)).isNull();
          send(first.pid(), "unlock");
          assertThat(first.await()).isEqualTo("done");
          assertThat(receive(Pid.class)).isEqualTo(second.pid());
          send(second.pid(), "unlock");
          assertThat(second.await()).isEqualTo("done");
        });
  }

  @Test
  void aLockIsFreeWhenItsFunctionThrows() throws Exception {
    run(
        UNIQUE,
        1,
        registry -> {
          trapExit(true);
          var first = locking(registry, "key");
          var second = lockingSoon(registry, "key");
          awaitWaiting(second);
          send(first.pid(), "fail");
          assertThat(first.yield()).isInstanceOf(Outcome.Exited.class);
          send(second.pid(), "unlock");
          assertThat(second.await()).isEqualTo("done");
          assertThat(Registry.lock(registry, "key", () -> 1)).isEqualTo(1);
        });
  }

  @Test
  void aLockIsFreeWhenItsHolderEnds() throws Exception {
    run(
        UNIQUE,
        1,
        registry -> {
          var first = locking(registry, "key");
          var second = lockingSoon(registry, "key");
          awaitWaiting(second);
          assertThat(first.shutdown(ChildSpec.BRUTAL_KILL)).isNull();
          assertThat(receive(Pid.class)).isEqualTo(second.pid());
          send(second.pid(), "unlock");
          assertThat(second.await()).isEqualTo("done");
        });
  }

  @Test
  void oneThatEndsWhileItWaitsDoesNotGetTheLock() throws Exception {
    run(
        UNIQUE,
        1,
        registry -> {
          var first = locking(registry, "key");
          var second = lockingSoon(registry, "key");
          awaitWaiting(second);
          var third = lockingSoon(registry, "key");
          awaitWaiting(third);
          assertThat(second.shutdown(ChildSpec.BRUTAL_KILL)).isNull();
          send(first.pid(), "unlock");
          assertThat(first.await()).isEqualTo("done");
          assertThat(receive(Pid.class)).isEqualTo(third.pid());
          send(third.pid(), "unlock");
          assertThat(third.await()).isEqualTo("done");
          assertThat(Registry.lock(registry, "key", () -> "done")).isEqualTo("done");
        });
  }

  @Test
  void lookingUpAsksNoProcess() throws Exception {
    run(
        UNIQUE,
        1,
        registry -> {
          var other = registered(registry, "hello", "value");
          var server = table(registry).get(0).server().process;
          long before = server.pid.home.statistics().messages();
          for (int i = 0; i < 1000; i++) {
            assertThat(Registry.lookup(registry, "hello")).hasSize(1);
            assertThat(Registry.whereisName(registry, "hello")).isEqualTo(other);
            assertThat(Registry.keys(registry, other)).hasSize(1);
            assertThat(Registry.count(registry)).isEqualTo(1);
          }
          assertThat(server.pid.home.statistics().messages() - before).isLessThan(1000);
        });
  }

  @Test
  void valuesMustBeImmutable() throws Exception {
    run(
        UNIQUE,
        1,
        registry ->
            assertThatThrownBy(
                    () -> Registry.register(registry, "hello", new ArrayList<>(List.of(1))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("ArrayList"));
  }

  @Test
  void keysAndValuesAreNeverNull() throws Exception {
    run(
        UNIQUE,
        1,
        registry -> {
          assertThatThrownBy(() -> Registry.register(registry, null, 1))
              .hasMessageContaining("a key");
          assertThatThrownBy(() -> Registry.register(registry, 1, null))
              .hasMessageContaining("a value");
          assertThatThrownBy(() -> Registry.lookup(registry, null)).hasMessageContaining("a key");
          Registry.register(registry, 1, 1);
          assertThatThrownBy(() -> Registry.updateValue(registry, 1, value -> null))
              .hasMessageContaining("the new value");
        });
  }

  @Test
  void onlyAProcessRegisters() throws Exception {
    run(UNIQUE, 1, registry -> send(self(), registry));
    var registry = Registry.start(DUPLICATE_BY_KEY, "for_processes");
    assertThatThrownBy(() -> Registry.register("for_processes", "hello", 1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("Registry.register was called on a thread that is no process");
    assertThat(Registry.lookup("for_processes", "hello")).isEmpty();
    Supervisor.stop(registry);
  }
}
