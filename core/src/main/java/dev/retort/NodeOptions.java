package dev.retort;

import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How a node appears on the network: Erlang's {@code -sname}, {@code -name}, {@code -setcookie},
 * {@code -hidden} and their kin. Immutable; each method gives a changed copy.
 *
 * @param name {@code java}, {@code java@host}; the host is added where it is missing
 * @param longNames whether host names are fully qualified ({@code --name}) or not ({@code --sname})
 * @param cookie the shared secret; null for the one in {@code ~/.erlang.cookie}
 * @param hidden whether other nodes list it only among {@code nodes(hidden)}
 * @param weakCookie whether a cookie that can be guessed will do where other machines can call
 * @param address the address the node listens on; null for this machine's own, where only callers
 *     on this machine are taken
 * @param port the port the node listens on, 0 to 65535; 0 for any free one
 * @param lastPort the last port that it may listen on, if those from {@code port} on are taken
 * @param peerPort the port where every other node listens, 1 to 65535, so that no epmd is needed; 0
 *     for the port that its epmd tells
 * @param cookieFile where the cookie is kept; null for {@code ~/.erlang.cookie}
 * @param netTickTime how long a silent peer is believed alive, 1 ms to 292 years; Erlang's {@code
 *     net_ticktime}, 60 s by default
 * @param acceptClosures whether Java closures of other nodes may run here, and functions that were
 *     typed into their shells: yes in the shell only
 * @param acceptShells whether other nodes' terminals get a shell here: yes in the shell only
 * @param tls how nodes are connected by TLS; null for connections that anybody on the way can read
 * @param access what other nodes may do here; the first that is for a node counts, and a node that
 *     none is for cannot connect. Where it is empty, every node may do everything
 */
public record NodeOptions(
    String name,
    boolean longNames,
    @Nullable String cookie,
    boolean weakCookie,
    boolean hidden,
    @Nullable InetAddress address,
    int port,
    int lastPort,
    int peerPort,
    @Nullable Path cookieFile,
    Duration netTickTime,
    boolean acceptClosures,
    boolean acceptShells,
    @Nullable TlsOptions tls,
    List<PeerAccess> access) {
  private static final int LAST_PORT = 65_535;
  private static final int LONGEST_COOKIE = 255;

  /** One look in a quarter of it takes time of its own. */
  private static final Duration SHORTEST_TICK_TIME = Duration.ofMillis(1);

  /** 292 years: what fits into nanoseconds. */
  private static final Duration LONGEST_TICK_TIME = Duration.ofNanos(Long.MAX_VALUE);

  /**
   * @throws IllegalArgumentException if a port is none, if {@code cookie} is empty, longer than 255
   *     characters or not Latin-1, or if {@code netTickTime} is shorter than a millisecond or
   *     longer than 292 years
   */
  public NodeOptions {
    Objects.requireNonNull(name, "name: one such as java or java@host was expected");
    if (cookie != null) {
      checkCookie(cookie);
    }
    if (port < 0 || port > LAST_PORT) {
      throw new IllegalArgumentException(
          "port: 0 (any free one) to 65535 was expected, this is " + port);
    }
    if (lastPort < port || lastPort > LAST_PORT || (port == 0 && lastPort != 0)) {
      throw new IllegalArgumentException(
          "ports: a range from 1 to 65535 was expected, this is " + port + " to " + lastPort);
    }
    if (peerPort < 0 || peerPort > LAST_PORT) {
      throw new IllegalArgumentException(
          "peerPort: 1 to 65535 was expected, or 0 (epmd is asked), this is " + peerPort);
    }
    access = List.copyOf(Objects.requireNonNull(access, "access: a list was expected"));
    Objects.requireNonNull(netTickTime, "netTickTime");
    if (netTickTime.compareTo(SHORTEST_TICK_TIME) < 0
        || netTickTime.compareTo(LONGEST_TICK_TIME) > 0) {
      throw new IllegalArgumentException(
          "netTickTime: 1 ms to 292 years were expected, this is " + netTickTime);
    }
  }

  /** Erlang's cookies are atoms of which each character goes into a sum as one byte. */
  static void checkCookie(String cookie) {
    if (cookie.isEmpty() || cookie.length() > LONGEST_COOKIE) {
      throw new IllegalArgumentException(
          "cookie: 1 to 255 characters were expected, this has " + cookie.length());
    }
    int foreign = 0;
    while (foreign < cookie.length() && cookie.charAt(foreign) <= 0xff) {
      foreign++;
    }
    if (foreign < cookie.length()) {
      throw new IllegalArgumentException(
          "cookie: characters of Latin-1 were expected, number "
              + (foreign + 1)
              + " of this one is none");
    }
  }

  /** A node with a short name, as {@code -sname} makes it. */
  public static NodeOptions shortName(String name) {
    return of(name, false);
  }

  /** A node with a long name, as {@code -name} makes it. */
  public static NodeOptions longName(String name) {
    return of(name, true);
  }

  private static NodeOptions of(String name, boolean longNames) {
    var minute = Duration.ofSeconds(60);
    return new NodeOptions(
        name, longNames, null, false, false, null, 0, 0, 0, null, minute, false, false, null,
        List.of());
  }

  /** With this cookie instead of the one in the cookie file. {@code -setcookie}. */
  public NodeOptions withCookie(String cookie) {
    Objects.requireNonNull(cookie, "cookie");
    return changed(change -> change.cookie = cookie);
  }

  /**
   * Whether a cookie that is well known, or shorter than 16 characters, will do although other
   * machines can call. It always does for a node that only this machine can call.
   */
  public NodeOptions withWeakCookie(boolean weakCookie) {
    return changed(change -> change.weakCookie = weakCookie);
  }

  /** Whether others list the node only among {@code nodes(hidden)}. {@code -hidden}. */
  public NodeOptions withHidden(boolean hidden) {
    return changed(change -> change.hidden = hidden);
  }

  /**
   * Listening on this address alone, to callers from anywhere; {@code 0.0.0.0} stands for every
   * address of this machine. {@code -kernel inet_dist_use_interface}.
   */
  public NodeOptions withInterface(InetAddress address) {
    Objects.requireNonNull(address, "address: one of this machine was expected");
    return changed(change -> change.address = address);
  }

  /** Listening on this port; 0 for any free one. */
  public NodeOptions withPort(int port) {
    return withPorts(port, port);
  }

  /**
   * Listening on the first free port from {@code first} to {@code last}. {@code -kernel
   * inet_dist_listen_min} and {@code inet_dist_listen_max}.
   */
  public NodeOptions withPorts(int first, int last) {
    return changed(
        change -> {
          change.port = first;
          change.lastPort = last;
        });
  }

  /**
   * Without epmd: the node is not registered anywhere, and calls every other one at {@code
   * peerPort}, 1 to 65535. {@code -erl_epmd_port}, which stands for {@link #withPort} as well.
   */
  public NodeOptions withoutEpmd(int peerPort) {
    if (peerPort == 0) {
      throw new IllegalArgumentException("peerPort: 1 to 65535 was expected, this is 0");
    }
    return changed(change -> change.peerPort = peerPort);
  }

  /** With the cookie in this file instead of {@code ~/.erlang.cookie}. */
  public NodeOptions withCookieFile(Path cookieFile) {
    Objects.requireNonNull(cookieFile, "cookieFile");
    return changed(change -> change.cookieFile = cookieFile);
  }

  /** Believing a silent peer alive for this long. {@code -kernel net_ticktime}. */
  public NodeOptions withNetTickTime(Duration netTickTime) {
    return changed(change -> change.netTickTime = netTickTime);
  }

  /**
   * Whether other nodes may run Java closures here, that is, any code; and functions that were
   * typed into {@code iex} or {@code erl}, which reach no more than what is exported and a library
   * of Erlang's and Elixir's functions.
   */
  public NodeOptions withAcceptClosures(boolean acceptClosures) {
    return changed(change -> change.acceptClosures = acceptClosures);
  }

  /**
   * Connected by TLS with other nodes, all of which must be, too. {@code -proto_dist inet_tls} with
   * {@code -ssl_dist_optfile} or {@code -ssl_dist_opt}.
   */
  public NodeOptions withTls(TlsOptions tls) {
    Objects.requireNonNull(tls, "tls");
    return changed(change -> change.tls = tls);
  }

  /**
   * Whether {@code iex --remsh}, {@code erl -remsh} and {@code jex --remsh} of other nodes get a
   * shell here, where any code can be typed. It takes {@code retort-shell} among the dependencies.
   */
  public NodeOptions withAcceptShells(boolean acceptShells) {
    return changed(change -> change.acceptShells = acceptShells);
  }

  /**
   * With rules for what other nodes may do here. The first one that is for a node counts; a node
   * that none is for cannot connect, as with {@code net_kernel:allow/1}. Without rules every node
   * may do everything.
   */
  public NodeOptions withAccess(List<PeerAccess> access) {
    Objects.requireNonNull(access, "access: a list of rules was expected");
    return changed(change -> change.access = access);
  }

  /** These options, of which each may be set to another value. */
  private static final class Change {
    private @Nullable String cookie;
    private boolean weakCookie;
    private boolean hidden;
    private @Nullable InetAddress address;
    private int port;
    private int lastPort;
    private int peerPort;
    private @Nullable Path cookieFile;
    private Duration netTickTime;
    private boolean acceptClosures;
    private boolean acceptShells;
    private @Nullable TlsOptions tls;
    private List<PeerAccess> access;

    Change(NodeOptions options) {
      cookie = options.cookie;
      weakCookie = options.weakCookie;
      hidden = options.hidden;
      address = options.address;
      port = options.port;
      lastPort = options.lastPort;
      peerPort = options.peerPort;
      cookieFile = options.cookieFile;
      netTickTime = options.netTickTime;
      acceptClosures = options.acceptClosures;
      acceptShells = options.acceptShells;
      tls = options.tls;
      access = options.access;
    }
  }

  private NodeOptions changed(Consumer<Change> how) {
    var change = new Change(this);
    how.accept(change);
    return new NodeOptions(
        name,
        longNames,
        change.cookie,
        change.weakCookie,
        change.hidden,
        change.address,
        change.port,
        change.lastPort,
        change.peerPort,
        change.cookieFile,
        change.netTickTime,
        change.acceptClosures,
        change.acceptShells,
        change.tls,
        change.access);
  }

  /** The name, and never the cookie. */
  @Override
  public String toString() {
    return "NodeOptions[" + (longNames ? "longName " : "shortName ") + name + "]";
  }
}
