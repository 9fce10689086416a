package dev.retort;

import static dev.retort.Supervised.pidOf;
import static dev.retort.Supervised.run;
import static dev.retort.Supervised.waiting;
import static dev.retort.Supervisor.oneForOne;
import static dev.retort.Supervisor.server;
import static dev.retort.Supervisor.supervisor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.retort.term.Atom;
import dev.retort.term.Name;
import dev.retort.term.Tuple;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Supervisors with a class of their own. */
@Timeout(60)
class SupervisorModuleTest {
  private record Counter() implements GenServer<Integer> {
    record Next() implements Call<Integer> {}

    @Override
    public Integer init() {
      return 0;
    }

    @Override
    public Step<Integer> handleCall(Call<?> request, From from, Integer count) {
      return request instanceof Next next
          ? next.reply(count + 1, count + 1)
          : GenServer.unknown(request);
    }
  }

  private record Shop(boolean open) implements Supervisor {
    @Override
    public @Nullable Init init() {
      return open
          ? Supervisor.init(
              oneForOne(),
              server("counter", Counter::new, GenServer.name("module_test_counter")),
              waiting("door"))
          : null;
    }
  }

  @Test
  void initSaysWhatToStart() throws Exception {
    run(
        () -> {
          var shop = Supervisor.startLink(() -> new Shop(true), GenServer.name("module_test_shop"));
          assertThat(Kernel.whereis("module_test_shop")).isEqualTo(shop);
          assertThat(Supervisor.countChildren(Name.of("module_test_shop")).active()).isEqualTo(2);
          assertThat(GenServer.call("module_test_counter", new Counter.Next())).isEqualTo(1);
          Supervisor.stop(shop);
          assertThat(Kernel.whereis("module_test_counter")).isNull();
        });
  }

  @Test
  void anInitThatReturnsNullWantsNoSupervisor() throws Exception {
    run(
        () -> {
          assertThat(Supervisor.startLink(() -> new Shop(false), GenServer.name("nobody")))
              .isNull();
          assertThat(Kernel.whereis("nobody")).isNull();
          assertThat(Supervisor.start(() -> new Shop(false))).isNull();
        });
  }

  @Test
  void asAChildItIsASupervisorWithAllTheTimeItNeeds() throws Exception {
    run(
        () -> {
          var spec = supervisor("shop", () -> new Shop(true));
          assertThat(spec.type()).isEqualTo(ChildSpec.Type.SUPERVISOR);
          assertThat(spec.shutdown()).isEqualTo(ChildSpec.INFINITY);
          var root =
              Supervisor.startLink(
                  oneForOne(),
                  spec,
                  supervisor("closed", () -> new Shop(false)),
                  supervisor("plain", oneForOne(), waiting("leaf")));
          assertThat(pidOf(pidOf(root, "shop"), "door")).isNotNull();
          assertThat(pidOf(pidOf(root, "plain"), "leaf")).isNotNull();
          assertThat(pidOf(root, "closed")).isNull();
          assertThat(Supervisor.countChildren(root)).isEqualTo(new ChildCount(3, 2, 3, 0));
          Supervisor.stop(root);
        });
  }

  @Test
  void anInitThatThrowsIsWhyItDoesNotStart() throws Exception {
    run(
        () ->
            assertThatThrownBy(
                    () ->
                        Supervisor.startLink(
                            () ->
                                () -> {
                                  throw new IllegalStateException("no configuration");
                                }))
                .isInstanceOf(StartException.class)
                .hasRootCauseMessage("no configuration"));
  }

  @Test
  void childrenThatCannotBeTogetherAreOtpsStartSpec() throws Exception {
    run(
        () ->
            assertThatThrownBy(
                    () ->
                        Supervisor.startLink(
                            () -> () -> Supervisor.init(oneForOne(), waiting("a"), waiting("a"))))
                .isInstanceOfSatisfying(
                    StartException.class,
                    e ->
                        assertThat(Kernel.inspect(e.reason()))
                            .isEqualTo("{:start_spec, {:duplicate_child_name, \"a\"}}")));
  }

  @Test
  void aNameThatIsTakenIsSaid() throws Exception {
    run(
        () -> {
          var first = Supervisor.startLink(() -> new Shop(true), GenServer.name("module_test_one"));
          assertThatThrownBy(
                  () ->
                      Supervisor.startLink(() -> new Shop(true), GenServer.name("module_test_one")))
              .isInstanceOfSatisfying(
                  StartException.class,
                  e ->
                      assertThat(e.reason())
                          .isEqualTo(Tuple.of(Atom.of("already_started"), first)));
          Supervisor.stop(first);
        });
  }
}
