import static dev.retort.Kernel.exit;
import static dev.retort.Kernel.monitor;
import static dev.retort.Kernel.receive;
import static dev.retort.Kernel.self;
import static dev.retort.Kernel.send;
import static dev.retort.Kernel.spawn;
import static dev.retort.Kernel.spawnMonitor;

import dev.retort.Down;
import dev.retort.Kernel;
import dev.retort.Node;
import dev.retort.term.Atom;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.StructuredTaskScope;

/**
 * Structured concurrency inside processes. A preview API in Java 25, so StructuredConcurrencyTest
 * runs this in a JVM of its own; a line for each thing that holds.
 */
static final ScopedValue<String> USER = ScopedValue.newInstance();

void main() throws Exception {
  var node = Node.current();
  check("a scope gives a process the results of its threads", node.run(this::results));
  check("its threads are no processes", node.run(this::forksAreNoProcesses));
  check("its threads may send", node.run(this::forksMaySend));
  check("its threads see scoped values", node.run(this::forksSeeScopedValues));
  check("a thread that fails ends the process as any exception", node.run(this::failure));
  check("a kill interrupts the threads and closes the scope", node.run(this::kill));
  check("the thread is free of the scope afterwards", node.run(this::next));
  System.exit(0);
}

static void check(String what, boolean holds) {
  System.out.println((holds ? "yes: " : "NO: ") + what);
}

boolean results() throws Exception {
  try (var scope = StructuredTaskScope.open()) {
    var one = scope.fork(() -> 1);
    var two = scope.fork(() -> 2);
    spawnMonitor(() -> {});
    receive(Down.class); // a process may wait for messages between fork and join
    scope.join();
    return one.get() + two.get() == 3;
  }
}

boolean forksAreNoProcesses() throws Exception {
  try (var scope = StructuredTaskScope.open()) {
    var message =
        scope.fork(
            () -> {
              try {
                return String.valueOf(self());
              } catch (IllegalStateException e) {
                return e.getMessage();
              }
            });
    scope.join();
    return message.get().contains("on a thread that is no process");
  }
}

boolean forksMaySend() throws Exception {
  var me = self();
  try (var scope = StructuredTaskScope.open()) {
    scope.fork(() -> send(me, "from a fork"));
    scope.join();
  }
  return receive().equals("from a fork");
}

boolean forksSeeScopedValues() throws Exception {
  return ScopedValue.where(USER, "ann")
      .call(
          () -> {
            try (var scope = StructuredTaskScope.open()) {
              var user = scope.fork(() -> USER.get());
              scope.join();
              return user.get().equals("ann");
            }
          });
}

boolean failure() throws Exception {
  spawnMonitor(
      () -> {
        try (var scope = StructuredTaskScope.open()) {
          scope.fork(
              () -> {
                throw new ArithmeticException("on purpose");
              });
          scope.join();
        }
      });
  return receive(Down.class).reason() instanceof StructuredTaskScope.FailedException failed
      && failed.getCause() instanceof ArithmeticException;
}

boolean kill() throws Exception {
  var begun = new CountDownLatch(2);
  var steps = new LinkedBlockingQueue<String>();
  var pid =
      spawn(
          () -> {
            try (var scope = StructuredTaskScope.open()) {
              for (int i = 0; i < 2; i++) {
                scope.fork(
                    () -> {
                      begun.countDown();
                      try {
                        Thread.sleep(Duration.ofHours(1));
                      } catch (InterruptedException e) {
                        steps.add("fork interrupted");
                        throw e;
                      }
                      return "not reached";
                    });
              }
              scope.join();
            } finally {
              steps.add("closed");
            }
          });
  begun.await();
  var ref = monitor(pid);
  exit(pid, Atom.KILL);
  return receive(Down.class).reason().equals(Atom.KILLED)
      && !Kernel.alive(pid)
      && steps.take().equals("fork interrupted")
      && steps.take().equals("fork interrupted")
      && steps.take().equals("closed");
}

boolean next() throws Exception {
  for (int i = 0; i < 100; i++) {
    spawnMonitor(
        () -> {
          try (var scope = StructuredTaskScope.open()) {
            scope.fork(() -> 1);
            exit(Atom.of("without_join"));
          }
        });
    if (!receive(Down.class).reason().equals(Atom.of("without_join"))) {
      return false;
    }
    if (!results()) {
      return false;
    }
  }
  return true;
}
