package dev.retort.node;

import static dev.retort.node.ErlangTerms.badarg;
import static dev.retort.node.ErlangTerms.charlist;
import static dev.retort.node.ErlangTerms.pair;

import dev.retort.Node;
import dev.retort.term.Atom;
import dev.retort.term.Tuple;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The items of {@code erlang:system_info/1}. What only BEAM has is there as it is on a BEAM that
 * has none of it: no ports, no tables, no atom table.
 */
final class SystemItems {
  /** The OTP that this node is like, for tools that look what they may expect. */
  private static final String OTP_RELEASE = "25";

  /** Both of BEAM's kinds of words. */
  private static final long WORD_BYTES = 8;

  // Limits of BEAM that a JVM does not have, as high as they are there by default.
  private static final long ATOM_LIMIT = 1 << 20;
  private static final long PORT_LIMIT = 1 << 16;
  private static final long ETS_LIMIT = 1 << 13;

  /** As many as there are numbers for pids at one time. */
  private static final long PROCESS_LIMIT = 1 << 28;

  /** An item; raises {@code badarg} for one that there is not. */
  Object get(Object which) {
    var item =
        switch (which) {
          case Atom atom -> named(atom.name());
          case Tuple pair when pair.size() == 2 && pair.get(0) instanceof Atom kind ->
              of(kind.name(), pair.get(1));
          default -> null;
        };
    if (item == null) {
      throw badarg();
    }
    return item;
  }

  private static @Nullable Object named(String which) {
    return switch (which) {
      case "otp_release" -> charlist(OTP_RELEASE);
      case "version" -> charlist(Runtime.version().toString());
      case "system_version" -> charlist(systemVersion());
      case "system_architecture" -> charlist(architecture());
      case "machine" -> charlist("JVM");
      case "emu_flavor" -> Atom.of("jit");
      case "emu_type", "build_type" -> Atom.of("opt");
      case "wordsize" -> WORD_BYTES;
      case "smp_support", "threads", "kernel_poll", "time_correction" -> true;
      case "multi_scheduling" -> Atom.of("enabled");
      case "schedulers",
          "schedulers_online",
          "logical_processors",
          "logical_processors_online",
          "logical_processors_available" ->
          (long) schedulers();
      case "dirty_cpu_schedulers",
          "dirty_cpu_schedulers_online",
          "dirty_io_schedulers",
          "thread_pool_size" ->
          0L;
      case "process_count" -> (long) Node.current().processCount();
      case "process_limit" -> PROCESS_LIMIT;
      case "atom_count", "port_count", "ets_count" -> 0L;
      case "atom_limit" -> ATOM_LIMIT;
      case "port_limit" -> PORT_LIMIT;
      case "ets_limit" -> ETS_LIMIT;
      case "dist_buf_busy_limit" -> (long) ConnectionWriter.BUSY_LIMIT;
      case "creation" -> 0L;
      case "alloc_util_allocators" -> allocators();
      case "start_time" -> ManagementFactory.getRuntimeMXBean().getStartTime() * 1_000_000L;
      default -> null;
    };
  }

  private static @Nullable Object of(String kind, Object which) {
    return switch (kind) {
      case "wordsize" -> WORD_BYTES;
      case "allocator_sizes" -> JvmMemory.allocators();
      default -> null;
    };
  }

  private static List<Object> allocators() {
    return JvmMemory.allocators().stream().map(each -> ((Tuple) each).get(0)).toList();
  }

  /** {@code Retort [OTP 25] [Java 25.0.1] [64-bit] [smp:2:2]}. */
  private static String systemVersion() {
    var version = SystemItems.class.getPackage().getImplementationVersion();
    return "Retort"
        + (version == null ? "" : " " + version)
        + " [OTP "
        + OTP_RELEASE
        + "] [Java "
        + Runtime.version()
        + "] [64-bit] [smp:"
        + schedulers()
        + ":"
        + schedulers()
        + "]\n";
  }

  private static String architecture() {
    return System.getProperty("os.arch")
        + "-"
        + System.getProperty("os.name").toLowerCase(Locale.ROOT);
  }

  static int schedulers() {
    return Runtime.getRuntime().availableProcessors();
  }

  /** What {@code observer_backend:sys_info/0} lists, without the memory. */
  List<Object> forObserver(NodeCounters counters) {
    var io = counters.io();
    return List.of(
        pair("uptime", counters.uptime()),
        pair("run_queue", counters.runQueue()),
        pair("io_input", ((Tuple) io.get(0)).get(1)),
        pair("io_output", ((Tuple) io.get(1)).get(1)),
        item("logical_processors"),
        item("logical_processors_online"),
        item("logical_processors_available"),
        item("schedulers"),
        item("schedulers_online"),
        pair("schedulers_available", (long) schedulers()),
        item("otp_release"),
        item("version"),
        item("system_architecture"),
        item("kernel_poll"),
        item("smp_support"),
        item("threads"),
        item("thread_pool_size"),
        pair("wordsize_internal", WORD_BYTES),
        pair("wordsize_external", WORD_BYTES),
        pair("alloc_info", JvmMemory.allocators()),
        item("process_count"),
        item("atom_limit"),
        item("atom_count"),
        item("process_limit"),
        item("process_count"),
        item("port_limit"),
        item("port_count"),
        item("ets_limit"),
        item("ets_count"),
        item("dist_buf_busy_limit"));
  }

  private Tuple item(String which) {
    return pair(which, get(Atom.of(which)));
  }
}
