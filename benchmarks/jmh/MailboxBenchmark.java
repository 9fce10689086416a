package dev.retort.jmh;

import static dev.retort.Kernel.*;
import static dev.retort.jmh.InProcess.BATCH;

import dev.retort.term.Atom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.*;

/**
 * Putting messages into a mailbox and taking them out, in one process: no wake-up is in the way.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@OperationsPerInvocation(BATCH)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
@State(Scope.Benchmark)
public class MailboxBenchmark {
  private static final Atom OTHER = Atom.of("other");

  /** The message that is waited for. */
  record Wanted(int number) {}

  /** What else is in the mailbox. */
  @State(Scope.Benchmark)
  public static class Others {
    /** How many messages that nobody takes. */
    @Param({"0", "10", "1000"})
    int waiting;
  }

  /** A message in and out. */
  @Benchmark
  public Object sendAndReceive() throws Exception {
    return InProcess.run(
        () -> {
          Object last = null;
          for (int i = 0; i < BATCH; i++) {
            send(self(), OTHER);
            last = receive();
          }
          return last;
        });
  }

  /** A message in, and out past those that do not match. */
  @Benchmark
  public Object receiveSelectively(Others others) throws Exception {
    return InProcess.run(
        () -> {
          for (int i = 0; i < others.waiting; i++) {
            send(self(), OTHER);
          }
          Object last = null;
          for (int i = 0; i < BATCH; i++) {
            send(self(), new Wanted(i));
            last = receive(Wanted.class);
          }
          return last;
        });
  }

  /** The same, with a fresh reference, so that nothing before it need be looked at. */
  @Benchmark
  public Object receiveWithFreshReference(Others others) throws Exception {
    return InProcess.run(
        () -> {
          for (int i = 0; i < others.waiting; i++) {
            send(self(), OTHER);
          }
          Object last = null;
          for (int i = 0; i < BATCH; i++) {
            int number = i;
            var ref = makeRef();
            send(self(), new Wanted(number));
            last = receive(ref, Wanted.class, wanted -> wanted.number() == number);
          }
          return last;
        });
  }

  /** A batch in, then a batch out: how messages are turned round from last to first counts here. */
  @Benchmark
  public Object sendAllThenReceiveAll() throws Exception {
    return InProcess.run(
        () -> {
          for (int i = 0; i < BATCH; i++) {
            send(self(), OTHER);
          }
          Object last = null;
          for (int i = 0; i < BATCH; i++) {
            last = receive();
          }
          return last;
        });
  }
}
