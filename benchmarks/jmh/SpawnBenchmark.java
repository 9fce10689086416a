package dev.retort.jmh;

import static dev.retort.Kernel.*;
import static dev.retort.jmh.InProcess.BATCH;

import dev.retort.Down;
import dev.retort.GenServer;
import dev.retort.term.Atom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.*;

/** Processes that are started and end at once. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@OperationsPerInvocation(BATCH)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
@State(Scope.Benchmark)
public class SpawnBenchmark {
  private static final Atom DONE = Atom.of("done");

  /** Each says that it has lived. */
  @Benchmark
  public Object spawnAndSend() throws Exception {
    return InProcess.run(
        () -> {
          var starter = self();
          for (int i = 0; i < BATCH; i++) {
            spawn(() -> send(starter, DONE));
          }
          Object last = null;
          for (int i = 0; i < BATCH; i++) {
            last = receive();
          }
          return last;
        });
  }

  /** Each is monitored from its birth. */
  @Benchmark
  public Object spawnMonitorAndDown() throws Exception {
    return InProcess.run(
        () -> {
          for (int i = 0; i < BATCH; i++) {
            spawnMonitor(() -> {});
          }
          Object last = null;
          for (int i = 0; i < BATCH; i++) {
            last = receive(Down.class);
          }
          return last;
        });
  }

  /** GenServers, each started and stopped before the next. */
  @Benchmark
  public Object startAndStop() throws Exception {
    return InProcess.run(
        () -> {
          for (int i = 0; i < BATCH; i++) {
            GenServer.stop(GenServer.start(CallBenchmark.Counter::new));
          }
          return BATCH;
        });
  }
}
