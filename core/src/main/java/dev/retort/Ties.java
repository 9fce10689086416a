package dev.retort;

import dev.retort.spi.Signal;
import dev.retort.term.Atom;
import dev.retort.term.Dest;
import dev.retort.term.Name;
import dev.retort.term.Pid;
import dev.retort.term.Ref;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The links and monitors of one process; made when the first of them is. Guarded by the process's
 * lock.
 */
final class Ties {
  /** Linked processes. */
  final Set<Pid> links = new LinkedHashSet<>(4);

  /**
   * Unlinked processes of other nodes that have not acknowledged it: an exit of theirs is too late.
   */
  final Map<Pid, Long> unlinking = new LinkedHashMap<>(0);

  /** What this process monitors. */
  final Map<Ref, Dest> monitors = new LinkedHashMap<>(0);

  /** Who monitors this process. */
  final Map<Ref, Signal.Monitor> monitoredBy = new LinkedHashMap<>(0);

  /** Whether any of it may concern another node, so that a distribution has to hear of the end. */
  boolean remote;

  /** Signals that came after the one that ends the process. */
  final List<Signal> tooLate = new ArrayList<>(0);

  private List<Signal.Unlink> acknowledgements = List.of();

  /** Remembers to answer an unlink of another node once the lock is free. */
  void acknowledge(Signal.Unlink unlink) {
    if (acknowledgements.isEmpty()) {
      acknowledgements = new ArrayList<>(1);
    }
    acknowledgements.add(unlink);
  }

  List<Signal.Unlink> takeAcknowledgements() {
    var taken = acknowledgements;
    acknowledgements = List.of();
    return taken;
  }

  /** Whether what is monitored is on another node, {@code node}. */
  static boolean isOn(Atom node, Dest object) {
    return switch (object) {
      case Pid pid -> pid.node().equals(node);
      case Name(var name, var at) -> at != null && at.equals(node);
      case Ref ref -> false;
    };
  }
}
