package dev.retort.interop;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.DelayQueue;
import java.util.concurrent.Delayed;
import java.util.concurrent.TimeUnit;

/**
 * A wire between two machines that can be slow, lose packets, bring them in another order, and be
 * cut, so that neither side hears anything of the other: what Linux' netem does, which not every
 * kernel has. Both ends are TUN devices; each packet goes through this program. By default it is
 * fast and loses nothing.
 */
final class Wire implements AutoCloseable {
  private static final int O_RDWR = 2;
  private static final int O_NONBLOCK = 0x800;
  private static final long TUNSETIFF = 0x4004_54caL;
  private static final short IFF_TUN_NO_PI = 0x1001;
  private static final short POLLIN = 1;
  private static final int POLL_MILLIS = 100;
  private static final int LONGEST_PACKET = 65_536;

  private final End one;
  private final End other;
  private final List<Thread> threads = new ArrayList<>();
  private final Random random = new Random(42);
  private volatile Faults faults = new Faults(Duration.ZERO, Duration.ZERO, 0, 0);
  private volatile boolean cut;
  private volatile boolean closed;

  /**
   * What it does to packets.
   *
   * @param delay how long each is on its way, give or take {@code jitter}
   * @param loss how many of a hundred get lost
   * @param reorder how many of a hundred overtake those before them
   */
  record Faults(Duration delay, Duration jitter, int loss, int reorder) {}

  /**
   * Makes its two ends on this machine, from where they can be moved to others.
   *
   * @param one the name of one end's device, at most 15 characters
   */
  Wire(String one, String other) throws IOException {
    this.one = new End(one);
    this.other = new End(other);
  }

  String one() {
    return one.name;
  }

  String other() {
    return other.name;
  }

  /** Begins to carry packets. */
  void start() {
    carry(one, other);
    carry(other, one);
  }

  /** Does this to packets from now on. */
  void has(Faults faults) {
    this.faults = faults;
  }

  /** From now on nothing arrives, on either side. */
  void cut() {
    cut = true;
  }

  void mend() {
    cut = false;
  }

  @Override
  public void close() {
    closed = true;
    for (var thread : threads) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
    one.close();
    other.close();
  }

  /** A packet on its way. */
  @SuppressWarnings("ArrayRecordComponent") // nobody compares or prints it
  private record Packet(byte[] bytes, long arrives) implements Delayed {
    @Override
    public long getDelay(TimeUnit unit) {
      return unit.convert(arrives - System.nanoTime(), TimeUnit.NANOSECONDS);
    }

    @Override
    public int compareTo(Delayed that) {
      return Long.compare(arrives, ((Packet) that).arrives);
    }
  }

  private void carry(End from, End to) {
    var underWay = new DelayQueue<Packet>();
    thread("from " + from.name, () -> take(from, underWay));
    thread("to " + to.name, () -> give(to, underWay));
  }

  private void thread(String name, Runnable task) {
    threads.add(Thread.ofPlatform().daemon().name(name).start(task));
  }

  private void take(End from, DelayQueue<Packet> underWay) {
    long last = 0;
    while (!closed) {
      var bytes = from.read();
      if (bytes == null || cut) {
        continue;
      }
      var now = faults;
      long arrives = System.nanoTime();
      boolean overtakes;
      synchronized (random) {
        if (random.nextInt(100) < now.loss) {
          continue;
        }
        overtakes = random.nextInt(100) < now.reorder;
        if (!overtakes) {
          long jitter = now.jitter.toNanos();
          arrives += now.delay.toNanos() + (jitter == 0 ? 0 : random.nextLong(-jitter, jitter));
        }
      }
      if (!overtakes) {
        arrives = Math.max(arrives, last + 1); // others keep their order
        last = arrives;
      }
      underWay.add(new Packet(bytes, arrives));
    }
  }

  private void give(End to, DelayQueue<Packet> underWay) {
    try {
      while (!closed) {
        var packet = underWay.poll(POLL_MILLIS, TimeUnit.MILLISECONDS);
        if (packet != null && !cut) {
          to.write(packet.bytes);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** A TUN device: what is sent to it is read here, what is written here comes from it. */
  @SuppressWarnings("restricted")
  private static final class End {
    private static final Linker LINKER = Linker.nativeLinker();
    private static final MethodHandle OPEN =
        function(
            "open",
            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT),
            Linker.Option.firstVariadicArg(2));
    private static final MethodHandle IOCTL =
        function(
            "ioctl",
            FunctionDescriptor.of(
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_LONG,
                ValueLayout.ADDRESS),
            Linker.Option.firstVariadicArg(2));
    private static final MethodHandle POLL =
        function(
            "poll",
            FunctionDescriptor.of(
                ValueLayout.JAVA_INT,
                ValueLayout.ADDRESS,
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_INT));
    private static final MethodHandle READ = function("read", transfer());
    private static final MethodHandle WRITE = function("write", transfer());
    private static final MethodHandle CLOSE =
        function("close", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));

    private final String name;
    private final int descriptor;
    private final Arena arena = Arena.ofAuto();
    private final MemorySegment in = arena.allocate(LONGEST_PACKET);
    private final MemorySegment out = arena.allocate(LONGEST_PACKET);
    private final MemorySegment poll = arena.allocate(8, 4);

    End(String name) throws IOException {
      this.name = name;
      try (var local = Arena.ofConfined()) {
        descriptor =
            (int) OPEN.invokeExact(local.allocateFrom("/dev/net/tun"), O_RDWR | O_NONBLOCK);
        if (descriptor < 0) {
          throw new IOException("/dev/net/tun cannot be opened");
        }
        var request = local.allocate(40, 8);
        request.setString(0, name);
        request.set(ValueLayout.JAVA_SHORT, 16, IFF_TUN_NO_PI);
        if ((int) IOCTL.invokeExact(descriptor, TUNSETIFF, request) < 0) {
          throw new IOException("the device " + name + " cannot be made");
        }
      } catch (IOException e) {
        throw e;
      } catch (Throwable e) {
        throw new AssertionError(e);
      }
      poll.set(ValueLayout.JAVA_INT, 0, descriptor);
      poll.set(ValueLayout.JAVA_SHORT, 4, POLLIN);
    }

    private static FunctionDescriptor transfer() {
      return FunctionDescriptor.of(
          ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_LONG);
    }

    private static MethodHandle function(
        String name, FunctionDescriptor type, Linker.Option... options) {
      var address = LINKER.defaultLookup().findOrThrow(name);
      return LINKER.downcallHandle(address, type, options);
    }

    /** A packet; null if none comes for a while. */
    byte[] read() {
      try {
        if ((int) POLL.invokeExact(poll, 1L, POLL_MILLIS) <= 0) {
          return null;
        }
        long length = (long) READ.invokeExact(descriptor, in, (long) LONGEST_PACKET);
        return length <= 0 ? null : in.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
      } catch (Throwable e) {
        throw new AssertionError(e);
      }
    }

    void write(byte[] packet) {
      try {
        MemorySegment.copy(packet, 0, out, ValueLayout.JAVA_BYTE, 0, packet.length);
        long unused = (long) WRITE.invokeExact(descriptor, out, (long) packet.length);
      } catch (Throwable e) {
        throw new AssertionError(e);
      }
    }

    void close() {
      try {
        int unused = (int) CLOSE.invokeExact(descriptor);
      } catch (Throwable e) {
        throw new AssertionError(e);
      }
    }
  }
}
