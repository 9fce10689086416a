package dev.retort.node;

import static dev.retort.node.ErlangTerms.badarg;
import static dev.retort.node.ErlangTerms.charlist;
import static dev.retort.node.ErlangTerms.natural;
import static dev.retort.node.ErlangTerms.pair;

import dev.retort.Export;
import dev.retort.term.Atom;
import dev.retort.term.Tuple;
import java.io.IOException;
import java.net.UnknownHostException;

/** The module {@code erl_epmd}: what this node finds when it asks for others. */
final class ErlEpmdModule {
  private static final Atom NOPORT = Atom.of("noport");

  /** The version that is said of a node of which only the port is known. */
  private static final long LOWEST_VERSION = 5;

  private final Whereabouts whereabouts;

  ErlEpmdModule(Whereabouts whereabouts) {
    this.whereabouts = whereabouts;
  }

  // ---- the nodes of a machine

  @Export
  Tuple names() throws IOException {
    return names(charlist("localhost"));
  }

  /** {@code {ok, [{Name, Port}]}}; {@code address} where no epmd answers. */
  @Export
  Tuple names(Object host) throws IOException {
    var epmd = whereabouts instanceof Whereabouts.Asked(var asked) ? asked : Epmd.ofEnvironment();
    try {
      return Tuple.of(
          Atom.OK,
          epmd.names(InternetAddress.of(host)).stream()
              .map(each -> Tuple.of(charlist(each.name()), (long) each.port()))
              .toList());
    } catch (UnknownHostException e) {
      return pair("error", Atom.of("nxdomain"));
    } catch (IOException e) {
      return pair("error", Atom.of("address"));
    }
  }

  // ---- where a node listens

  @Export
  Object portPlease(Object name, Object host) {
    return portPlease(name, host, Atom.INFINITY);
  }

  /**
   * {@code {port, Port, Version}} or {@code noport}.
   *
   * @param timeout in milliseconds, or {@code infinity}
   */
  @Export
  Object portPlease(Object name, Object host, Object timeout) {
    return switch (whereabouts) {
      case Whereabouts.Fixed(var port) -> Tuple.of(Atom.of("port"), (long) port, LOWEST_VERSION);
      case Whereabouts.Asked(var epmd) -> {
        try {
          var port =
              within(epmd, timeout).lookUp(InternetAddress.of(host), InternetAddress.text(name));
          yield port == null
              ? NOPORT
              : Tuple.of(Atom.of("port"), (long) port, (long) Epmd.DIST_VERSION);
        } catch (IOException e) {
          yield NOPORT;
        }
      }
    };
  }

  private static Epmd within(Epmd epmd, Object timeout) {
    return timeout.equals(Atom.INFINITY)
        ? epmd
        : new Epmd(epmd.port(), Math.clamp(natural(timeout), 1, epmd.timeoutMillis()));
  }

  /** The port that all nodes listen on, where there is no epmd to be asked; else 0. */
  @Export
  Tuple listenPortPlease(Object name, Object host) {
    return Tuple.of(Atom.OK, whereabouts instanceof Whereabouts.Fixed(var port) ? (long) port : 0L);
  }

  @Export
  Tuple addressPlease(Object name, Object host, Atom family) {
    try {
      var address = InternetAddress.of(host);
      if (!InternetAddress.family(address).equals(family)) {
        throw badarg();
      }
      return Tuple.of(Atom.OK, InternetAddress.term(address));
    } catch (UnknownHostException e) {
      return pair("error", Atom.of("nxdomain"));
    }
  }
}
