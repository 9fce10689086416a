import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import org.apache.pekko.Version;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.Terminated;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * Pekko typed's side of {@code compare}. Each workload is a method; {@code RetortSide.java} and
 * {@code beam_side.erl} have the same ones in the same order. Where those have a process that waits
 * until the others are done, here the main thread waits at a latch, which costs Pekko less.
 *
 * <p>An actor has no links, does not block in a receive and takes messages in the order in which
 * they come: there is no spawn_link here and no selective receive.
 */
final class PekkoSide {
  private interface Message {}

  private record Ping(ActorRef<Message> from) implements Message {}

  private enum Word implements Message {
    PONG,
    TOKEN,
    INCREMENT,
    WAKE,
    TIMER,
    STOP
  }

  /** Tells an actor to do its work so many times, and to count the latch down then. */
  private record Go(int times, CountDownLatch done) implements Message {}

  private record Ask(ActorRef<Integer> replyTo) implements Message {}

  private record Replied(int count) implements Message {}

  private record Failed(Throwable why) implements Message {}

  private record StartChild(ActorRef<Message> replyTo) implements Message {}

  private record Started(ActorRef<Message> child) implements Message {}

  private static final Duration ASK_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration PAUSE = Duration.ofMillis(1);

  /** Its guardian runs what it is sent: the way to start actors from outside. */
  private static ActorSystem<Consumer<ActorContext<?>>> system;

  private PekkoSide() {}

  public static void main(String[] args) throws Exception {
    system =
        ActorSystem.create(
            Behaviors.receive(
                (context, start) -> {
                  start.accept(context);
                  return Behaviors.same();
                }),
            "compare",
            ConfigFactory.parseString("pekko { loglevel = OFF, stdout-loglevel = OFF }")
                .withFallback(ConfigFactory.load()));
    Side.serve("Pekko typed " + Version.current(), PekkoSide::measure);
  }

  private static double[] measure(Side.Command c) throws Exception {
    return switch (c.name()) {
      case "ping_pong" -> pingPong(c, c.size(0), c.size(1));
      case "ring" -> ring(c, c.size(0), c.size(1));
      case "call" -> call(c, c.size(0), c.size(1), c.size(2));
      case "cast" -> cast(c, c.size(0), c.size(1));
      case "spawn" -> spawnAndStop(c, c.size(0));
      case "spawn_monitor" -> spawnWatchAndTerminated(c, c.size(0));
      case "supervise" -> supervise(c, c.size(0));
      case "wake" -> wake(c, c.size(0));
      case "latency" -> latency(c, c.size(0), c.size(1));
      case "memory_servers" -> memory(c.size(0));
      case "idle" -> idle(c.size(0));
      default -> null;
    };
  }

  // ---- ping-pong

  /** Pairs of actors; each pair makes so many round trips. */
  private static double[] pingPong(Side.Command c, int pairs, int roundTrips) throws Exception {
    var pongers = spawn(pairs, i -> ponger());
    var pingers = spawn(pairs, i -> pinger(pongers.get(i)));
    var rate = Side.rate(c, (long) pairs * roundTrips, () -> go(pingers, roundTrips));
    stop(pongers);
    stop(pingers);
    return rate;
  }

  private static Behavior<Message> ponger() {
    return Behaviors.receiveMessage(
        message -> {
          if (message instanceof Ping(var from)) {
            from.tell(Word.PONG);
            return Behaviors.same();
          }
          return Behaviors.stopped();
        });
  }

  private static Behavior<Message> pinger(ActorRef<Message> ponger) {
    return worker((context, go) -> ponger.tell(new Ping(context.getSelf())));
  }

  // ---- a ring

  /** A token goes round a ring of actors so many times; hops. */
  private static double[] ring(Side.Command c, int size, int laps) throws Exception {
    var lap = new Lap();
    var ring = new ArrayList<ActorRef<Message>>();
    ActorRef<Message> end = spawn(1, i -> lap.behavior()).getFirst();
    ring.add(end);
    run(
        context -> {
          for (int i = 0; i < size; i++) {
            ring.add(context.spawnAnonymous(hop(ring.getLast())));
          }
        });
    var rate =
        Side.rate(
            c,
            (long) size * laps,
            () -> {
              lap.first = ring.getLast();
              var done = new CountDownLatch(1);
              end.tell(new Go(laps, done));
              await(done);
            });
    stop(ring);
    return rate;
  }

  /** What stands where the ring is closed, and counts the laps. */
  private static final class Lap {
    private volatile ActorRef<Message> first;
    private int left;
    private CountDownLatch done;

    Behavior<Message> behavior() {
      return Behaviors.receiveMessage(
          message -> {
            switch (message) {
              case Go(int times, var latch) -> {
                left = times;
                done = latch;
                first.tell(Word.TOKEN);
              }
              case Word.TOKEN -> {
                if (--left == 0) {
                  done.countDown();
                } else {
                  first.tell(Word.TOKEN);
                }
              }
              default -> {
                return Behaviors.stopped();
              }
            }
            return Behaviors.same();
          });
    }
  }

  private static Behavior<Message> hop(ActorRef<Message> next) {
    return Behaviors.receiveMessage(
        message -> {
          if (message == Word.TOKEN) {
            next.tell(message);
            return Behaviors.same();
          }
          return Behaviors.stopped();
        });
  }

  // ---- calls and casts

  /** Each caller asks a counter so many times, the next time when the reply is there. */
  private static double[] call(Side.Command c, int callers, int servers, int calls)
      throws Exception {
    var counters = spawn(servers, i -> counter());
    var workers = spawn(callers, i -> caller(counters.get(i % servers)));
    var rate = Side.rate(c, (long) callers * calls, () -> go(workers, calls));
    stop(workers);
    stop(counters);
    return rate;
  }

  private static Behavior<Message> caller(ActorRef<Message> counter) {
    return worker((context, go) -> ask(context, counter));
  }

  private static void ask(ActorContext<Message> context, ActorRef<Message> counter) {
    context.ask(
        Integer.class,
        counter,
        ASK_TIMEOUT,
        Ask::new,
        (count, failure) -> failure == null ? new Replied(count) : new Failed(failure));
  }

  private static Behavior<Message> counter() {
    return Behaviors.setup(
        context -> {
          int[] count = {0};
          return Behaviors.receiveMessage(
              message -> {
                if (message instanceof Ask(var replyTo)) {
                  replyTo.tell(++count[0]);
                  return Behaviors.same();
                }
                return Behaviors.stopped();
              });
        });
  }

  /** Each sender tells one actor so many times, which counts until all have come. */
  private static double[] cast(Side.Command c, int senders, int casts) throws Exception {
    var sink = spawn(1, i -> sink(senders * casts));
    var workers = spawn(senders, i -> sender(sink.getFirst()));
    var rate =
        Side.rate(
            c,
            (long) senders * casts,
            () -> {
              var done = new CountDownLatch(senders + 1);
              sink.getFirst().tell(new Go(1, done));
              workers.forEach(worker -> worker.tell(new Go(casts, done)));
              await(done);
            });
    stop(workers);
    stop(sink);
    return rate;
  }

  private static Behavior<Message> sink(int all) {
    return Behaviors.setup(
        context -> {
          int[] count = {0};
          var go = new Go[1];
          return Behaviors.receiveMessage(
              message -> {
                switch (message) {
                  case Word.INCREMENT -> {
                    if (++count[0] == all) {
                      count[0] = 0;
                      go[0].done().countDown();
                    }
                  }
                  case Go next -> go[0] = next;
                  default -> {
                    return Behaviors.stopped();
                  }
                }
                return Behaviors.same();
              });
        });
  }

  private static Behavior<Message> sender(ActorRef<Message> sink) {
    return Behaviors.receiveMessage(
        message -> {
          if (message instanceof Go(int times, var done)) {
            for (int i = 0; i < times; i++) {
              sink.tell(Word.INCREMENT);
            }
            done.countDown();
            return Behaviors.same();
          }
          return Behaviors.stopped();
        });
  }

  // ---- births and deaths

  /** Actors that say that they live, and stop. */
  private static double[] spawnAndStop(Side.Command c, int actors) throws Exception {
    var parent = spawn(1, i -> spawning(actors, false));
    var rate =
        Side.rate(
            c,
            actors,
            () -> {
              var done = new CountDownLatch(actors);
              parent.getFirst().tell(new Go(actors, done));
              await(done);
            });
    stop(parent);
    return rate;
  }

  /** Watched actors that stop at once. */
  private static double[] spawnWatchAndTerminated(Side.Command c, int actors) throws Exception {
    var parent = spawn(1, i -> spawning(actors, true));
    var rate =
        Side.rate(
            c,
            actors,
            () -> {
              var done = new CountDownLatch(actors);
              parent.getFirst().tell(new Go(actors, done));
              await(done);
            });
    stop(parent);
    return rate;
  }

  private static Behavior<Message> spawning(int actors, boolean watch) {
    return Behaviors.setup(
        context -> {
          var go = new Go[1];
          return Behaviors.receive(Message.class)
              .onMessage(
                  Go.class,
                  next -> {
                    go[0] = next;
                    for (int i = 0; i < actors; i++) {
                      if (watch) {
                        context.watch(context.spawnAnonymous(Behaviors.stopped()));
                      } else {
                        context.spawnAnonymous(
                            Behaviors.<Message>setup(
                                child -> {
                                  next.done().countDown();
                                  return Behaviors.stopped();
                                }));
                      }
                    }
                    return Behaviors.same();
                  })
              .onMessage(Word.class, stop -> Behaviors.stopped())
              .onSignal(
                  Terminated.class,
                  terminated -> {
                    go[0].done().countDown();
                    return Behaviors.same();
                  })
              .build();
        });
  }

  /**
   * Actors started one after the other by a parent that restarts them, and that is stopped then.
   */
  private static double[] supervise(Side.Command c, int servers) throws Exception {
    return Side.rate(
        c,
        servers,
        () -> {
          var stopped = new CountDownLatch(1);
          run(
              context -> {
                var parent = context.spawnAnonymous(parent());
                context.spawnAnonymous(starter(parent, servers, stopped));
              });
          await(stopped);
        });
  }

  private static Behavior<Message> parent() {
    return Behaviors.setup(
        context ->
            Behaviors.receiveMessage(
                message -> {
                  if (message instanceof StartChild(var replyTo)) {
                    replyTo.tell(
                        new Started(
                            context.spawnAnonymous(
                                Behaviors.supervise(counter())
                                    .onFailure(SupervisorStrategy.restart()))));
                    return Behaviors.same();
                  }
                  return Behaviors.stopped();
                }));
  }

  /** Asks for the next child when it has the last one; stops the parent and waits for its end. */
  private static Behavior<Message> starter(
      ActorRef<Message> parent, int children, CountDownLatch stopped) {
    return Behaviors.setup(
        context -> {
          context.watch(parent);
          int[] left = {children};
          parent.tell(new StartChild(context.getSelf()));
          return Behaviors.receive(Message.class)
              .onMessage(
                  Started.class,
                  started -> {
                    parent.tell(--left[0] == 0 ? Word.STOP : new StartChild(context.getSelf()));
                    return Behaviors.same();
                  })
              .onSignal(
                  Terminated.class,
                  terminated -> {
                    stopped.countDown();
                    return Behaviors.stopped();
                  })
              .build();
        });
  }

  // ---- many that wait

  /** Idle actors, each woken once; all answer. */
  private static double[] wake(Side.Command c, int actors) throws Exception {
    var waiting = spawn(actors, i -> answerer());
    wakeOnce(waiting);
    var rate = Side.rate(c, actors, () -> wakeOnce(waiting));
    stop(waiting);
    return rate;
  }

  private static Behavior<Message> answerer() {
    return Behaviors.receiveMessage(
        message -> {
          if (message instanceof Go(int times, var done)) {
            done.countDown();
            return Behaviors.same();
          }
          return Behaviors.stopped();
        });
  }

  private static void wakeOnce(List<ActorRef<Message>> waiting) throws InterruptedException {
    go(waiting, 1);
  }

  // ---- latency

  /** Callers that pause between asks, beside actors that compute without end; as on Retort. */
  private static double[] latency(Side.Command c, int callers, int hogs) throws Exception {
    var stop = new AtomicBoolean();
    var counter = spawn(1, i -> counter());
    var started = new CountDownLatch(hogs);
    spawn(hogs, i -> computing(started, stop));
    started.await(1, TimeUnit.SECONDS); // those beyond the dispatcher's threads never start
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(c.millis());
    var done = new CountDownLatch(callers);
    var times = Latencies.of(callers);
    spawn(callers, i -> timedCaller(counter.getFirst(), end, times[i], done));
    boolean finished = done.await(c.millis() + 10_000, TimeUnit.MILLISECONDS);
    stop.set(true);
    stop(counter);
    return finished ? Latencies.percentiles(times) : null;
  }

  private static Behavior<Message> timedCaller(
      ActorRef<Message> counter, long end, Latencies times, CountDownLatch done) {
    return Behaviors.withTimers(
        timers ->
            Behaviors.setup(
                context -> {
                  long[] due = {System.nanoTime() + PAUSE.toNanos()};
                  long[] start = {0};
                  timers.startSingleTimer(Word.TIMER, PAUSE);
                  return Behaviors.receiveMessage(
                      message -> {
                        if (message == Word.TIMER) {
                          start[0] = System.nanoTime();
                          ask(context, counter);
                          return Behaviors.same();
                        }
                        long now = System.nanoTime();
                        times.add(now - start[0], now - due[0]);
                        if (now >= end) {
                          done.countDown();
                          return Behaviors.stopped();
                        }
                        due[0] = System.nanoTime() + PAUSE.toNanos();
                        timers.startSingleTimer(Word.TIMER, PAUSE);
                        return Behaviors.same();
                      });
                }));
  }

  private static Behavior<Message> computing(CountDownLatch started, AtomicBoolean stop) {
    return Behaviors.setup(
        context -> {
          started.countDown();
          for (int x = 1; !stop.get(); x = Side.burn(x)) {}
          return Behaviors.stopped();
        });
  }

  // ---- memory and rest

  /**
   * Bytes for each of so many that have handled one message and wait for the next. Others have come
   * and gone before.
   */
  private static double[] memory(int count) throws Exception {
    for (int i = 0; i < 5; i++) {
      var first = spawn(50_000, n -> answerer());
      wakeOnce(first);
      stop(first);
    }
    long before = Side.usedHeap();
    var idle = spawn(count, i -> answerer());
    wakeOnce(idle);
    long after = Side.usedHeap();
    wakeOnce(idle); // all of them are alive
    return new double[] {(after - before) / (double) count};
  }

  private static double[] idle(int count) throws Exception {
    wakeOnce(spawn(count, i -> answerer()));
    return new double[] {count};
  }

  // ---- what the workloads share

  private static void run(Consumer<ActorContext<?>> task) throws Exception {
    var done = new CompletableFuture<Void>();
    system.tell(
        context -> {
          try {
            task.accept(context);
            done.complete(null);
          } catch (Throwable e) {
            done.completeExceptionally(e);
          }
        });
    done.get();
  }

  private static List<ActorRef<Message>> spawn(int count, IntFunction<Behavior<Message>> behavior)
      throws Exception {
    var actors = new ArrayList<ActorRef<Message>>(count);
    run(
        context -> {
          for (int i = 0; i < count; i++) {
            actors.add(context.spawnAnonymous(behavior.apply(i)));
          }
        });
    return actors;
  }

  @FunctionalInterface
  private interface Work {
    void start(ActorContext<Message> context, Go go);
  }

  /** On {@link Go} starts its work so many times, the next when the answer to the last is there. */
  private static Behavior<Message> worker(Work work) {
    return Behaviors.setup(
        context -> {
          int[] left = {0};
          var go = new Go[1];
          return Behaviors.receiveMessage(
              message -> {
                switch (message) {
                  case Go next -> {
                    go[0] = next;
                    left[0] = next.times();
                  }
                  case Word.STOP -> {
                    return Behaviors.stopped();
                  }
                  case Failed(var why) -> throw new IllegalStateException(why);
                  default -> left[0]--;
                }
                if (left[0] == 0) {
                  go[0].done().countDown();
                } else {
                  work.start(context, go[0]);
                }
                return Behaviors.same();
              });
        });
  }

  private static void go(List<ActorRef<Message>> workers, int times) throws InterruptedException {
    var done = new CountDownLatch(workers.size());
    var go = new Go(times, done);
    for (var worker : workers) {
      worker.tell(go);
    }
    await(done);
  }

  /** A message that is lost is an error, not a long wait. */
  private static void await(CountDownLatch done) throws InterruptedException {
    if (!done.await(60, TimeUnit.SECONDS)) {
      throw new IllegalStateException(done.getCount() + " did not answer in a minute");
    }
  }

  private static void stop(List<ActorRef<Message>> actors) {
    for (var actor : actors) {
      actor.tell(Word.STOP);
    }
  }
}
