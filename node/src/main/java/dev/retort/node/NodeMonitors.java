package dev.retort.node;

import dev.retort.NodeChange;
import dev.retort.NodeDown;
import dev.retort.NodeType;
import dev.retort.NodeUp;
import dev.retort.spi.Distribution;
import dev.retort.term.Atom;
import dev.retort.term.Pid;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Who wants to know when the connection to a node is lost, {@code erlang:monitor_node/2}; or when
 * any comes or goes, {@code net_kernel:monitor_nodes/1}.
 */
final class NodeMonitors implements NodeListener {
  private final Distribution.Host host;
  private final Map<Atom, Map<Pid, Integer>> watchers = new ConcurrentHashMap<>();

  private final Set<Pid> ofAll = ConcurrentHashMap.newKeySet();

  /** Who wants to know more of which nodes. */
  private final Map<Pid, NodeType> ofChanges = new ConcurrentHashMap<>();

  NodeMonitors(Distribution.Host host) {
    this.host = host;
  }

  /** One message more for this process. */
  void add(Pid watcher, Atom node) {
    watchers.compute(
        node,
        (key, counts) -> {
          var all = counts == null ? new HashMap<Pid, Integer>() : counts;
          all.merge(watcher, 1, Integer::sum);
          return all;
        });
  }

  /** One message less; whether there was one to take back. */
  boolean remove(Pid watcher, Atom node) {
    var removed = new boolean[1];
    watchers.computeIfPresent(
        node,
        (key, counts) -> {
          removed[0] = counts.containsKey(watcher);
          counts.computeIfPresent(watcher, (pid, count) -> count == 1 ? null : count - 1);
          return counts.isEmpty() ? null : counts;
        });
    return removed[0];
  }

  /** The node is lost: everybody gets the messages asked for, once. */
  void down(Atom node) {
    var counts = watchers.remove(node);
    if (counts != null) {
      counts.forEach(
          (watcher, count) -> {
            for (int i = 0; i < count; i++) {
              tell(watcher, node);
            }
          });
    }
  }

  /** Begins or stops to tell a process of all visible nodes. */
  void all(Pid watcher, boolean on) {
    if (on) {
      ofAll.add(watcher);
    } else {
      ofAll.remove(watcher);
    }
  }

  /** Tells a process of all nodes of a type from now on, and why they are lost; null to stop. */
  void changes(Pid watcher, @Nullable NodeType type) {
    if (type == null) {
      ofChanges.remove(watcher);
    } else {
      ofChanges.put(watcher, type);
    }
  }

  private void tellChange(Connection connection, Function<NodeType, NodeChange> change) {
    var type = connection.isHidden() ? NodeType.HIDDEN : NodeType.VISIBLE;
    ofChanges.forEach(
        (watcher, wanted) -> {
          if (wanted == NodeType.CONNECTED || wanted == type) {
            host.send(watcher, change.apply(type));
          }
        });
  }

  @Override
  public void up(Connection connection) {
    tellChange(connection, type -> new NodeChange.Up(connection.node(), type));
    if (!connection.isHidden()) {
      ofAll.forEach(watcher -> host.send(watcher, new NodeUp(connection.node())));
    }
  }

  @Override
  public void down(Connection connection) {
    tellChange(
        connection, type -> new NodeChange.Down(connection.node(), type, connection.reason()));
    if (!connection.isHidden()) {
      ofAll.forEach(watcher -> tell(watcher, connection.node()));
    }
  }

  /** There can be no connection: this process gets its message at once. */
  void unreachable(Pid watcher, Atom node) {
    if (remove(watcher, node)) {
      tell(watcher, node);
    }
  }

  private void tell(Pid watcher, Atom node) {
    host.send(watcher, new NodeDown(node));
  }

  /** A process has ended, and wants to know nothing any more. */
  void ended(Pid process) {
    ofAll.remove(process);
    ofChanges.remove(process);
    for (var node : watchers.keySet()) {
      watchers.computeIfPresent(
          node,
          (key, counts) -> {
            counts.remove(process);
            return counts.isEmpty() ? null : counts;
          });
    }
  }
}
