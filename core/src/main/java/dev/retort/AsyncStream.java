package dev.retort;

import dev.retort.term.Atom;
import dev.retort.term.Pid;
import dev.retort.term.Ref;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Spliterator;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * The consumer's side of {@link Task#asyncStream}: takes elements while there is room for tasks,
 * has a {@link StreamMonitor} run them, and hands out what comes of them. All of it happens in the
 * process that consumes the stream: the first that asks for a result.
 */
final class AsyncStream<T, R extends @Nullable Object> implements Spliterator<Outcome<R>> {
  private static final Atom SUPERVISED = Atom.of("Elixir.Task.Supervised");
  private static final Atom STREAM = Atom.of("stream");

  /** Starts a task of {@code monitor}. */
  interface Starter {
    <R extends @Nullable Object> Task<R> start(
        LocalProcess monitor, Callable<R> function, Callers callers);
  }

  /**
   * What there is from the first result on.
   *
   * @param ref the consumer's monitor of {@code monitor}, and the mark of all messages to it
   */
  private record Begun<T>(
      LocalProcess consumer, Pid monitor, Ref ref, Iterator<? extends T> elements) {}

  private final Supplier<? extends Iterator<? extends T>> source;
  private final Runnable closeSource;
  private final TaskFunction<? super T, ? extends R> function;
  private final StreamOptions options;
  private final Starter starter;

  private @Nullable Begun<T> begun;
  private boolean exhausted;
  private boolean closed;
  private int running;
  private long started;

  /** Results that can be handed out. */
  private final Queue<Outcome<R>> ready = new ArrayDeque<>();

  /** Results that others must go before, by the positions of their elements. */
  private final Map<Long, Outcome<R>> early = new HashMap<>();

  /** The position whose result comes next, where they are ordered. */
  private long next;

  private AsyncStream(
      Supplier<? extends Iterator<? extends T>> source,
      Runnable closeSource,
      TaskFunction<? super T, ? extends R> function,
      StreamOptions options,
      Starter starter) {
    this.source = source;
    this.closeSource = closeSource;
    this.function = Objects.requireNonNull(function, "function");
    this.options = Objects.requireNonNull(options, "options");
    this.starter = starter;
  }

  static <T, R extends @Nullable Object> Stream<Outcome<R>> of(
      Supplier<? extends Iterator<? extends T>> source,
      Runnable closeSource,
      TaskFunction<? super T, ? extends R> function,
      StreamOptions options,
      Starter starter) {
    var stream = new AsyncStream<T, R>(source, closeSource, function, options, starter);
    return ClosingStream.of(StreamSupport.stream(stream, false).onClose(stream::close));
  }

  @Override
  public boolean tryAdvance(Consumer<? super Outcome<R>> action) {
    if (closed) {
      return false;
    }
    var begun = begin();
    for (; ; ) {
      var result = ready.poll();
      if (result != null) {
        action.accept(result);
        return true;
      }
      if (exhausted && running == 0) {
        close();
        return false;
      }
      if (!exhausted && running < options.maxConcurrency()) {
        startNext(begun);
      } else {
        awaitResult(begun);
      }
    }
  }

  private Begun<T> begin() {
    var self = Kernel.process("Task.asyncStream");
    var begun = this.begun;
    if (begun == null) {
      var ref = Kernel.makeRef();
      var tasks =
          new StreamMonitor<T, R>(
              self.pid, self.trapsExits(), ref, Callers.of(self), function, options, starter);
      Body body = tasks::run;
      var elements = source.get(); // it may throw, and then there is nothing to end
      begun = new Begun<>(self, self.pid.home.spawnFrom(self, body, true, ref), ref, elements);
      this.begun = begun;
    } else if (begun.consumer != self) {
      throw new IllegalStateException(
          "a stream of tasks is consumed by one process: "
              + begun.consumer.pid
              + " has begun, but this is "
              + self.pid);
    }
    return begun;
  }

  private void startNext(Begun<T> begun) {
    if (begun.elements.hasNext()) {
      Kernel.send(begun.monitor, new StreamMonitor.Run(started++, begun.elements.next()));
      running++;
    } else {
      exhausted = true;
    }
  }

  private void awaitResult(Begun<T> begun) {
    var message =
        begun.consumer.<Object>receiveSince(
            begun.ref, received -> isOf(begun, received) ? received : null, Long.MAX_VALUE);
    switch (message) {
      case StreamMonitor.Result result -> {
        running--;
        finished(result);
      }
      case StreamMonitor.Refused(var ref, var why) -> throw why;
      case Down down -> {
        closed = true;
        forget(begun);
        throw exit(down.reason());
      }
      case null, default -> throw new AssertionError(message);
    }
  }

  @SuppressWarnings("unchecked") // the function says what it is
  private void finished(StreamMonitor.Result result) {
    var outcome = (Outcome<R>) result.outcome();
    if (outcome == null) {
      throw exit(Atom.TIMEOUT);
    }
    if (!options.ordered()) {
      ready.add(outcome);
      return;
    }
    early.put(result.position(), outcome);
    for (var due = early.remove(next); due != null; due = early.remove(next)) {
      ready.add(due);
      next++;
    }
  }

  private ExitException exit(Object reason) {
    return Task.exit(
        reason,
        SUPERVISED,
        STREAM,
        List.of(Task.millis(options.timeout())),
        reason.equals(Atom.TIMEOUT)
            ? "a task had no value within " + options.timeout().toMillis() + " ms"
            : "the process that runs the tasks ended with " + CrashReport.inspect(reason));
  }

  /** Ends what still runs, and closes where the elements come from. */
  private void close() {
    if (closed) {
      return;
    }
    closed = true;
    try {
      if (begun != null) {
        stop(begun);
      }
    } finally {
      closeSource.run();
    }
  }

  private void stop(Begun<T> begun) {
    if (Runner.currentProcess() != begun.consumer) {
      Kernel.send(begun.monitor, StreamMonitor.Stop.STOP);
      return;
    }
    Kernel.send(begun.monitor, StreamMonitor.Stop.STOP);
    var down =
        Objects.requireNonNull(begun.consumer.awaitDown(begun.ref, Long.MAX_VALUE), "no deadline");
    forget(begun);
    if (!down.reason().equals(Atom.NORMAL)) {
      throw exit(down.reason());
    }
  }

  /** Takes out of the mailbox what is left of a stream whose monitor has ended. */
  private static void forget(Begun<?> begun) {
    Object left;
    do {
      left =
          begun.consumer.<Object>receiveSince(
              begun.ref,
              message ->
                  isOf(begun, message)
                          || (message instanceof Exit exit && exit.from().equals(begun.monitor))
                      ? message
                      : null,
              System.nanoTime());
    } while (left != null);
  }

  private static boolean isOf(Begun<?> begun, Object message) {
    return switch (message) {
      case StreamMonitor.Result result -> result.stream().equals(begun.ref);
      case StreamMonitor.Refused refused -> refused.stream().equals(begun.ref);
      case Down down -> down.ref().equals(begun.ref);
      default -> false;
    };
  }

  /** Null: one process consumes it all. */
  @Override
  public @Nullable Spliterator<Outcome<R>> trySplit() {
    return null;
  }

  @Override
  public long estimateSize() {
    return Long.MAX_VALUE; // which stands for unknown
  }

  @Override
  public int characteristics() {
    return options.ordered() ? NONNULL | ORDERED : NONNULL;
  }
}
