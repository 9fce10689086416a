package dev.retort;

import dev.retort.term.Pid;
import java.math.BigInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Which process serves which partition of a {@link PartitionSupervisor}. Written by the
 * supervisor's process, which starts them, read by any thread.
 */
final class Partitions {
  /** Whose they are. */
  final Pid supervisor;

  private final AtomicReferenceArray<@Nullable Pid> pids;

  /** Held while their number changes. */
  final ReentrantLock resizing = new ReentrantLock();

  /** How many take work; the others have been stopped. */
  volatile int size;

  Partitions(Pid supervisor, int most) {
    this.supervisor = supervisor;
    pids = new AtomicReferenceArray<>(most);
    size = most;
  }

  int most() {
    return pids.length();
  }

  void set(int partition, @Nullable Pid pid) {
    pids.set(partition, pid);
  }

  /** The process of the partition that {@code key} belongs to; null if there is none. */
  @Nullable Pid of(Object key) {
    int partitions = size;
    return partitions == 0 ? null : pids.get(partition(key, partitions));
  }

  private static int partition(Object key, int partitions) {
    return switch (key) {
      case Long number -> (int) Math.abs(number % partitions);
      case Integer number -> Math.abs(number % partitions);
      case Short number -> Math.abs(number % partitions);
      case Byte number -> Math.abs(number % partitions);
      case BigInteger number -> number.abs().mod(BigInteger.valueOf(partitions)).intValue();
      default -> Math.floorMod(spread(key.hashCode()), partitions);
    };
  }

  /** Hash codes of small things are small numbers: this makes use of all their bits. */
  private static int spread(int hash) {
    int mixed = hash * 0x9E3779B9;
    return mixed ^ (mixed >>> 16);
  }
}
