package dev.retort;

import static dev.retort.Kernel.monitor;
import static dev.retort.Kernel.receive;
import static dev.retort.Supervisor.child;
import static dev.retort.Supervisor.oneForOne;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.retort.term.Atom;
import dev.retort.term.Dest;
import dev.retort.term.Name;
import dev.retort.term.Pid;
import dev.retort.term.Tuple;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The {@code stop} of every behaviour: by pid and by name, with any reason, within a time. */
@Timeout(30)
class StopTest {
  private static final String NAME = "to_be_stopped";
  private static final Tuple WHY = Tuple.of(Atom.SHUTDOWN, "no more work");

  /** What busy ones wait for, longer than any test. */
  private static volatile CountDownLatch over = new CountDownLatch(1);

  private static final class Machine implements StateMachine<String, Integer> {
    @Override
    public Initial<String, Integer> init() {
      return Initial.ok("state", 0);
    }

    @Override
    public Transition<String, Integer> handleEvent(Event event, String state, Integer data)
        throws Exception {
      over.await();
      return StateMachine.keepStateAndData();
    }
  }

  /** A child that does not end by itself, and so keeps its supervisor from ending. */
  private static Pid stubborn() {
    return Kernel.spawnLink(
        () -> {
          Kernel.trapExit(true);
          over.await();
        });
  }

  private static ChildSpec stubbornChild() {
    return child("stubborn", StopTest::stubborn).shutdown(ChildSpec.INFINITY);
  }

  private interface Stop {
    void stop(Dest dest, Object reason, Duration within);
  }

  @SuppressWarnings("ImmutableEnumChecker") // method references
  enum Behaviour {
    AGENT(Agent::stop, Agent::stop, Agent::stop) {
      @Override
      Pid start(boolean busy) {
        var agent = Agent.start(() -> 0, GenServer.name(NAME));
        if (busy) {
          Agent.cast(
              agent,
              (Integer n) -> {
                over.await();
                return n;
              });
        }
        return agent;
      }
    },
    STATE_MACHINE(StateMachine::stop, StateMachine::stop, StateMachine::stop) {
      @Override
      Pid start(boolean busy) {
        var machine = StateMachine.start(Machine::new, GenServer.name(NAME));
        if (busy) {
          StateMachine.cast(machine, "wait");
        }
        return machine;
      }
    },
    SUPERVISOR(Supervisor::stop, Supervisor::stop, Supervisor::stop) {
      @Override
      Pid start(boolean busy) {
        var children = busy ? List.of(stubbornChild()) : List.<ChildSpec>of();
        return Supervisor.start(oneForOne(), children, GenServer.name(NAME));
      }
    },
    DYNAMIC_SUPERVISOR(DynamicSupervisor::stop, DynamicSupervisor::stop, DynamicSupervisor::stop) {
      @Override
      Pid start(boolean busy) {
        var supervisor = DynamicSupervisor.start(oneForOne(), GenServer.name(NAME));
        if (busy) {
          DynamicSupervisor.startChild(supervisor, stubbornChild());
        }
        return supervisor;
      }
    },
    TASK_SUPERVISOR(TaskSupervisor::stop, TaskSupervisor::stop, TaskSupervisor::stop) {
      @Override
      Pid start(boolean busy) throws Exception {
        var supervisor = TaskSupervisor.start(oneForOne(), GenServer.name(NAME));
        if (busy) {
          TaskSupervisor.startChild(
              supervisor,
              () -> {
                Kernel.trapExit(true);
                over.await();
              },
              Restart.TEMPORARY,
              ChildSpec.INFINITY);
        }
        return supervisor;
      }
    },
    PARTITION_SUPERVISOR(
        pid -> PartitionSupervisor.stop(NAME),
        (pid, reason) -> PartitionSupervisor.stop(NAME, reason),
        (pid, reason, within) -> PartitionSupervisor.stop(NAME, reason, within)) {
      @Override
      Pid start(boolean busy) {
        return PartitionSupervisor.start(
            NAME,
            2,
            oneForOne(),
            n -> busy ? stubbornChild() : child(n, () -> Agent.startLink(() -> 0)));
      }
    };

    final Consumer<Dest> plain;
    final BiConsumer<Dest, Object> withReason;
    final Stop within;

    Behaviour(Consumer<Dest> plain, BiConsumer<Dest, Object> withReason, Stop within) {
      this.plain = plain;
      this.withReason = withReason;
      this.within = within;
    }

    abstract Pid start(boolean busy) throws Exception;
  }

  @AfterEach
  void end() {
    over.countDown();
    over = new CountDownLatch(1);
    var left = Kernel.whereis(NAME);
    if (left != null) {
      Kernel.exit(left, Atom.KILL);
    }
    await().until(() -> Kernel.whereis(NAME) == null);
  }

  /** What has become of one after {@code stop}. */
  private static Object reason(Behaviour behaviour, Consumer<Pid> stop) throws Exception {
    return Node.current()
        .run(
            () -> {
              var pid = behaviour.start(false);
              monitor(pid);
              stop.accept(pid);
              assertThat(Kernel.alive(pid)).isFalse();
              return receive(Down.class).reason();
            });
  }

  @ParameterizedTest
  @EnumSource
  void endsWithNormalIfNothingElseIsSaid(Behaviour behaviour) throws Exception {
    assertThat(reason(behaviour, behaviour.plain::accept)).isEqualTo(Atom.NORMAL);
  }

  @ParameterizedTest
  @EnumSource
  void endsWithTheReasonGivenByItsName(Behaviour behaviour) throws Exception {
    assertThat(reason(behaviour, pid -> behaviour.withReason.accept(Name.of(NAME), WHY)))
        .isEqualTo(WHY);
  }

  @ParameterizedTest
  @EnumSource
  void endsInTime(Behaviour behaviour) throws Exception {
    var ample = Duration.ofSeconds(20);
    assertThat(reason(behaviour, pid -> behaviour.within.stop(pid, WHY, ample))).isEqualTo(WHY);
  }

  @ParameterizedTest
  @EnumSource
  void failsWhenTimeIsUp(Behaviour behaviour) throws Exception {
    var pid = Node.current().run(() -> behaviour.start(true));
    var late =
        catchThrowableOfType(
            CallException.class, () -> behaviour.within.stop(pid, WHY, Duration.ofMillis(1)));
    assertThat(late.why()).isEqualTo(Atom.TIMEOUT);
  }

  @ParameterizedTest
  @EnumSource
  void nobodyCannotBeStopped(Behaviour behaviour) {
    var nobody = Name.of(NAME);
    for (var attempt :
        List.<Runnable>of(
            () -> behaviour.plain.accept(nobody),
            () -> behaviour.withReason.accept(nobody, WHY),
            () -> behaviour.within.stop(nobody, WHY, Duration.ofSeconds(1)))) {
      assertThat(catchThrowableOfType(CallException.class, attempt::run).why())
          .isEqualTo(Atom.NOPROC);
    }
  }

  @ParameterizedTest
  @EnumSource
  void timeDoesNotRunBackwards(Behaviour behaviour) throws Exception {
    var pid = behaviour.start(false);
    assertThatThrownBy(() -> behaviour.within.stop(pid, WHY, Duration.ofSeconds(-1)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(Kernel.alive(pid)).isTrue();
  }
}
