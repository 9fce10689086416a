package dev.retort.node;

import static dev.retort.node.ErlangTerms.charlist;
import static dev.retort.node.ErlangTerms.pair;

import dev.retort.Export;
import dev.retort.Node;
import dev.retort.term.Atom;
import dev.retort.term.Tuple;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The module {@code net_kernel}: what this node is on the network, and whom it is connected with.
 * Who may connect, and how long a node may be silent, is its own to say: nothing of that is changed
 * from outside.
 */
final class NetKernelModule {
  private static final Atom ERL_EPMD = Atom.of("erl_epmd");
  private static final Atom UP = Atom.of("up");
  private static final Atom HIDDEN = Atom.of("hidden");
  private static final Atom STATIC = Atom.of("static");
  private static final Atom DYNAMIC = Atom.of("dynamic");
  private static final Tuple BAD_NODE = pair("error", Atom.of("bad_node"));
  private static final Tuple INVALID_KEY = pair("error", Atom.of("invalid_key"));

  private final LocalNode local;
  private final Connections connections;
  private final AccessRules access;
  private final Settings settings;

  /**
   * What does not change while a node runs.
   *
   * @param dynamic whether its name is given to it by others
   * @param setupTime how long connecting may take
   */
  record Settings(boolean longNames, boolean dynamic, Duration tickTime, Duration setupTime) {}

  NetKernelModule(LocalNode local, Connections connections, AccessRules access, Settings settings) {
    this.local = local;
    this.connections = connections;
    this.access = access;
    this.settings = settings;
  }

  // ---- this node

  @Export
  Object getState() {
    return Map.of(
        Atom.of("started"),
        STATIC,
        Atom.of("name"),
        nodename(),
        Atom.of("name_type"),
        settings.dynamic ? DYNAMIC : STATIC,
        Atom.of("name_domain"),
        Atom.of(settings.longNames ? "longnames" : "shortnames"));
  }

  @Export
  Atom nodename() {
    return local.isNameless() ? Atom.UNDEFINED : local.name();
  }

  @Export
  boolean longnames() {
    return settings.longNames;
  }

  /**
   * In seconds. A terminal of OTP 26 or later makes it its own node's, so that both hear of each
   * other in time.
   */
  @Export
  long getNetTicktime() {
    return Math.max(1, settings.tickTime.toSeconds());
  }

  /** In milliseconds. */
  @Export
  long connecttime() {
    return settings.setupTime.toMillis();
  }

  @Export
  Atom epmdModule() {
    return ERL_EPMD;
  }

  /** Nobody if everybody is; else the nodes that the rules name, in which {@code *} may be. */
  @Export
  Tuple allowed() {
    return Tuple.of(
        Atom.OK, access.rules().stream().map(rule -> Atom.of(rule.nodes())).distinct().toList());
  }

  /** {@code error}, which OTP gives where it has not done it: who may connect is said at start. */
  @Export
  Atom allow(Object nodes) {
    return Atom.ERROR;
  }

  // ---- others

  /** A node that other nodes could have had this one connect with, by {@code global}. */
  @Export
  boolean connectNode(Atom node) {
    return Node.connect(node.name());
  }

  /** For the process that runs it. */
  @Export
  Atom monitorNodes(Object flag) {
    if (!(flag instanceof Boolean on)) {
      return Atom.ERROR;
    }
    Node.monitorNodes(on);
    return Atom.OK;
  }

  @Export
  Tuple nodesInfo() {
    return Tuple.of(
        Atom.OK,
        connections.all().stream()
            .map(connection -> Tuple.of(connection.node(), info(connection)))
            .toList());
  }

  @Export
  Tuple nodeInfo(Atom node) {
    var connection = connections.get(node);
    return connection == null ? BAD_NODE : Tuple.of(Atom.OK, info(connection));
  }

  @Export
  Tuple nodeInfo(Atom node, Object key) {
    var connection = connections.get(node);
    if (connection == null) {
      return BAD_NODE;
    }
    return info(connection).stream()
        .filter(item -> Objects.equals(item.get(0), key))
        .findFirst()
        .map(item -> Tuple.of(Atom.OK, item.get(1)))
        .orElse(INVALID_KEY);
  }

  /** {@code in} and {@code out} are how often something was read and written. */
  private List<Tuple> info(Connection connection) {
    @Nullable Object owner = local.host().whereis(NetKernel.NAME);
    return List.of(
        pair("owner", owner == null ? local.nobody() : owner),
        pair("state", UP),
        pair("address", address(connection)),
        pair("type", connection.isHidden() ? HIDDEN : Atom.NORMAL),
        pair("in", connection.received()),
        pair("out", connection.written()));
  }

  /** The record {@code net_address}. */
  private static Tuple address(Connection connection) {
    var remote = connection.remote();
    var host = connection.node().name();
    return Tuple.of(
        Atom.of("net_address"),
        remote == null
            ? Atom.UNDEFINED
            : Tuple.of(InternetAddress.term(remote.getAddress()), (long) remote.getPort()),
        charlist(host.substring(host.indexOf('@') + 1)),
        Atom.of(connection.isTls() ? "tls" : "tcp"),
        remote == null ? Atom.of("inet") : InternetAddress.family(remote.getAddress()));
  }
}
