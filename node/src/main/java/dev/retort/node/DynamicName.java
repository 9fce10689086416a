package dev.retort.node;

import dev.retort.term.Atom;

/**
 * The name of a node that is started as {@code undefined}: it is given one by the first node that
 * it connects with, and listens to nobody.
 *
 * @param host where it runs
 */
record DynamicName(String host, LocalNode local) implements Handshake.Self {
  @Override
  public String name() {
    return local.isNameless() ? host : local.name().name();
  }

  @Override
  public int creation() {
    return local.creation();
  }

  @Override
  public boolean isHidden() {
    return true;
  }

  @Override
  public boolean isNameless() {
    return local.isNameless();
  }

  @Override
  public boolean named(Atom name, int creation) {
    return local.become(name, creation);
  }
}
