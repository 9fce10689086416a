package dev.retort;

import static dev.retort.Kernel.exit;
import static dev.retort.Kernel.monitor;
import static dev.retort.Kernel.processInfo;
import static dev.retort.Kernel.receive;
import static dev.retort.Kernel.self;
import static dev.retort.Kernel.send;
import static dev.retort.Kernel.spawn;

import dev.retort.term.Atom;
import dev.retort.term.Pid;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/**
 * Many messages to a process that does not read them, as a program: {@link FloodTest} runs it in a
 * JVM whose heap is known. It prints a line for each thing that holds.
 */
final class Flood {
  private Flood() {}

  /** Arguments: how many messages. */
  public static void main(String[] arguments) throws Exception {
    int count = Integer.parseInt(arguments[0]);
    var node = Node.current();
    check("they wait in order and are read in order", node.run(() -> readInTheEnd(count)));
    check("they are gone when the process is killed", node.run(() -> killed(count)));
    check("a bounded mailbox takes no more than its bound", node.run(() -> bounded(count)));
    System.exit(0);
  }

  private static void check(String what, boolean holds) {
    System.out.println((holds ? "yes: " : "NO: ") + what);
  }

  private static void flood(Pid to, int count) {
    for (int i = 0; i < count; i++) {
      send(to, i & 63); // small numbers are shared: what is measured is the mailbox
    }
  }

  private static boolean othersGoOn() {
    var me = self();
    spawn(() -> send(me, "alive"));
    return "alive".equals(receive(String.class));
  }

  private static boolean readInTheEnd(int count) throws Exception {
    var mayRead = new CountDownLatch(1);
    var me = self();
    var reader =
        spawn(
            () -> {
              mayRead.await();
              for (int i = 0; i < count; i++) {
                if (!receive().equals(i & 63)) {
                  send(me, "out of order at " + i);
                  return;
                }
              }
              send(me, receive(Duration.ZERO) == null ? "in order" : "too many");
            });
    flood(reader, count);
    boolean all = processInfo(reader).messageQueueLength() == count && othersGoOn();
    mayRead.countDown();
    return "in order".equals(receive(String.class)) && all;
  }

  /** If they were kept, the second and third flood would not find room in the heap. */
  private static boolean killed(int count) {
    for (int i = 0; i < 3; i++) {
      var deaf = spawn(() -> Thread.sleep(Duration.ofHours(1)));
      monitor(deaf);
      flood(deaf, count);
      exit(deaf, Atom.KILL);
      if (!receive(Down.class).reason().equals(Atom.KILLED)) {
        return false;
      }
    }
    return othersGoOn();
  }

  private static boolean bounded(int count) {
    var deaf =
        spawn(() -> Thread.sleep(Duration.ofHours(1)), MailboxLimit.of(1000, Overload.DROP_OLDEST));
    flood(deaf, count);
    return processInfo(deaf).messageQueueLength() == 1000 && othersGoOn();
  }
}
