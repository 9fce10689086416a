package dev.retort.node;

import static dev.retort.node.ErlangTerms.charlist;
import static dev.retort.node.ErlangTerms.pair;

import dev.retort.Export;
import dev.retort.Node;
import dev.retort.term.Atom;
import dev.retort.term.Tuple;
import java.io.IOException;
import java.net.UnknownHostException;

/** The module {@code net_adm}: this node's host and others as they are seen from here. */
final class NetAdmModule {
  private static final Atom PONG = Atom.of("pong");
  private static final Atom PANG = Atom.of("pang");

  private final ErlEpmdModule epmd;

  NetAdmModule(ErlEpmdModule epmd) {
    this.epmd = epmd;
  }

  @Export
  Atom ping(Atom node) {
    return Node.ping(node.name()) ? PONG : PANG;
  }

  @Export
  Tuple names() throws IOException {
    return epmd.names();
  }

  @Export
  Tuple names(Object host) throws IOException {
    return epmd.names(host);
  }

  /** The machine's name, with its domain if it has one. */
  @Export
  Object localhost() throws IOException {
    return charlist(NodeName.localHost());
  }

  /** {@code {ok, Name}}, the full name of a host, or {@code {error, Host}}. */
  @Export
  Tuple dnsHostname(Object host) {
    try {
      var address = InternetAddress.of(host);
      var name = address.getCanonicalHostName();
      boolean found = !name.equals(address.getHostAddress());
      return pair("ok", found || host instanceof Tuple ? charlist(name) : text(host));
    } catch (UnknownHostException e) {
      return pair("error", host);
    }
  }

  private static Object text(Object host) {
    return charlist(InternetAddress.text(host));
  }
}
