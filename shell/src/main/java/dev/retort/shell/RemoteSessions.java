package dev.retort.shell;

import dev.retort.Kernel;
import dev.retort.spi.RemoteShell;
import dev.retort.term.Pid;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Gives jex to terminals of other nodes; what {@code dev.retort.NodeOptions.withAcceptShells} looks
 * for. Not for applications.
 */
public final class RemoteSessions implements RemoteShell {
  private final Map<Pid, RemoteSession> open = new ConcurrentHashMap<>();

  /** Called by {@link java.util.ServiceLoader}. */
  public RemoteSessions() {}

  @Override
  public void run() {
    var self = Kernel.self();
    var session = new RemoteSession();
    open.put(self, session);
    try {
      session.run();
    } finally {
      open.remove(self);
    }
  }

  @Override
  public Expansion expand(Pid session, String before) {
    var its = open.get(session);
    return its == null ? Expansion.NONE : its.expand(before);
  }
}
