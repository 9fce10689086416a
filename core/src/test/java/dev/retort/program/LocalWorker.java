package dev.retort.program;

import static dev.retort.Kernel.receive;
import static dev.retort.Kernel.self;
import static dev.retort.Kernel.send;

import dev.retort.GenServer;
import dev.retort.Step;
import dev.retort.term.Atom;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** A worker of this JVM. */
final class LocalWorker implements Worker {
  /** Tells it to do the step that was left with it. */
  private record Command() {}

  /** Tells the driver that there may be something new to see. */
  record News() {}

  /** A step and where its outcome goes. */
  private record Task(Op op, CompletableFuture<Object> result) {}

  private final World world;
  private final int slot;
  private final Kind kind;

  private final BlockingQueue<Task> tasks = new LinkedBlockingQueue<>();
  private final Queue<Object> seen = new ConcurrentLinkedQueue<>();

  LocalWorker(World world, int slot, Kind kind) {
    this.world = world;
    this.slot = slot;
    this.kind = kind;
  }

  @Override
  public CompletableFuture<Object> command(Op op) {
    var task = new Task(op, new CompletableFuture<>());
    tasks.add(task);
    if (kind != Kind.BLOCKED) {
      send(Objects.requireNonNull(world.pid(slot)), new Command());
    }
    return task.result;
  }

  @Override
  public Queue<Object> seen() {
    return seen;
  }

  /** The code of those that are no server. */
  void run() throws Exception {
    world.born(slot, self());
    for (boolean more = true; more; ) {
      switch (kind) {
        case HOLDING -> {
          receive(Command.class);
          more = work();
        }
        case BLOCKED -> more = work();
        case READING -> more = read(receive());
        case SERVING -> throw new AssertionError("a server's code is server()");
      }
    }
  }

  GenServer<List<Object>> server() {
    return new GenServer<>() {
      @Override
      public List<Object> init() {
        world.born(slot, self());
        return List.of();
      }

      @Override
      public Step<List<Object>> handleInfo(Object message, List<Object> state) throws Exception {
        return read(message) ? GenServer.noReply(state) : GenServer.stopping(Atom.NORMAL, state);
      }
    };
  }

  private boolean read(Object message) throws Exception {
    if (message instanceof Command) {
      return work();
    }
    seen.add(message);
    tellNews();
    return true;
  }

  /** Does a step; whether it goes on. */
  private boolean work() throws Exception {
    var task = tasks.take();
    if (task.op instanceof Op.Return) {
      return false;
    }
    task.result.complete(world.exec(slot, task.op));
    tellNews();
    return true;
  }

  private void tellNews() {
    send(Objects.requireNonNull(world.pid(Act.DRIVER)), new News());
  }
}
