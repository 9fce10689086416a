package dev.retort.node;

import dev.retort.term.Atom;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A node's name, {@code alive@host}, by Erlang's rules: with short names no host has a dot, with
 * long names every host has one (or is an IP address).
 *
 * @param alive what epmd knows the node as
 * @param host where it runs
 */
record NodeName(String alive, String host) {
  private static final Pattern ALIVE = Pattern.compile("[0-9A-Za-z_\\-]+");
  private static final Pattern HOST = Pattern.compile("[!-?A-~]+");
  private static final Pattern IP_ADDRESS = Pattern.compile("\\d+\\.\\d+\\.\\d+\\.\\d+|.*:.*");

  /** Whether it stands for a name that another node is to give: {@code -sname undefined}. */
  boolean isDynamic() {
    return alive.equals("undefined");
  }

  Atom atom() {
    return Atom.of(toString());
  }

  @Override
  public String toString() {
    return alive + "@" + host;
  }

  /**
   * The full name of a node of this machine.
   *
   * @param name {@code java} or {@code java@host}
   * @throws IOException with one sentence if it is no valid name
   */
  static NodeName ofOwn(String name, boolean longNames) throws IOException {
    int at = name.indexOf('@');
    var alive = at < 0 ? name : name.substring(0, at);
    if (!ALIVE.matcher(alive).matches()) {
      throw new IOException(
          "\""
              + name
              + "\" is not a node name: letters, digits, _ and - are expected before the @");
    }
    var host = at < 0 ? "" : name.substring(at + 1);
    if (host.isEmpty()) {
      return new NodeName(alive, longNames ? fullHostName() : shortHostName());
    }
    if (!HOST.matcher(host).matches()) {
      throw new IOException("\"" + name + "\" is not a node name: \"" + host + "\" is no host");
    }
    if (alive.length() + host.length() + 1 > Atom.MAX_LENGTH) {
      throw new IOException("a node name has at most " + Atom.MAX_LENGTH + " characters");
    }
    if (!longNames && host.indexOf('.') >= 0) {
      throw new IOException(
          "\""
              + name
              + "\" is a long name, a short one was asked for: use --name, or leave out what"
              + " follows the host's first dot");
    }
    if (longNames && !isFull(host)) {
      throw new IOException(
          "\""
              + name
              + "\" is a short name, a long one was asked for: use --sname, or write the host with"
              + " its domain or as an IP address");
    }
    return new NodeName(alive, host);
  }

  /** The parts of another node's name; null if it has not exactly two. */
  static @Nullable NodeName parse(String name) {
    int at = name.indexOf('@');
    boolean valid =
        at > 0
            && at < name.length() - 1
            && name.indexOf('@', at + 1) < 0
            && name.length() <= Atom.MAX_LENGTH;
    return valid ? new NodeName(name.substring(0, at), name.substring(at + 1)) : null;
  }

  /** Why a node that uses this kind of names cannot connect to {@code this}; null if it can. */
  @Nullable String mismatch(boolean longNames) {
    if (longNames && !isFull(host)) {
      return "this node uses long names and "
          + this
          + " is a short one: start both with --name or both with --sname";
    }
    if (!longNames && host.indexOf('.') >= 0) {
      return "this node uses short names and "
          + this
          + " is a long one: start both with --sname or both with --name";
    }
    return null;
  }

  private static boolean isFull(String host) {
    return host.indexOf('.') >= 0 || IP_ADDRESS.matcher(host).matches();
  }

  private static String shortHostName() throws IOException {
    var host = hostName();
    int dot = host.indexOf('.');
    return dot < 0 ? host : host.substring(0, dot);
  }

  /** {@code net_adm:localhost/0}: the short name of this machine, and its domain if it has one. */
  static String localHost() throws IOException {
    var domain = resolverDomain();
    return domain == null ? shortHostName() : shortHostName() + "." + domain;
  }

  private static String fullHostName() throws IOException {
    var host = hostName();
    if (host.indexOf('.') >= 0) {
      return host;
    }
    try {
      var canonical = InetAddress.getByName(host).getCanonicalHostName();
      if (canonical.indexOf('.') > 0 && !IP_ADDRESS.matcher(canonical).matches()) {
        return canonical;
      }
    } catch (UnknownHostException e) {
      // a host that does not know itself: the resolver's domain, or the sentence below
    }
    var domain = resolverDomain();
    if (domain != null) {
      return host + "." + domain;
    }
    throw new IOException(
        "this machine has no fully qualified name (its name is "
            + host
            + "): use --sname, or write the host after an @, as in --name java@127.0.0.1");
  }

  /** The domain that {@code /etc/resolv.conf} adds to names, as erl's long names use it. */
  private static @Nullable String resolverDomain() {
    var file = Path.of("/etc/resolv.conf");
    try {
      for (var line : Files.readAllLines(file)) {
        var words = line.strip().split("\\s+");
        if (words.length > 1
            && (words[0].equals("domain") || words[0].equals("search"))
            && HOST.matcher(words[1]).matches()
            && words[1].indexOf('.') != 0) {
          return words[1];
        }
      }
      return null;
    } catch (IOException e) {
      return null;
    }
  }

  /** What {@code hostname} prints; no name service is asked where the system tells it directly. */
  static String hostName() throws IOException {
    var kernel = Path.of("/proc/sys/kernel/hostname");
    if (Files.isReadable(kernel)) {
      var name = Files.readString(kernel).strip();
      if (!name.isEmpty()) {
        return name;
      }
    }
    var windows = System.getenv("COMPUTERNAME");
    if (windows != null && !windows.isBlank()) {
      return windows;
    }
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      throw new IOException(
          "this machine's name could not be found: write it after an @, as in --sname"
              + " java@localhost",
          e);
    }
  }
}
