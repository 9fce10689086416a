package dev.retort.node;

import static dev.retort.node.ErlangTerms.pair;

import dev.retort.term.Atom;
import dev.retort.term.Tuple;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToLongFunction;

/**
 * The JVM's memory in the words of {@code erlang:memory/0}, in bytes: what processes have is the
 * heap's, binaries are what lies outside of it in buffers, code is what the JVM knows of classes.
 *
 * @param processes what is used of the heap, garbage included; all objects of the program
 * @param binary buffers outside of the heap
 * @param code classes, and what has been compiled of them
 */
record JvmMemory(long processes, long binary, long code) {
  static JvmMemory now() {
    long code = 0;
    for (var pool : ManagementFactory.getMemoryPoolMXBeans()) {
      if (pool.getType() == MemoryType.NON_HEAP) {
        code += usage(pool, MemoryUsage::getUsed);
      }
    }
    long binary = 0;
    for (var pool : ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class)) {
      binary += Math.max(0, pool.getMemoryUsed());
    }
    var heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
    return new JvmMemory(heap.getUsed(), binary, code);
  }

  /** All that there is to say, in OTP's order. */
  List<Object> all() {
    return List.of(
        pair("total", processes + system()),
        pair("processes", processes),
        pair("processes_used", processes),
        pair("system", system()),
        pair("atom", 0L),
        pair("atom_used", 0L),
        pair("binary", binary),
        pair("code", code),
        pair("ets", 0L));
  }

  private long system() {
    return binary + code;
  }

  /** One figure. */
  Object get(Object which) {
    for (var each : all()) {
      if (each instanceof Tuple pair && pair.get(0).equals(which)) {
        return pair.get(1);
      }
    }
    throw ErlangTerms.badarg();
  }

  /**
   * The JVM's memory pools in the shape of {@code system_info({allocator_sizes, _})}: what is used
   * as blocks, what is reserved for that as carriers.
   */
  static List<Object> allocators() {
    var all = new ArrayList<Object>();
    for (var pool : ManagementFactory.getMemoryPoolMXBeans()) {
      all.add(allocator(pool));
    }
    return all;
  }

  private static Tuple allocator(MemoryPoolMXBean pool) {
    var name = Atom.of(pool.getName().replaceAll("\\W+", "_").toLowerCase(Locale.ROOT));
    long used = usage(pool, MemoryUsage::getUsed);
    long committed = usage(pool, MemoryUsage::getCommitted);
    var peak = pool.getPeakUsage();
    long mostUsed = peak == null ? used : peak.getUsed();
    long mostCommitted = peak == null ? committed : peak.getCommitted();
    var blocks = List.of(Tuple.of(name, List.of(size("size", used, mostUsed))));
    var carriers =
        List.of(
            pair(
                "mbcs",
                List.of(pair("blocks", blocks), size("carriers_size", committed, mostCommitted))),
            pair("sbcs", List.of(pair("blocks", List.of()), size("carriers_size", 0L, 0L))));
    return Tuple.of(name, List.of(Tuple.of(Atom.of("instance"), 0L, carriers)));
  }

  /** {@code {Key, Now, SinceLast, Ever}}; nobody keeps what was the most since the last time. */
  private static Tuple size(String key, long now, long ever) {
    return Tuple.of(Atom.of(key), now, now, Math.max(now, ever));
  }

  private static long usage(MemoryPoolMXBean pool, ToLongFunction<MemoryUsage> which) {
    var usage = pool.getUsage();
    return usage == null ? 0 : which.applyAsLong(usage); // null where the pool is no more
  }
}
