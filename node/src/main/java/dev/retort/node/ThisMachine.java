package dev.retort.node;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The addresses by which the processes of this machine call each other. */
final class ThisMachine {
  private static final Logger LOG = System.getLogger(ThisMachine.class.getName());

  /** Where nodes and epmd of a machine find each other, whatever its name stands for. */
  static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

  /** How long a node waits, when it starts, for what its host's name stands for. */
  private static final long PATIENCE_MILLIS = 1000;

  private ThisMachine() {}

  /** Whether a caller with this address runs on this machine. */
  static boolean has(InetAddress address) throws SocketException {
    return address.isLoopbackAddress() || NetworkInterface.getByInetAddress(address) != null;
  }

  /**
   * The loopback addresses, {@code 127.0.0.1} first, and what of this machine {@code host} stands
   * for: other nodes of the machine call there.
   */
  static Set<InetAddress> addresses(String host) {
    var addresses = new LinkedHashSet<InetAddress>();
    try {
      addresses.add(LOOPBACK);
      addresses.add(InetAddress.ofLiteral("::1"));
      addresses.addAll(lookUp(host));
      for (var address : List.copyOf(addresses)) {
        if (!canListen(address)) {
          addresses.remove(address);
        }
      }
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "the addresses of " + host, e);
    }
    return addresses;
  }

  /** Linux has all of 127.0.0.0/8, though its interface lists one of them. */
  private static boolean canListen(InetAddress address) throws SocketException {
    return (address instanceof Inet4Address && address.isLoopbackAddress())
        || NetworkInterface.getByInetAddress(address) != null;
  }

  private static List<InetAddress> lookUp(String host) throws IOException {
    var answer = new FutureTask<>(() -> List.of(InetAddress.getAllByName(host)));
    Thread.ofVirtual().name("look up " + host).start(answer);
    try {
      return answer.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      LOG.log(
          Level.WARNING,
          "the name service did not say within a second which address {0} has: callers on this"
              + " machine find the node at 127.0.0.1 only",
          host);
      return List.of();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof UnknownHostException) {
        LOG.log(Level.DEBUG, "this machine does not know its own name {0}", host);
        return List.of();
      }
      throw new IOException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return List.of();
    }
  }
}
