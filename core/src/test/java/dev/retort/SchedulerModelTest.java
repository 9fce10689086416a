package dev.retort;

import java.util.concurrent.locks.LockSupport;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * What holds of a {@link Scheduler} however its runners meet those who make processes ready. A
 * process that is left without a runner is a thread that waits for ever, which the model checker
 * reports.
 */
class SchedulerModelTest {
  /** Says when it has been run, if it may go on by then. */
  private static final class Keeper extends Behaviour {
    final @Nullable Keeper waitsFor;
    private volatile @Nullable Thread waiting;
    private volatile boolean done;

    Keeper(@Nullable Keeper waitsFor) {
      this.waitsFor = waitsFor;
    }

    @Override
    void init() {}

    @Override
    void handle(Object message) {
      if (waitsFor != null) {
        waitsFor.await();
      }
      done = true;
      LockSupport.unpark(waiting);
    }

    void await() {
      waiting = Thread.currentThread();
      while (!done) {
        LockSupport.park(this);
      }
    }

    @Override
    Class<?> code() {
      return Keeper.class;
    }
  }

  /** Two runners: one that is about to look for work, and one that waits for it. */
  public abstract static class TwoRunners {
    final StillNode still = new StillNode();
    private final Scheduler scheduler = still.node.scheduler();
    private final Runner idle = new Runner(scheduler);

    final void ready() {
      still.wakesRunners(idle);
    }

    @Operation(runOnce = true)
    public void runner() {
      new Runner(scheduler).run();
    }

    @Operation(runOnce = true)
    public void idleRunner() {
      still.runWhenSummoned(idle);
    }

    final void closeAfter(Keeper last) {
      last.await();
      scheduler.close();
    }
  }

  @Test
  void aProcessThatBecomesReadyIsRun() {
    Model.checkWaiting(ReadyAgainstIdle.class, 3);
  }

  /** {@code offer}'s look for idle runners against {@code awaitWork}'s look at the queue. */
  public static class ReadyAgainstIdle extends TwoRunners {
    private final Keeper keeper = new Keeper(null);
    private final LocalProcess process = still.process(keeper);

    public ReadyAgainstIdle() {
      ready();
    }

    @Operation(runOnce = true)
    public void send() {
      process.send("run");
      closeAfter(keeper);
    }
  }

  @Test
  void aProcessIsRunWhileAnotherKeepsItsRunner() {
    Model.checkWaiting(ReadyBesideBusy.class, 3);
  }

  /** The successor that {@code offer} counts on against {@code mounted} and what follows it. */
  public static class ReadyBesideBusy extends TwoRunners {
    private final Keeper second = new Keeper(null);
    private final Keeper first = new Keeper(second);
    private final LocalProcess secondProcess = still.process(second);
    private final LocalProcess firstProcess = still.process(first);

    public ReadyBesideBusy() {
      ready();
    }

    @Operation(runOnce = true)
    public void send() {
      firstProcess.send("wait for the second");
      secondProcess.send("run");
      closeAfter(first);
    }
  }
}
