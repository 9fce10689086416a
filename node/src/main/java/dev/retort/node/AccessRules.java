package dev.retort.node;

import dev.retort.PeerAccess;
import dev.retort.term.Atom;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What this node lets others do, by their names.
 *
 * @param rules the first that is for a node counts; none where every node may do everything
 */
record AccessRules(List<PeerAccess> rules) {
  static final AccessRules NONE = new AccessRules(List.of());

  /** Whether a node may be connected with this one. */
  boolean allows(Atom node) {
    return rules.isEmpty() || rule(node) != null;
  }

  /** What limits a node that is allowed; null if nothing does. */
  @Nullable PeerAccess limits(Atom node) {
    var rule = rule(node);
    return rule == null || rule.isEverything() ? null : rule;
  }

  private @Nullable PeerAccess rule(Atom node) {
    for (var rule : rules) {
      if (rule.isFor(node.name())) {
        return rule;
      }
    }
    return null;
  }
}
