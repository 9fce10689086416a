package dev.retort.node;

import static dev.retort.node.ErlangTerms.badarg;

import dev.retort.GroupLeader;
import dev.retort.term.Atom;
import dev.retort.term.Tuple;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.List;

/** Internet addresses as Erlang has them: {@code {127,0,0,1}}, eight numbers for IPv6. */
final class InternetAddress {
  private static final int IPV4_PARTS = 4;
  private static final int IPV6_PARTS = 8;

  private InternetAddress() {}

  static Tuple term(InetAddress address) {
    var bytes = ByteBuffer.wrap(address.getAddress());
    var parts = new Object[address instanceof Inet4Address ? IPV4_PARTS : IPV6_PARTS];
    for (int i = 0; i < parts.length; i++) {
      parts[i] =
          parts.length == IPV4_PARTS
              ? (long) Byte.toUnsignedInt(bytes.get())
              : (long) Short.toUnsignedInt(bytes.getShort());
    }
    return Tuple.of(parts);
  }

  /** {@code inet} or {@code inet6}. */
  static Atom family(InetAddress address) {
    return Atom.of(address instanceof Inet4Address ? "inet" : "inet6");
  }

  /**
   * The address of a host: an atom, a string or an address.
   *
   * @throws UnknownHostException if there is none
   */
  static InetAddress of(Object host) throws UnknownHostException {
    return host instanceof Tuple parts
        ? InetAddress.getByAddress(bytes(parts))
        : InetAddress.getByName(text(host));
  }

  private static byte[] bytes(Tuple parts) {
    int each = parts.size() == IPV4_PARTS ? 1 : 2;
    if (parts.size() != IPV4_PARTS && parts.size() != IPV6_PARTS) {
      throw badarg();
    }
    var bytes = ByteBuffer.allocate(parts.size() * each);
    for (var part : parts.toArray()) {
      if (!(part instanceof Long number) || number < 0 || number >= 1L << (8 * each)) {
        throw badarg();
      }
      if (each == 1) {
        bytes.put(number.byteValue());
      } else {
        bytes.putShort(number.shortValue());
      }
    }
    return bytes.array();
  }

  /** A name that is an atom or a string. */
  static String text(Object name) {
    return switch (name) {
      case Atom atom -> atom.name();
      case List<?> characters -> GroupLeader.text(characters);
      default -> throw badarg();
    };
  }
}
