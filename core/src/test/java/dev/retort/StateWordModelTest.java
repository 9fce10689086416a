package dev.retort;

import dev.retort.term.Atom;
import dev.retort.term.Ref;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Validate;
import org.junit.jupiter.api.Test;

/** What holds of a {@link LocalProcess}'s state word. */
class StateWordModelTest {
  /** Keeps what it gets, and knows whether two runners were on it at once. */
  private static final class Keeper extends Behaviour {
    final List<Object> got = new ArrayList<>();
    private volatile boolean inside;
    volatile boolean runTwice;

    @Override
    void init() {}

    @Override
    void handle(Object message) {
      runTwice |= inside;
      inside = true;
      got.add(message);
      inside = false;
    }

    @Override
    Class<?> code() {
      return Keeper.class;
    }
  }

  /** A server, a turn of it, and what holds when all is quiet. */
  public abstract static class Server {
    final StillNode still = new StillNode();
    final Keeper keeper = new Keeper();
    final LocalProcess process = still.process(keeper);

    @Operation(runOnce = true)
    public void turn() {
      still.runReady();
    }

    /** When all is quiet, all is handled, once. */
    @Validate
    public void quiet() {
      still.runReady();
      boolean once = Set.copyOf(keeper.got).size() == keeper.got.size();
      Model.isTrue(once && !keeper.runTwice && process.isEmpty(), keeper.got);
    }
  }

  @Test
  void noWakeUpIsLostBetweenAPushAndGoingIdle() {
    Model.check(SendAgainstIdle.class, 2);
  }

  /** {@code deliver}'s push and look at the state against {@code leave}'s change and look. */
  public static class SendAgainstIdle extends Server {
    public SendAgainstIdle() {
      process.send("first");
    }

    @Operation(runOnce = true)
    public void send() {
      process.send("second");
    }
  }

  @Test
  void itIsNeverRunByTwoRunnersAtOnce() {
    Model.check(TwoRunners.class, 3);
  }

  /** {@code leave}'s last look at the mailbox against the next runner's turn. */
  public static class TwoRunners extends Server {
    public TwoRunners() {
      process.send("first");
    }

    @Operation(runOnce = true)
    public void send() {
      process.send("second");
    }

    @Operation(runOnce = true)
    public void otherTurn() {
      still.runReady();
    }
  }

  @Test
  void noWakeUpIsLostWhenAnotherThreadDrains() {
    Model.check(InfoAgainstIdle.class, 2);
  }

  /** {@code settle}, between its getAndSet and its append, against {@code leave}'s two looks. */
  public static class InfoAgainstIdle extends Server {
    public InfoAgainstIdle() {
      process.send("first");
    }

    @Operation(runOnce = true)
    public void info() {
      process.info();
    }
  }

  @Test
  void aPriorityMessageThatAnotherThreadPutsInFrontIsHandled() {
    Model.check(PriorityAgainstPoll.class, 2);
  }

  /** {@code prepend} by {@code settle} against {@code poll} without the lock. */
  public static class PriorityAgainstPoll extends Server {
    public PriorityAgainstPoll() {
      Ref alias = still.node.newRef();
      process.addAlias(alias, new Alias(AliasMode.EXPLICIT_UNALIAS, true));
      process.send("first");
      process.send("second");
      process.send("third");
      process.settle();
      still.node.sendPriority(null, alias, "urgent");
    }

    @Operation(runOnce = true)
    public void info() {
      process.info();
    }

    @Override
    public void quiet() {
      still.runReady();
      Model.isTrue(keeper.got.size() == 4, keeper.got);
    }
  }

  @Test
  void everyCallHasAnOutcomeWhenItsServerIsKilled() {
    Model.check(KillAgainstCalls.class, 2);
  }

  /** {@code end} against {@code behave} that takes a call and {@code leave}. */
  public static class KillAgainstCalls extends Server {
    private final List<LocalCall> calls = new ArrayList<>();

    public KillAgainstCalls() {
      for (int i = 0; i < 3; i++) {
        var call = new LocalCall(i, null, process);
        calls.add(call);
        process.send(call);
      }
    }

    @Operation(runOnce = true)
    public void kill() {
      still.exit(process, Atom.KILL);
    }

    @Override
    public void quiet() {
      still.runReady();
      for (var call : calls) {
        Model.isTrue(call.isDone() || keeper.got.contains(call), call.request);
      }
    }
  }

  @Test
  void anInterruptOfTheDeadDoesNotMeetTheNextOnTheSameRunner() {
    Model.check(KillAgainstNext.class, 2);
  }

  /** {@code interruptOwner} against {@code leave}, and the process that has the thread then. */
  public static class KillAgainstNext extends Server {
    private volatile boolean met;

    public KillAgainstNext() {
      process.send("first");
      still
          .process(
              new Behaviour() {
                @Override
                void init() {}

                @Override
                void handle(Object message) {
                  met |= Thread.currentThread().isInterrupted();
                }

                @Override
                Class<?> code() {
                  return Server.class;
                }
              })
          .send("next");
    }

    @Operation(runOnce = true)
    public void kill() {
      still.exit(process, Atom.KILL);
    }

    @Override
    public void quiet() {
      Model.isTrue(!met, "interrupted");
    }
  }
}
