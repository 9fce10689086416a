package dev.retort.node;

import static dev.retort.node.ErlangTerms.badarg;
import static dev.retort.node.ErlangTerms.pair;

import dev.retort.Priority;
import dev.retort.ProcessInfo;
import dev.retort.spi.ProcessDetails;
import dev.retort.term.Atom;
import dev.retort.term.Dest;
import dev.retort.term.Name;
import dev.retort.term.Pid;
import dev.retort.term.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The items of {@code erlang:process_info/2}. What a process of a JVM does not have, such as a heap
 * of its own, is 0 or empty.
 */
final class ProcessItems {
  /** The name of a process without one, where it is one of several items. */
  static final Tuple NO_NAME = pair("registered_name", List.of());

  /** What {@code process_info/1} tells, in OTP's order. */
  private static final List<String> MOST =
      List.of(
          "registered_name",
          "current_function",
          "initial_call",
          "status",
          "message_queue_len",
          "links",
          "dictionary",
          "trap_exit",
          "error_handler",
          "priority",
          "group_leader",
          "total_heap_size",
          "heap_size",
          "stack_size",
          "reductions",
          "garbage_collection",
          "suspending");

  /** Those that tell where its thread is. */
  private static final Set<String> OF_STACK =
      Set.of("current_function", "current_location", "current_stacktrace", "backtrace");

  /** What the kernel itself holds for a process and for each message and tie of it, in bytes. */
  private static final long PROCESS_BYTES = 256;

  private static final long ENTRY_BYTES = 24;

  private static final Tuple WAITS_IN_SERVER = Tuple.of(Atom.of("gen_server"), Atom.of("loop"), 7L);
  private static final Tuple WAITS_IN_MACHINE =
      Tuple.of(Atom.of("gen_statem"), Atom.of("loop_receive"), 3L);
  private static final Tuple WAITS_IN_BODY =
      Tuple.of(Atom.of("dev.retort.Kernel"), Atom.of("receive"), 0L);
  private static final Atom GEN_STATEM = Atom.of("gen_statem");
  private static final Atom PROCESS = Atom.of("process");
  private static final Atom DICTIONARY = Atom.of("dictionary");

  private final LocalNode local;

  ProcessItems(LocalNode local) {
    this.local = local;
  }

  /** {@code process_info/1}; null if it has ended. */
  @Nullable List<Object> all(Pid pid) {
    var details = local.host().details(pid, true);
    if (details == null) {
      return null;
    }
    var all = new ArrayList<Object>();
    for (var item : MOST) {
      var answer = pair(item, value(item, pid, details));
      if (!answer.equals(NO_NAME)) {
        all.add(answer);
      }
    }
    return all;
  }

  /** These items, in this order; null if it has ended. */
  @Nullable List<Object> several(Pid pid, List<?> items) {
    boolean stack = items.stream().anyMatch(ProcessItems::isOfStack);
    var details = local.host().details(pid, stack);
    if (details == null) {
      return null;
    }
    var several = new ArrayList<Object>();
    for (var item : items) {
      several.add(answer(item, pid, details));
    }
    return several;
  }

  /** One item, such as {@code {links, Links}}; null if it has ended. */
  @Nullable Tuple one(Pid pid, Object item) {
    var details = local.host().details(pid, isOfStack(item));
    return details == null ? null : answer(item, pid, details);
  }

  private static boolean isOfStack(Object item) {
    return item instanceof Atom atom && OF_STACK.contains(atom.name());
  }

  private Tuple answer(Object item, Pid pid, ProcessDetails details) {
    return switch (item) {
      case Atom atom -> Tuple.of(item, value(atom.name(), pid, details));
      case Tuple key when key.size() == 2 && key.get(0).equals(DICTIONARY) ->
          Tuple.of(item, kept(key.get(1), details));
      default -> throw badarg();
    };
  }

  private Object value(String item, Pid pid, ProcessDetails details) {
    var info = details.info();
    return switch (item) {
      case "registered_name" -> {
        var name = info.registeredName();
        yield name == null ? List.of() : name;
      }
      case "current_function" -> currentFunction(details);
      case "current_location" -> Stacks.location(info, currentFunction(details));
      case "current_stacktrace" -> Stacks.trace(info, currentFunction(details));
      case "backtrace" -> Stacks.text(info, currentFunction(details));
      case "initial_call" -> details.initialCall();
      case "status" -> Atom.of(info.status().name().toLowerCase(Locale.ROOT));
      case "message_queue_len" -> info.messageQueueLength();
      case "messages" -> local.host().messages(pid);
      case "links" -> info.links();
      case "monitors" -> info.monitors().stream().map(ProcessItems::monitor).toList();
      case "monitored_by" -> info.monitoredBy();
      case "dictionary" -> dictionary(details);
      case "trap_exit" -> info.trapExit();
      case "error_handler" -> Atom.of("error_handler");
      case "priority" -> Atom.of(info.priority() == Priority.HIGH ? "high" : "normal");
      case "group_leader" -> info.groupLeader();
      case "parent" -> parent(details);
      case "reductions" -> details.handled();
      case "memory" -> memory(info);
      case "total_heap_size", "heap_size", "stack_size", "catchlevel", "trace" -> 0L;
      case "min_heap_size", "min_bin_vheap_size", "fullsweep_after" -> 0L;
      case "garbage_collection" ->
          List.of(
              pair("max_heap_size", maxHeapSize()),
              pair("min_bin_vheap_size", 0L),
              pair("min_heap_size", 0L),
              pair("fullsweep_after", 0L),
              pair("minor_gcs", 0L));
      case "garbage_collection_info" -> List.of();
      case "max_heap_size" -> maxHeapSize();
      case "message_queue_data" -> Atom.of("off_heap");
      case "last_calls", "async_dist" -> false;
      case "label" -> Atom.UNDEFINED;
      case "binary", "suspending", "sequential_trace_token" -> List.of();
      default -> throw badarg();
    };
  }

  private static Map<Atom, Object> maxHeapSize() {
    return Map.of(
        Atom.of("size"), 0L,
        Atom.of("kill"), false,
        Atom.of("error_logger"), false,
        Atom.of("include_shared_binaries"), false); // since OTP 27
  }

  /** Where it is; where it waits, that it does, which is cheap to know of many. */
  static Tuple currentFunction(ProcessDetails details) {
    var info = details.info();
    if (info.status() != ProcessInfo.Status.WAITING) {
      var running = Stacks.innermost(info);
      return running != null ? running : details.initialCall();
    }
    return details.behaviour() == null
        ? details.translatedCall() == null ? WAITS_IN_BODY : WAITS_IN_SERVER
        : details.behaviour().equals(GEN_STATEM) ? WAITS_IN_MACHINE : WAITS_IN_SERVER;
  }

  private static Tuple monitor(Dest what) {
    return what instanceof Name(var name, var node) && node != null
        ? Tuple.of(PROCESS, Tuple.of(name, node))
        : Tuple.of(PROCESS, what);
  }

  private Object parent(ProcessDetails details) {
    Object first = details.ancestors().isEmpty() ? Atom.UNDEFINED : details.ancestors().getFirst();
    Object parent = first instanceof Atom name ? local.host().whereis(name) : first;
    return parent == null ? Atom.UNDEFINED : parent;
  }

  /** What it keeps, and what {@code proc_lib} would have it keep. */
  static List<Object> dictionary(ProcessDetails details) {
    var all = new ArrayList<Object>();
    if (details.translatedCall() != null) {
      all.add(pair("$initial_call", details.translatedCall()));
      all.add(pair("$ancestors", details.ancestors()));
    }
    if (!details.callers().isEmpty()) {
      all.add(pair("$callers", details.callers()));
    }
    details
        .dictionary()
        .forEach((key, value) -> all.add(Tuple.of(Shown.term(key), Shown.term(value))));
    return all;
  }

  private static Object kept(Object key, ProcessDetails details) {
    return dictionary(details).stream()
        .map(each -> (Tuple) each)
        .filter(each -> each.get(0).equals(key))
        .map(each -> each.get(1))
        .findFirst()
        .orElse(Atom.UNDEFINED);
  }

  /** What the kernel holds for it; what its code holds is the JVM's secret. */
  static long memory(ProcessInfo info) {
    long ties = (long) info.links().size() + info.monitors().size() + info.monitoredBy().size();
    return PROCESS_BYTES + ENTRY_BYTES * (info.messageQueueLength() + ties);
  }
}
