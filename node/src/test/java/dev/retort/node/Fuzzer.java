package dev.retort.node;

import com.sun.management.ThreadMXBean;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/**
 * Gives a target bytes that are nearly right: known ones, changed at random. What makes the target
 * say something that it has not said before is kept, and changed further.
 *
 * <p>A seed decides all of it. An input that is refused in the wrong way, or needs more memory or
 * time than its length is worth, is the test's failure, and is saved.
 */
final class Fuzzer implements Runnable {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /** What is tested. */
  interface Target {
    /**
     * Takes an input, in memory that its length is worth.
     *
     * @return looks at what has come of it, and says that in few words: the same for inputs that
     *     take the same way
     */
    Callable<String> take(byte[] input) throws Exception;
  }

  /** No input is worth more; the longest of the known ones are far shorter. */
  private static final int MAX_INPUT = 16_384;

  private static final int MAX_KEPT = 4_000;

  /** Whatever comes, an exception with its trace, a connection's objects and the like are made. */
  private static final long ALLOCATION = 100_000;

  /** A map with one entry takes about 30 for each of its bytes, while it is made. */
  private static final long ALLOCATION_PER_BYTE = 60;

  private static final long SECONDS_PER_INPUT = 10;

  private static final int[] INTERESTING = {
    0,
    1,
    2,
    3,
    4,
    7,
    16,
    127,
    128,
    255,
    256,
    65535,
    65536,
    1 << 24,
    Integer.MAX_VALUE,
    Integer.MIN_VALUE,
    -1,
    -2
  };

  /** The tags of terms, the bytes before them, and the smallest control messages. */
  private static final int[] BYTES = {
    68, 69, 70, 77, 80, 82, 88, 89, 90, 97, 98, 99, 100, 101, 102, 103, 104, 105, 106, 107, 108,
    109, 110, 111, 112, 113, 114, 115, 116, 118, 119, 120, 121, 131, 0, 1, 2, 3, 255
  };

  private final String name;
  private final Target target;
  private final Random random;
  private final Duration time;
  private final List<byte[]> inputs;
  private final Set<String> said = new HashSet<>();
  private long tries;
  private Callable<String> taken;

  private volatile byte[] current = {};
  private volatile long cpuAtBegin;
  private volatile long threadId;
  private volatile AssertionError failure;
  private volatile boolean done;

  /**
   * @param time of a processor
   */
  Fuzzer(String name, Target target, List<byte[]> known, long seed, Duration time) {
    this.name = name;
    this.target = target;
    this.random = new Random(seed);
    this.inputs = new ArrayList<>(known);
    this.time = time;
  }

  @Override
  public void run() {
    threadId = Thread.currentThread().threadId();
    try {
      for (var known : List.copyOf(inputs)) {
        check(known);
      }
      long end = cpu() + time.toNanos();
      while (cpu() < end) {
        for (int i = 0; i < 100; i++) {
          check(mutated());
        }
      }
    } catch (AssertionError e) {
      failure = e;
    } finally {
      done = true;
    }
  }

  private long cpu() {
    return THREADS.getThreadCpuTime(threadId);
  }

  /** Whether one input has had the processor for longer than any may have it. */
  boolean isStuck() {
    return !done
        && cpuAtBegin > 0
        && THREADS.getThreadCpuTime(threadId) - cpuAtBegin
            > TimeUnit.SECONDS.toNanos(SECONDS_PER_INPUT);
  }

  /** What has gone wrong, once it has ended or is stuck; where nothing has, what it has done. */
  String result() {
    if (failure != null) {
      throw failure;
    }
    if (isStuck()) {
      throw failed(current, new AssertionError("it does not end"));
    }
    return name + ": " + tries + " inputs, " + said.size() + " ways to take them";
  }

  /** Gives it one input. */
  void check(byte[] input) {
    tries++;
    current = input;
    threadId = Thread.currentThread().threadId();
    cpuAtBegin = cpu();
    String way;
    try {
      long allocated = take(input);
      if (allocated > ALLOCATION + ALLOCATION_PER_BYTE * input.length) {
        allocated = take(input); // without the classes that were loaded for it
      }
      if (allocated > ALLOCATION + ALLOCATION_PER_BYTE * input.length) {
        throw new AssertionError(allocated + " bytes are allocated for " + input.length);
      }
      way = taken.call();
    } catch (Exception | Error e) {
      throw failed(input, e);
    }
    if (inputs.size() < MAX_KEPT && said.add(way)) {
      inputs.add(input);
    }
  }

  /** How many bytes it has allocated. */
  private long take(byte[] input) throws Exception {
    long before = THREADS.getThreadAllocatedBytes(threadId);
    taken = target.take(input);
    return THREADS.getThreadAllocatedBytes(threadId) - before;
  }

  private AssertionError failed(byte[] input, Throwable cause) {
    var file =
        Path.of("target", "fuzz", name, Integer.toHexString(java.util.Arrays.hashCode(input)));
    try {
      Files.createDirectories(file.getParent());
      Files.write(file, input);
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
    return new AssertionError(
        name
            + " takes an input badly, which is in "
            + file.toAbsolutePath()
            + " (keep it in src/test/resources/fuzz/"
            + name
            + "): "
            + cause,
        cause);
  }

  // ---- inputs

  private byte[] pick() {
    return inputs.get(random.nextInt(inputs.size()));
  }

  private byte[] mutated() {
    var bytes = pick();
    int changes = 1 + random.nextInt(random.nextInt(4) == 0 ? 12 : 3);
    for (int i = 0; i < changes; i++) {
      bytes = changed(bytes);
    }
    return bytes.length > MAX_INPUT ? java.util.Arrays.copyOf(bytes, MAX_INPUT) : bytes;
  }

  private byte[] changed(byte[] bytes) {
    if (bytes.length == 0) {
      return pick();
    }
    int at = random.nextInt(bytes.length);
    var copy = bytes.clone();
    switch (random.nextInt(11)) {
      case 0 -> copy[at] ^= (byte) (1 << random.nextInt(8));
      case 1 -> copy[at] = (byte) random.nextInt();
      case 2, 3 -> copy[at] = (byte) BYTES[random.nextInt(BYTES.length)];
      case 4 -> {
        int size = 1 << random.nextInt(3);
        if (at + size <= copy.length) {
          var value =
              ByteBuffer.allocate(4).putInt(INTERESTING[random.nextInt(INTERESTING.length)]);
          System.arraycopy(value.array(), 4 - size, copy, at, size);
        }
      }
      case 10 -> { // a length that is nearly right
        int number = copy[at] << 8 | (at + 1 < copy.length ? copy[at + 1] & 0xff : 0);
        number += random.nextInt(-2, 3);
        copy[at] = (byte) (number >> 8);
        if (at + 1 < copy.length) {
          copy[at + 1] = (byte) number;
        }
      }
      case 5 -> {
        return java.util.Arrays.copyOf(copy, at);
      }
      case 6 -> { // a part is left out
        int to = Math.min(bytes.length, at + 1 + random.nextInt(16));
        return joined(bytes, 0, at, bytes, to, bytes.length);
      }
      case 7 -> { // a part comes twice
        int to = Math.min(bytes.length, at + 1 + random.nextInt(32));
        return joined(bytes, 0, to, bytes, at, bytes.length);
      }
      case 8 -> { // goes on as another one does
        var other = pick();
        int from = other.length == 0 ? 0 : random.nextInt(other.length);
        return joined(bytes, 0, at, other, from, other.length);
      }
      default -> { // has another one inside
        var other = pick();
        var out = new ByteArrayOutputStream();
        out.write(bytes, 0, at);
        out.writeBytes(other);
        out.write(bytes, at, bytes.length - at);
        return out.toByteArray();
      }
    }
    return copy;
  }

  private static byte[] joined(byte[] a, int aFrom, int aTo, byte[] b, int bFrom, int bTo) {
    var out = new ByteArrayOutputStream();
    out.write(a, aFrom, aTo - aFrom);
    out.write(b, bFrom, bTo - bFrom);
    return out.toByteArray();
  }
}
