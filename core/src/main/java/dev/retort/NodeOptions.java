package dev.retort;

import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How a node appears on the network: Erlang's {@code -sname}, {@code -name}, {@code -setcookie},
 * {@code -hidden} and their kin. Immutable; each method gives a changed copy.
 *
 * @param name {@code java}, {@code java@host}; the host is added where it is missing
 * @param longNames whether host names are fully qualified ({@code --name}) or not ({@code --sname})
 * @param cookie the shared secret; null for the one in {@code ~/.erlang.cookie}
 * @param hidden whether other nodes list it only among {@code nodes(hidden)}
 * @param bind the address the node listens on; null for every address
 * @param port the port the node listens on, 0 to 65535; 0 for any free one
 * @param cookieFile where the cookie is kept; null for {@code ~/.erlang.cookie}
 * @param netTickTime how long a silent peer is believed alive, 1 ms to 292 years; Erlang's {@code
 *     net_ticktime}, 60 s by default
 * @param acceptClosures whether Java closures of other nodes may run here: yes in the shell only
 */
public record NodeOptions(
    String name,
    boolean longNames,
    @Nullable String cookie,
    boolean hidden,
    @Nullable InetAddress bind,
    int port,
    @Nullable Path cookieFile,
    Duration netTickTime,
    boolean acceptClosures) {
  private static final int LAST_PORT = 65_535;

  /** One look in a quarter of it takes time of its own. */
  private static final Duration SHORTEST_TICK_TIME = Duration.ofMillis(1);

  /** 292 years: what fits into nanoseconds. */
  private static final Duration LONGEST_TICK_TIME = Duration.ofNanos(Long.MAX_VALUE);

  /**
   * @throws IllegalArgumentException if {@code port} is no port, or {@code netTickTime} is shorter
   *     than a millisecond or longer than 292 years
   */
  public NodeOptions {
    Objects.requireNonNull(name, "name: one such as java or java@host was expected");
    if (port < 0 || port > LAST_PORT) {
      throw new IllegalArgumentException(
          "port: 0 (any free one) to 65535 was expected, this is " + port);
    }
    Objects.requireNonNull(netTickTime, "netTickTime");
    if (netTickTime.compareTo(SHORTEST_TICK_TIME) < 0
        || netTickTime.compareTo(LONGEST_TICK_TIME) > 0) {
      throw new IllegalArgumentException(
          "netTickTime: 1 ms to 292 years were expected, this is " + netTickTime);
    }
  }

  /** A node with a short name, as {@code -sname} makes it. */
  public static NodeOptions shortName(String name) {
    return new NodeOptions(name, false, null, false, null, 0, null, Duration.ofSeconds(60), false);
  }

  /** A node with a long name, as {@code -name} makes it. */
  public static NodeOptions longName(String name) {
    return new NodeOptions(name, true, null, false, null, 0, null, Duration.ofSeconds(60), false);
  }

  /** With this cookie instead of the one in the cookie file. {@code -setcookie}. */
  public NodeOptions withCookie(String cookie) {
    Objects.requireNonNull(cookie, "cookie");
    return new NodeOptions(
        name, longNames, cookie, hidden, bind, port, cookieFile, netTickTime, acceptClosures);
  }

  /** Whether others list the node only among {@code nodes(hidden)}. {@code -hidden}. */
  public NodeOptions withHidden(boolean hidden) {
    return new NodeOptions(
        name, longNames, cookie, hidden, bind, port, cookieFile, netTickTime, acceptClosures);
  }

  /** Listening on this address alone. */
  public NodeOptions withBind(InetAddress bind) {
    Objects.requireNonNull(bind, "bind: an address of this machine was expected");
    return new NodeOptions(
        name, longNames, cookie, hidden, bind, port, cookieFile, netTickTime, acceptClosures);
  }

  /** Listening on this port; 0 for any free one. */
  public NodeOptions withPort(int port) {
    return new NodeOptions(
        name, longNames, cookie, hidden, bind, port, cookieFile, netTickTime, acceptClosures);
  }

  /** With the cookie in this file instead of {@code ~/.erlang.cookie}. */
  public NodeOptions withCookieFile(Path cookieFile) {
    Objects.requireNonNull(cookieFile, "cookieFile");
    return new NodeOptions(
        name, longNames, cookie, hidden, bind, port, cookieFile, netTickTime, acceptClosures);
  }

  /** Believing a silent peer alive for this long. {@code -kernel net_ticktime}. */
  public NodeOptions withNetTickTime(Duration netTickTime) {
    return new NodeOptions(
        name, longNames, cookie, hidden, bind, port, cookieFile, netTickTime, acceptClosures);
  }

  /** Whether other nodes may run Java closures here, that is, any code. */
  public NodeOptions withAcceptClosures(boolean acceptClosures) {
    return new NodeOptions(
        name, longNames, cookie, hidden, bind, port, cookieFile, netTickTime, acceptClosures);
  }
}
