package dev.retort;

import static dev.retort.Kernel.exit;
import static dev.retort.Kernel.monitor;
import static dev.retort.Kernel.receive;
import static dev.retort.Kernel.self;
import static dev.retort.Kernel.send;
import static dev.retort.Kernel.spawn;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.retort.term.Atom;
import dev.retort.term.Pid;
import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * A process may block in whatever it likes: the others go on, also where as many block as there are
 * processors and more, and where the JVM cannot take the blocked thread off its processor.
 */
@Timeout(60)
@SuppressWarnings("restricted") // calls native code on purpose
class BlockingTest {
  private static final int PROCESSORS = Runtime.getRuntime().availableProcessors();

  /** More than a machine has processors, by far. */
  private static final int MANY = 4 * PROCESSORS + 8;

  /** What blocks, once it has counted down. */
  private interface Blocking {
    void run(CountDownLatch begun) throws Exception;
  }

  /** Starts {@code count} processes that block and gives them once they are about to. */
  private static List<Pid> block(int count, Blocking blocking) throws InterruptedException {
    var begun = new CountDownLatch(count);
    var all = new ArrayList<Pid>();
    for (int i = 0; i < count; i++) {
      all.add(spawn(() -> blocking.run(begun)));
    }
    begun.await();
    return all;
  }

  /** Lets other processes start, send, call and wait, and sees that they come to an end. */
  private static void othersGoOn() throws Exception {
    var server = Agent.start(() -> 0);
    Node.current()
        .run(
            () -> {
              var me = self();
              for (int i = 0; i < 100; i++) {
                spawn(
                    () -> {
                      Agent.update(server, (Integer n) -> n + 1);
                      send(me, "done");
                    });
              }
              for (int i = 0; i < 100; i++) {
                receive(String.class);
              }
              return true;
            });
    assertThat(Agent.<Integer, Integer>get(server, n -> n)).isEqualTo(100);
    Agent.stop(server);
  }

  /** Kills the processes, which is over at once, and sees that others still go on. */
  private static void killAtOnce(List<Pid> blocked) throws Exception {
    Node.current()
        .run(
            () -> {
              for (var pid : blocked) {
                var ref = monitor(pid);
                exit(pid, Atom.KILL);
                var down = receive(Down.class, message -> message.ref().equals(ref));
                assertThat(down.reason()).isEqualTo(Atom.KILLED);
                assertThat(Kernel.alive(pid)).isFalse();
              }
              return true;
            });
    othersGoOn();
  }

  @Test
  void inThreadSleep() throws Exception {
    var blocked =
        block(
            MANY,
            begun -> {
              begun.countDown();
              Thread.sleep(Duration.ofHours(1));
            });
    othersGoOn();
    killAtOnce(blocked);
  }

  @Test
  void inALock() throws Exception {
    var lock = new ReentrantLock();
    lock.lock();
    try {
      var blocked =
          block(
              MANY,
              begun -> {
                begun.countDown();
                lock.lockInterruptibly();
                lock.unlock();
              });
      await().until(() -> lock.getQueueLength() == MANY);
      othersGoOn();
      killAtOnce(blocked);
      await().until(() -> !lock.hasQueuedThreads());
    } finally {
      lock.unlock();
    }
  }

  @Test
  void inSynchronized() throws Exception {
    var monitor = new Object();
    List<Pid> blocked;
    synchronized (monitor) {
      blocked =
          block(
              MANY,
              begun -> {
                begun.countDown();
                synchronized (monitor) { // which no interrupt ends
                  begun.countDown();
                }
              });
      othersGoOn();
      killAtOnce(blocked);
    }
  }

  @Test
  @SuppressWarnings("WaitNotInLoop") // it is never notified
  void inObjectWait() throws Exception {
    var blocked =
        block(
            MANY,
            begun -> {
              var monitor = new Object();
              synchronized (monitor) {
                begun.countDown();
                monitor.wait();
              }
            });
    othersGoOn();
    killAtOnce(blocked);
  }

  /** As JDBC drivers do: the database does not answer. */
  @Test
  void inARead() throws Exception {
    try (var server = new ServerSocket(0, MANY, InetAddress.getLoopbackAddress())) {
      var accepted = new ArrayList<Socket>();
      var blocked = new ArrayList<Pid>();
      for (int i = 0; i < MANY; i++) {
        blocked.addAll(
            block(
                1,
                begun -> {
                  try (var socket = new Socket(server.getInetAddress(), server.getLocalPort())) {
                    begun.countDown();
                    socket.getInputStream().read();
                  }
                }));
        accepted.add(server.accept());
      }
      othersGoOn();
      killAtOnce(blocked);
      for (var socket : accepted) {
        assertThat(socket.getInputStream().read()).isEqualTo(-1); // they have closed their side
        socket.close();
      }
    }
  }

  /** Opening a file holds on to the processor, and the JVM does not make up for it. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void inAFile(@TempDir Path folder) throws Exception {
    var pipes = new ArrayList<Path>();
    for (int i = 0; i < MANY; i++) {
      pipes.add(folder.resolve("pipe" + i));
    }
    var mkfifo = new ArrayList<>(List.of("mkfifo"));
    pipes.forEach(pipe -> mkfifo.add(pipe.toString()));
    assertThat(new ProcessBuilder(mkfifo).start().waitFor()).isZero();
    var unopened = new ConcurrentLinkedQueue<>(pipes);
    var blocked =
        block(
            MANY,
            begun -> {
              var pipe = Objects.requireNonNull(unopened.poll());
              begun.countDown();
              Files.readString(pipe); // opening it waits for a writer
            });
    try {
      othersGoOn();
      killAtOnce(blocked);
    } finally {
      var writers = new ArrayList<Thread>();
      for (var pipe : pipes) {
        writers.add(Thread.ofPlatform().daemon().start(() -> openToWrite(pipe)));
      }
      for (var writer : writers) {
        writer.join();
      }
    }
  }

  private static void openToWrite(Path pipe) {
    try {
      Files.writeString(pipe, "");
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** What a class initializer waits for; public, since it is another loader's class that does. */
  public static final class Gate {
    private static volatile CountDownLatch begun = new CountDownLatch(0);
    private static volatile CountDownLatch open = new CountDownLatch(0);

    private Gate() {}

    public static void pass() {
      begun.countDown();
      try {
        open.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  static final class SlowToInitialize {
    static {
      Gate.pass();
    }

    private SlowToInitialize() {}
  }

  /** Has a copy of {@link SlowToInitialize} of its own. */
  private static final class OwnCopy extends ClassLoader {
    private static final String NAME = SlowToInitialize.class.getName();

    OwnCopy() {
      super(BlockingTest.class.getClassLoader());
    }

    void initialize() throws IOException, ClassNotFoundException {
      try (var in = getParent().getResourceAsStream(NAME.replace('.', '/') + ".class")) {
        var bytes = Objects.requireNonNull(in).readAllBytes();
        Class.forName(defineClass(NAME, bytes, 0, bytes.length).getName(), true, this);
      }
    }
  }

  /** The JVM's own frames hold on to the processor, and the thread only seems to wait. */
  @Test
  void inAClassInitializer() throws Exception {
    Gate.open = new CountDownLatch(1);
    Gate.begun = new CountDownLatch(MANY);
    try {
      for (int i = 0; i < MANY; i++) {
        spawn(() -> new OwnCopy().initialize());
      }
      Gate.begun.await();
      othersGoOn();
    } finally {
      Gate.open.countDown();
    }
  }

  @Test
  @EnabledOnOs({OS.LINUX, OS.MAC})
  void inNativeCode() throws Exception {
    MethodHandle usleep =
        Linker.nativeLinker()
            .downcallHandle(
                Linker.nativeLinker().defaultLookup().find("usleep").orElseThrow(),
                FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
    var stop = new AtomicBoolean();
    try {
      var blocked =
          block(
              2 * PROCESSORS,
              begun -> {
                begun.countDown();
                while (!stop.get()) {
                  sleepNatively(usleep);
                }
              });
      othersGoOn();
      killAtOnce(blocked);
    } finally {
      stop.set(true);
    }
  }

  private static void sleepNatively(MethodHandle usleep) throws Exception {
    try {
      var unused = (int) usleep.invokeExact(100_000);
    } catch (Exception | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new LinkageError(e.getMessage(), e);
    }
  }
}
