package dev.retort;

import static dev.retort.Kernel.hibernate;
import static dev.retort.Kernel.receive;
import static dev.retort.Kernel.self;
import static dev.retort.Kernel.send;
import static dev.retort.Kernel.spawn;
import static dev.retort.Kernel.spawnMonitor;
import static dev.retort.Supervisor.child;
import static dev.retort.Supervisor.oneForOne;
import static org.assertj.core.api.Assertions.assertThat;

import dev.retort.term.Atom;
import dev.retort.term.Pid;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.Callable;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A scoped value that a process binds is bound in that process, and nowhere else. */
@Timeout(30)
class ScopedValueTest {
  private static final ScopedValue<String> USER = ScopedValue.newInstance();
  private static final String NOBODY = "nobody";

  private static <T> T run(Callable<T> body) throws Exception {
    return Node.current().run(body);
  }

  private static String user() {
    return USER.orElse(NOBODY);
  }

  /** Says which user it sees: in init, and in each call. */
  private static final class Seer implements GenServer<String> {
    @Override
    public String init() {
      return user();
    }

    @Override
    public Step<String> handleCall(Call<?> request, From from, String inInit) {
      return ((Call.Term) request).reply(inInit + ", " + user(), inInit);
    }
  }

  private static Object seenBy(Pid seer) {
    return GenServer.call(seer, Atom.of("who"));
  }

  @Test
  void itIsBoundWhateverTheProcessWaitsForMeanwhile() throws Exception {
    run(
        () -> {
          var me = self();
          var server = Agent.start(() -> 1);
          ScopedValue.where(USER, "ann")
              .call(
                  () -> {
                    spawn(() -> send(me, "hello"));
                    receive();
                    receive(String.class, Duration.ofMillis(1));
                    Agent.<Integer, Integer>get(server, n -> n);
                    Thread.sleep(1);
                    assertThat(user()).isEqualTo("ann");
                    return true;
                  });
          assertThat(user()).isEqualTo(NOBODY);
          return true;
        });
  }

  @Test
  void thePredicatesOfReceiveAndTheReplyRunWhereItIsBound() throws Exception {
    run(
        () -> {
          send(self(), 1);
          return ScopedValue.where(USER, "ann")
              .call(() -> receive(Integer.class, n -> user().equals("ann")));
        });
  }

  @Test
  void aProcessThatIsSpawnedThereDoesNotSeeIt() throws Exception {
    run(
        () -> {
          var me = self();
          ScopedValue.where(USER, "ann").run(() -> spawn(() -> send(me, user())));
          assertThat(receive()).isEqualTo(NOBODY);
          return true;
        });
  }

  @Test
  void theNextProcessOnTheSameThreadDoesNotSeeIt() throws Exception {
    run(
        () -> {
          var me = self();
          for (int i = 0; i < 1000; i++) {
            // The one is next on the thread of the other, now and then.
            spawn(
                () ->
                    ScopedValue.where(USER, "ann")
                        .run(
                            () -> {
                              var next = spawn(() -> send(me, user()));
                              send(next, "what it does not read");
                            }));
            assertThat(receive()).isEqualTo(NOBODY);
          }
          return true;
        });
  }

  @Test
  void aProcessThatEndsInsideByAnExceptionLeavesNothingBehind() throws Exception {
    run(
        () -> {
          var me = self();
          for (int i = 0; i < 200; i++) {
            spawnMonitor(
                () -> ScopedValue.where(USER, "ann").run(() -> Kernel.exit(Atom.of("boom"))));
            receive(Down.class);
            spawn(() -> send(me, user()));
            assertThat(receive()).isEqualTo(NOBODY);
          }
          return true;
        });
  }

  @Test
  void aServerThatIsStartedThereDoesNotSeeIt() throws Exception {
    run(
        () -> {
          var seers = new ArrayList<Pid>();
          ScopedValue.where(USER, "ann")
              .run(
                  () -> {
                    for (int i = 0; i < 100; i++) {
                      seers.add(GenServer.startLink(Seer::new));
                    }
                  });
          for (var seer : seers) {
            assertThat(seenBy(seer)).isEqualTo("nobody, nobody");
          }
          return true;
        });
  }

  @Test
  void aCalledServerDoesNotSeeIt() throws Exception {
    run(
        () -> {
          var seer = GenServer.startLink(Seer::new);
          assertThat(ScopedValue.where(USER, "ann").call(() -> seenBy(seer)))
              .isEqualTo("nobody, nobody");
          return true;
        });
  }

  @Test
  void theChildrenOfASupervisorThatIsStartedThereDoNotSeeIt() throws Exception {
    run(
        () -> {
          var supervisor =
              ScopedValue.where(USER, "ann")
                  .call(
                      () ->
                          Supervisor.startLink(
                              oneForOne(), child("seer", () -> GenServer.startLink(Seer::new))));
          var seer = Supervisor.whichChildren(supervisor).getFirst().pid();
          assertThat(seenBy(seer)).isEqualTo("nobody, nobody");
          Supervisor.stop(supervisor);
          return true;
        });
  }

  @Test
  void aChildDoesNotSeeWhatItsStartFunctionBinds() throws Exception {
    run(
        () -> {
          var supervisor =
              Supervisor.startLink(
                  oneForOne(),
                  child(
                      "seer",
                      () ->
                          ScopedValue.where(USER, "ann")
                              .call(() -> GenServer.startLink(Seer::new))));
          var seer = Supervisor.whichChildren(supervisor).getFirst().pid();
          assertThat(seenBy(seer)).isEqualTo("nobody, nobody");
          Supervisor.stop(supervisor);
          return true;
        });
  }

  @Test
  void itIsNotBoundAfterHibernation() throws Exception {
    var seen = new LinkedBlockingQueue<String>();
    var pid =
        spawn(
            () ->
                ScopedValue.where(USER, "ann")
                    .call(
                        () -> {
                          seen.add(user());
                          hibernate(() -> seen.add(user()));
                          return true;
                        }));
    send(pid, "wake up");
    assertThat(seen.take()).isEqualTo("ann");
    assertThat(seen.take()).isEqualTo(NOBODY);
  }
}
