package dev.retort.node;

import static dev.retort.node.ErlangTerms.charlist;

import dev.retort.spi.ProcessDetails;
import dev.retort.term.Atom;
import dev.retort.term.Pid;
import dev.retort.term.Tuple;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The processes of an application as a tree, from the master down along the links: those that a
 * parent has to its children are the tree's, others are drawn beside. For one look.
 */
final class ProcessTree {
  /** That of an application that does not run. */
  static final Tuple NONE = Tuple.of(List.of(), List.of(), List.of(), List.of());

  /** Those that have links to every application, and belong to none. */
  private static final List<String> OUTSIDE =
      List.of("application_controller", "init", "appmon_info");

  /** From a process to another one. */
  private record Edge(Pid from, Pid to) {}

  private final LocalNode local;
  private final Pid root;
  private final Pid leader;
  private final Set<Pid> outside;
  private final Map<Pid, @Nullable ProcessDetails> known = new LinkedHashMap<>();
  private final Set<Pid> seen = new LinkedHashSet<>();
  private final Deque<Pid> next = new ArrayDeque<>();
  private final Set<Pid> waiting = new HashSet<>();
  private final Set<Edge> tree = new LinkedHashSet<>();
  private final Set<Edge> beside = new LinkedHashSet<>();

  ProcessTree(LocalNode local, Pid root) {
    this.local = local;
    this.root = root;
    outside =
        OUTSIDE.stream()
            .map(name -> local.host().whereis(Atom.of(name)))
            .flatMap(Stream::ofNullable)
            .collect(Collectors.toSet());
    var details = details(root);
    leader = details == null ? root : details.info().groupLeader();
  }

  /** {@code {Root, [{Pid, Text}], [{From, To}], [{From, To}]}}, the ends of edges as texts. */
  Tuple grown() {
    enqueue(root);
    for (Pid pid; (pid = next.poll()) != null; ) {
      waiting.remove(pid);
      if (seen.add(pid)) {
        for (var child : links(pid)) {
          meet(pid, child);
        }
      }
    }
    return Tuple.of(text(root), texts(seen), edges(tree), edges(beside));
  }

  private List<Pid> links(Pid pid) {
    var details = details(pid);
    return details == null ? List.of() : details.info().links();
  }

  private void enqueue(Pid pid) {
    next.add(pid);
    waiting.add(pid);
  }

  private void meet(Pid parent, Pid child) {
    if (seen.contains(child)) {
      return;
    }
    var edge = new Edge(parent, child);
    if (!local.isOurs(child)) {
      beside.add(edge);
      enqueue(child);
      return;
    }
    var details = details(child);
    if (details == null || outside.contains(child)) {
      return;
    }
    var starter = starter(details);
    boolean belongs = starter != null || details.info().groupLeader().equals(leader);
    boolean isChild = starter != null ? starter.equals(parent) : !waiting.contains(child);
    if (belongs && isChild) {
      tree.add(edge);
      enqueue(child);
    } else if (belongs) {
      beside.add(edge);
    }
  }

  /** Who has started it, if that is known. */
  private @Nullable Pid starter(ProcessDetails details) {
    if (details.ancestors().isEmpty()) {
      return null;
    }
    return switch (details.ancestors().getFirst()) {
      case Pid pid -> pid;
      case Atom name -> local.host().whereis(name);
      default -> null;
    };
  }

  private @Nullable ProcessDetails details(Pid pid) {
    if (!local.isOurs(pid)) {
      return null;
    }
    if (!known.containsKey(pid)) {
      known.put(pid, local.host().details(pid, false));
    }
    return known.get(pid);
  }

  private List<Object> texts(Set<Pid> pids) {
    return pids.stream().<Object>map(pid -> Tuple.of(pid, text(pid))).toList();
  }

  private List<Object> edges(Set<Edge> edges) {
    var all = new ArrayList<Object>();
    for (var edge : edges) {
      all.add(Tuple.of(text(edge.from), text(edge.to)));
    }
    return all;
  }

  private List<Long> text(Pid pid) {
    if (!local.isOurs(pid)) {
      return charlist(ErlangTerms.text(pid) + " " + pid.node().name());
    }
    var details = details(pid);
    var name = details == null ? null : details.info().registeredName();
    return charlist(name == null ? ErlangTerms.text(pid) : name.name());
  }
}
