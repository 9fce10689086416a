package dev.retort.jmh;

import static dev.retort.Kernel.*;
import static dev.retort.jmh.InProcess.BATCH;

import dev.retort.term.Atom;
import dev.retort.term.Pid;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.*;

/** Timers that are set and cancelled, as those of calls with a timeout are. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@OperationsPerInvocation(BATCH)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
@State(Scope.Benchmark)
public class TimerBenchmark {
  private static final Atom LATE = Atom.of("late");
  private static final Duration HOUR = Duration.ofHours(1);

  /** How many other timers are set meanwhile. */
  @Param({"0", "100000"})
  int pending;

  private Pid nobody;

  @Setup
  public void setOthers() {
    nobody = spawn(() -> {});
    for (int i = 0; i < pending; i++) {
      sendAfter(nobody, LATE, HOUR.plusMillis(i));
    }
  }

  /** One set and cancelled, then the next. */
  @Benchmark
  public Object setAndCancel() throws Exception {
    return InProcess.run(
        () -> {
          Object last = null;
          for (int i = 0; i < BATCH; i++) {
            last = cancelTimer(sendAfter(nobody, LATE, HOUR));
          }
          return last;
        });
  }

  /** A receive that gives up at once. */
  @Benchmark
  public Object receiveWithoutWaiting() throws Exception {
    return InProcess.run(
        () -> {
          Object last = null;
          for (int i = 0; i < BATCH; i++) {
            last = receive(Duration.ZERO);
          }
          return last == null ? LATE : last;
        });
  }
}
