package dev.retort.node;

import dev.retort.term.Atom;
import java.math.BigInteger;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Which reports of lost connections, one node of another, have been seen: each is passed on once.
 * OTP forgets them after an hour, this node when there are very many.
 */
final class LostConnections {
  private static final int MAX_ENTRIES = 10_000;

  private final Map<Pair, Report> seen =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Pair, Report> eldest) {
          return size() > MAX_ENTRIES;
        }
      };

  private record Pair(Atom reporter, Atom lost) {}

  private record Report(BigInteger creation, BigInteger operation) {}

  /**
   * Whether a report is new.
   *
   * @param creation which incarnation of the reporter's name server it is from
   * @param operation grows with every report of that incarnation
   */
  boolean isNew(Atom reporter, Atom lost, BigInteger creation, BigInteger operation) {
    var pair = new Pair(reporter, lost);
    var last = seen.get(pair);
    if (last != null
        && last.creation.equals(creation)
        && operation.compareTo(last.operation) <= 0) {
      return false;
    }
    seen.put(pair, new Report(creation, operation));
    return true;
  }
}
