package dev.retort;

import static dev.retort.Kernel.monitor;
import static dev.retort.Kernel.receive;
import static dev.retort.Kernel.self;
import static dev.retort.Kernel.send;
import static dev.retort.Kernel.sendAfter;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.retort.term.Atom;
import dev.retort.term.Pid;
import dev.retort.term.Via;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Names that a registry of the user's own keeps. */
@Timeout(30)
class ViaTest {
  private final Map<String, Pid> book = new ConcurrentHashMap<>();

  /** A page of {@link #book}. */
  @Shareable
  private final class Page implements Via {
    private final String name;

    Page(String name) {
      this.name = name;
    }

    @Override
    public @Nullable Pid whereis() {
      return book.get(name);
    }

    @Override
    public boolean register(Pid pid) {
      return book.putIfAbsent(name, pid) == null;
    }

    @Override
    public void unregister() {
      book.remove(name);
    }

    @Override
    public String toString() {
      return "{:via, Book, \"" + name + "\"}";
    }
  }

  private static final class Echo implements GenServer<Integer> {
    @Override
    public Integer init() {
      return 0;
    }

    @Override
    public Step<Integer> handleCall(Call<?> request, From from, Integer state) {
      return ((Call.Term) request).reply(state, state);
    }

    @Override
    public Step<Integer> handleCast(Object message, Integer state) {
      return GenServer.noReply((Integer) message);
    }

    @Override
    public Step<Integer> handleInfo(Object message, Integer state) {
      return GenServer.noReply((Integer) message);
    }
  }

  private static <T> T run(Callable<T> body) throws Exception {
    return Node.current().run(body);
  }

  @Test
  void aServerIsStartedCalledCastSentToAndStoppedByIt() {
    var name = new Page("ann");
    var server = GenServer.start(Echo::new, GenServer.name(name));
    assertThat(book).containsEntry("ann", server);
    GenServer.cast(name, 1);
    assertThat(GenServer.call(name, Atom.of("get"))).isEqualTo(1);
    send(name, 2);
    assertThat(GenServer.call(name, Atom.of("get"))).isEqualTo(2);
    GenServer.stop(name);
    assertThat(Kernel.alive(server)).isFalse();
  }

  @Test
  void aTimerLooksItUpWhenItFires() throws Exception {
    assertThat(
            run(
                () -> {
                  sendAfter(new Page("later"), "hello", Duration.ofMillis(20));
                  book.put("later", self());
                  return receive();
                }))
        .isEqualTo("hello");
  }

  @Test
  void aMonitorNamesItAndMeansTheProcessThatHasItNow() throws Exception {
    var name = new Page("watched");
    var server = GenServer.start(Echo::new, GenServer.name(name));
    run(
        () -> {
          var ref = monitor(name);
          GenServer.stop(server);
          assertThat(receive(Down.class))
              .isEqualTo(new Down(ref, Atom.of("process"), name, Atom.NORMAL));
          var nobody = new Page("nobody");
          ref = monitor(nobody);
          assertThat(receive(Down.class))
              .isEqualTo(new Down(ref, Atom.of("process"), nobody, Atom.NOPROC));
          return true;
        });
  }

  @Test
  void aTakenNameIsAlreadyStarted() {
    var name = new Page("taken");
    var first = GenServer.start(Echo::new, GenServer.name(name));
    assertThatThrownBy(() -> GenServer.start(Echo::new, GenServer.name(name)))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("already started as " + first);
    GenServer.stop(first);
  }

  @Test
  void aNameThatIsTakenInTheMeantimeIsAlreadyStartedToo() {
    var first = GenServer.start(Echo::new);
    var late =
        new Via() {
          private boolean looked;

          @Override
          public @Nullable Pid whereis() {
            var found = looked ? first : null;
            looked = true;
            return found;
          }

          @Override
          public boolean register(Pid pid) {
            return false;
          }

          @Override
          public void unregister() {
            throw new AssertionError("it has not got it");
          }
        };
    assertThatThrownBy(() -> GenServer.start(Echo::new, GenServer.name(late)))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("already started as " + first);
    GenServer.stop(first);
  }

  @Test
  void itIsFreeAgainWhenInitHasFailed() {
    assertThatThrownBy(
            () ->
                GenServer.start(
                    () ->
                        () -> {
                          throw new IllegalStateException("no");
                        },
                    GenServer.name(new Page("failing"))))
        .isInstanceOf(StartException.class);
    assertThat(book).isEmpty();
  }

  @Test
  void nobodyIsNoprocForACallNothingForACastAndAnErrorForASend() {
    var nobody = new Page("nobody");
    var failure =
        catchThrowableOfType(CallException.class, () -> GenServer.call(nobody, Atom.of("get")));
    assertThat(failure.why()).isEqualTo(Atom.NOPROC);
    assertThat(failure).hasMessageContaining("{:via, Book, \"nobody\"}");
    assertThat(catchThrowableOfType(CallException.class, () -> GenServer.stop(nobody)).why())
        .isEqualTo(Atom.NOPROC);
    GenServer.cast(nobody, 1);
    assertThatThrownBy(() -> send(nobody, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("no process is registered as {:via, Book, \"nobody\"}");
  }

  @Test
  void aServerHasOneName() {
    assertThatThrownBy(
            () ->
                GenServer.start(Echo::new, GenServer.name("one"), GenServer.name(new Page("two"))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("one name was expected, not both :one and {:via, Book, \"two\"}");
  }

  @Test
  void aDynamicSupervisorAndOneOfTasksAreFoundByIt() throws Exception {
    run(
        () -> {
          var name = new Page("tasks");
          TaskSupervisor.startLink(GenServer.name(name));
          assertThat(TaskSupervisor.children(name)).isEmpty();
          var task = TaskSupervisor.asyncNolink(name, () -> Kernel.receive(String.class));
          assertThat(DynamicSupervisor.whichChildren(name))
              .extracting(ChildInfo::pid)
              .containsExactly(task.pid());
          assertThat(DynamicSupervisor.terminateChild(name, task.pid())).isTrue();
          return true;
        });
  }

  @Test
  void aSupervisorIsStartedAskedAndStoppedByIt() throws Exception {
    run(
        () -> {
          var name = new Page("supervisor");
          var supervisor =
              Supervisor.startLink(Supervisor.oneForOne(), List.of(), GenServer.name(name));
          assertThat(book).containsEntry("supervisor", supervisor);
          var child = Supervisor.child("child", () -> Agent.startLink(() -> 0));
          assertThat(Supervisor.startChild(name, child)).isNotNull();
          assertThat(Supervisor.getChildspec(name, "child")).isEqualTo(child);
          assertThat(Supervisor.whichChildren(name)).hasSize(1);
          Supervisor.stop(name);
          assertThat(Kernel.alive(supervisor)).isFalse();
          return true;
        });
  }
}
