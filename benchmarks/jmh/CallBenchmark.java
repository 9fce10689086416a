package dev.retort.jmh;

import static dev.retort.Kernel.*;
import static dev.retort.jmh.InProcess.BATCH;

import dev.retort.Call;
import dev.retort.From;
import dev.retort.GenServer;
import dev.retort.Step;
import dev.retort.term.Pid;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.*;

/** Calls to a GenServer, and casts that it handles. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@OperationsPerInvocation(BATCH)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
@State(Scope.Benchmark)
public class CallBenchmark {
  private Pid counter;

  /** Its reply is the state. */
  record Get() implements Call<Integer> {}

  /** Is added to the state. */
  record Add(int number) {}

  static final class Counter implements GenServer<Integer> {
    @Override
    public Integer init() {
      return 0;
    }

    @Override
    public Step<Integer> handleCall(Call<?> request, From from, Integer count) {
      return switch (request) {
        case Get get -> get.reply(count, count);
        default -> GenServer.unknown(request);
      };
    }

    @Override
    public Step<Integer> handleCast(Object message, Integer count) {
      return message instanceof Add(int number)
          ? GenServer.noReply(count + number)
          : GenServer.unknown(message);
    }
  }

  @Setup
  public void start() {
    counter = GenServer.start(Counter::new);
  }

  @TearDown
  public void stop() {
    GenServer.stop(counter);
  }

  /** From a process. */
  @Benchmark
  public Object callFromAProcess() throws Exception {
    return InProcess.run(
        () -> {
          int last = 0;
          for (int i = 0; i < BATCH; i++) {
            last = GenServer.call(counter, new Get());
          }
          return last;
        });
  }

  /** From a thread that is no process, as a web server's are. */
  @Benchmark
  @OperationsPerInvocation(1)
  public Object callFromAThread() {
    return GenServer.call(counter, new Get());
  }

  /** A batch of casts, and a call to know that all of them have been handled. */
  @Benchmark
  public Object cast() throws Exception {
    return InProcess.run(
        () -> {
          for (int i = 0; i < BATCH; i++) {
            GenServer.cast(counter, new Add(i));
          }
          return GenServer.call(counter, new Get());
        });
  }
}
