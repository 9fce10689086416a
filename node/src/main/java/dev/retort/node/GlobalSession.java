package dev.retort.node;

import dev.retort.term.Atom;
import dev.retort.term.Tuple;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What has happened so far between our and another node's global_name_server, from the connection
 * to the moment when both know each other's names. Messages of the two sides may cross: what comes
 * early waits here.
 */
final class GlobalSession {
  final Atom node;

  /** Tells this session from earlier ones; null while only the other side has begun. */
  @Nullable Long myTag;

  @Nullable Object hisTag;
  long version;

  /** Our locker says that the lock is set. */
  @Nullable Tuple lockId;

  /** The other node's names. */
  @Nullable List<?> hisNames;

  /** What we make of the other node's names. */
  @Nullable List<Object> ops;

  /** What the other node makes of ours. */
  @Nullable Resolved resolved;

  /** Its {@code init_connect}, which has come before we knew that it is there. */
  @Nullable Tuple early;

  boolean exchanging;

  /** {@code {resolved, Node, HisResolved, HisKnown, _, _, Tag}}. */
  record Resolved(List<?> ops, List<?> known) {}

  GlobalSession(Atom node) {
    this.node = node;
  }

  boolean hasTag(Object tag) {
    return tag.equals(myTag);
  }
}
