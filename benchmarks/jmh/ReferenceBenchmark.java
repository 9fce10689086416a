package dev.retort.jmh;

import static dev.retort.Kernel.*;
import static dev.retort.jmh.InProcess.BATCH;

import dev.retort.GenServer;
import dev.retort.term.Pid;
import dev.retort.term.Ref;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.*;

/** References, and the monitors and links that are kept under them. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@OperationsPerInvocation(BATCH)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
@State(Scope.Benchmark)
public class ReferenceBenchmark {
  private Pid other;

  @Setup
  public void start() {
    other = GenServer.start(CallBenchmark.Counter::new);
  }

  @TearDown
  public void stop() {
    GenServer.stop(other);
  }

  @Benchmark
  public Object makeReference() throws Exception {
    return InProcess.run(
        () -> {
          Ref last = makeRef();
          for (int i = 1; i < BATCH; i++) {
            last = makeRef();
          }
          return last;
        });
  }

  @Benchmark
  public Object monitorAndDemonitor() throws Exception {
    return InProcess.run(
        () -> {
          boolean last = false;
          for (int i = 0; i < BATCH; i++) {
            last = demonitor(monitor(other));
          }
          return last;
        });
  }

  @Benchmark
  public Object linkAndUnlink() throws Exception {
    return InProcess.run(
        () -> {
          boolean last = false;
          for (int i = 0; i < BATCH; i++) {
            link(other);
            last = unlink(other);
          }
          return last;
        });
  }
}
