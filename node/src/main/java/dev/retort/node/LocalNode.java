package dev.retort.node;

import dev.retort.spi.Distribution;
import dev.retort.term.Atom;
import dev.retort.term.Pid;
import dev.retort.term.Ref;

/**
 * Who we are, for everything that has to tell our own from others' processes.
 *
 * @param name our name
 * @param creation which incarnation this is
 * @param host the processes
 */
record LocalNode(Atom name, int creation, Distribution.Host host) {
  boolean isOurs(Pid pid) {
    return pid.creation() == creation && pid.node().equals(name);
  }

  boolean isOurs(Ref ref) {
    return ref.creation() == creation && ref.node().equals(name);
  }

  /** Who sends where no process does: no process has this pid. */
  Pid nobody() {
    return host.pid(0, 0);
  }
}
