package dev.retort.node;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a node known to the epmd of its machine, from its start to its end. Where no epmd runs, it
 * starts one in this JVM; when the epmd goes away, with the JVM that it ran in for example, it
 * registers with the next one or starts it.
 */
final class EpmdRegistration implements AutoCloseable {
  private static final Logger LOG = System.getLogger(EpmdRegistration.class.getName());

  /** Several JVMs may find at once that there is no epmd; one of them wins the port. */
  private static final int ATTEMPTS = 20;

  /** Something that takes connections and does not answer has the port. */
  private static final int SILENCES = 2;

  private static final long PAUSE_NANOS = 20_000_000;
  private static final long LONG_PAUSE_NANOS = 1_000_000_000;

  private final Epmd epmd;
  private final String name;
  private final int port;
  private final boolean hidden;
  private final @Nullable InetAddress address;
  private final int creation;
  private final Thread keeper;

  private volatile Epmd.Alive alive;
  private volatile @Nullable EpmdServer server;
  private volatile boolean closed;

  private EpmdRegistration(
      Epmd epmd, String name, int port, boolean hidden, @Nullable InetAddress address)
      throws IOException {
    this.epmd = epmd;
    this.name = name;
    this.port = port;
    this.hidden = hidden;
    this.address = address;
    this.alive = register(epmd, name, port, hidden);
    this.creation = alive.creation();
    this.keeper = Thread.ofVirtual().name("epmd registration of " + name).unstarted(this::keep);
  }

  /**
   * Registers the node.
   *
   * @param address where the node listens; null for this machine's own addresses
   * @throws IOException with one sentence, if the name is in use for example
   */
  static EpmdRegistration start(
      Epmd epmd, String name, int port, boolean hidden, @Nullable InetAddress address)
      throws IOException {
    EpmdRegistration registration;
    try {
      registration = new EpmdRegistration(epmd, name, port, hidden, address);
    } catch (Epmd.NameInUseException e) {
      throw e;
    } catch (IOException e) {
      throw new IOException(
          "no epmd answers on port "
              + epmd.port()
              + " of this machine and none can be started: "
              + e.getMessage(),
          e);
    }
    registration.keeper.start();
    return registration;
  }

  /** Which incarnation of the node this is, for its pids; the first epmd's word. */
  int creation() {
    return creation;
  }

  private Epmd.Alive register(Epmd epmd, String name, int port, boolean hidden) throws IOException {
    IOException last = null;
    int silences = 0;
    for (int i = 0; i < ATTEMPTS && silences < SILENCES && !closed; i++) {
      try {
        return epmd.register(name, port, hidden);
      } catch (Epmd.NameInUseException e) {
        throw e;
      } catch (ConnectException e) {
        last = e;
        try {
          stopServer();
          server = EpmdServer.start(epmd.port(), address);
          LOG.log(Level.DEBUG, "no epmd runs on this machine, this JVM is it now");
        } catch (BindException taken) {
          last = taken;
          pause(PAUSE_NANOS); // by another JVM, in this moment
        }
      } catch (IOException e) {
        LOG.log(Level.WARNING, "{0} is not registered yet, epmd: {1}", name, e.getMessage());
        silences += e instanceof SocketTimeoutException ? 1 : 0;
        last = e;
        pause(PAUSE_NANOS);
      }
    }
    throw last == null ? new IOException("the node is closed") : last;
  }

  private void keep() {
    while (!closed) {
      try {
        var in = alive.socket().getInputStream();
        while (in.read() >= 0) {
          // nothing is ever said
        }
      } catch (IOException e) {
        LOG.log(Level.DEBUG, "the connection with epmd is lost: {0}", e.getMessage());
      }
      closeSocket();
      if (!closed) {
        LOG.log(Level.DEBUG, "epmd is gone, {0} registers again", name);
        again();
      }
    }
  }

  private void again() {
    for (long pause = PAUSE_NANOS; !closed; pause = LONG_PAUSE_NANOS) {
      pause(pause);
      try {
        alive = register(epmd, name, port, hidden);
        if (closed) {
          closeSocket();
        }
        return;
      } catch (IOException e) {
        LOG.log(Level.WARNING, "{0} is not known to epmd: {1}", name, e.getMessage());
      }
    }
  }

  private static void pause(long nanos) {
    LockSupport.parkNanos(nanos / 2 + ThreadLocalRandom.current().nextLong(nanos));
  }

  private void closeSocket() {
    try {
      alive.socket().close();
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "closing the connection with epmd", e);
    }
  }

  private void stopServer() {
    var old = server;
    if (old != null) {
      old.close();
      server = null;
    }
  }

  /** Takes the name back; an epmd that runs in this JVM for it ends, and others take over. */
  @Override
  public void close() {
    closed = true;
    closeSocket();
    keeper.interrupt();
    stopServer();
  }
}
