package dev.retort.node;

import dev.retort.spi.Distribution;
import dev.retort.term.Atom;
import dev.retort.term.Pid;
import dev.retort.term.Ref;

/**
 * Who we are, for everything that has to tell our own from others' processes. A node with a dynamic
 * name is nobody until it is connected with another one, which gives it a name.
 */
final class LocalNode {
  private static final Identity NOBODY = new Identity(Atom.of("nonode@nohost"), 0);

  private final Distribution.Host host;
  private volatile Identity identity;

  /**
   * @param name our name
   * @param creation which incarnation this is
   */
  private record Identity(Atom name, int creation) {}

  /**
   * @param host the processes
   */
  LocalNode(Atom name, int creation, Distribution.Host host) {
    this.host = host;
    this.identity = new Identity(name, creation);
  }

  /** A node that has no name yet. */
  static LocalNode nameless(Distribution.Host host) {
    return new LocalNode(NOBODY.name, NOBODY.creation, host);
  }

  Atom name() {
    return identity.name;
  }

  int creation() {
    return identity.creation;
  }

  Distribution.Host host() {
    return host;
  }

  boolean isNameless() {
    return identity.equals(NOBODY);
  }

  /** Another node has given us a name; false if we have one. */
  synchronized boolean become(Atom name, int creation) {
    if (!isNameless()) {
      return false;
    }
    identity = new Identity(name, creation);
    return true;
  }

  /** Nobody knows us by our name any more. */
  synchronized void becomeNameless() {
    identity = NOBODY;
  }

  boolean isOurs(Pid pid) {
    var self = identity;
    return pid.creation() == self.creation && pid.node().equals(self.name);
  }

  boolean isOurs(Ref ref) {
    var self = identity;
    return ref.creation() == self.creation && ref.node().equals(self.name);
  }

  /** Who sends where no process does: no process has this pid. */
  Pid nobody() {
    return host.pid(0, 0);
  }
}
