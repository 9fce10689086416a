package dev.retort.etf;

import dev.retort.term.Atom;
import dev.retort.term.Binary;
import dev.retort.term.Bitstring;
import dev.retort.term.Fun;
import dev.retort.term.LocalTerm;
import dev.retort.term.Pid;
import dev.retort.term.Port;
import dev.retort.term.Ref;
import dev.retort.term.Tuple;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.math.BigInteger;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * Reads terms from a range of bytes, one after the other. To be used by one thread at a time.
 *
 * <p>The bytes are not trusted. Nested terms are read with a stack of their own, every count is
 * checked against the bytes that are left before anything is allocated for it (each element needs a
 * byte at least, those of the enclosing terms included), and {@link Limits} bound the rest.
 *
 * <p>Integers come as Long, larger ones as BigInteger; floats as Double; binaries as String where
 * they are valid UTF-8, else as {@link Binary}; lists and maps as immutable List and Map, the map
 * in the order of the wire; the atoms true and false as Boolean.
 */
public final class Decoder {
  /** How deep a term may be that is used as a key of a map: its hash code is recursive. */
  private static final int MAX_KEY_DEPTH = 500;

  private static final int COMPRESSION_CHUNK = 1 << 16;

  /** A binary of so many bytes is worth the bytes around it, rather than a copy. */
  private static final int LARGE_BINARY = 32 << 10;

  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

  /** The value of a term that has children; they follow. */
  private static final Object OPENED = new Object();

  /**
   * How to read.
   *
   * @param identities makes the pids and references
   * @param limits how large a term may be
   * @param atomCache what ATOM_CACHE_REF refers to; null where there is no distribution header
   * @param message whether it is a message between nodes: its bytes never change, so that a large
   *     binary may be a part of them, and none of its terms is compressed, of which few bytes can
   *     make many
   */
  public record Options(
      Identities identities, Limits limits, @Nullable AtomCache atomCache, boolean message) {
    /** Plain identities, the default limits, no cache, what {@code term_to_binary} makes. */
    public static final Options DEFAULT =
        new Options(Identities.PLAIN, Limits.DEFAULT, null, false);
  }

  private final byte[] bytes;
  private final int end;
  private final Options options;
  private int at;

  /** The containers that are being read, the innermost one. */
  private @Nullable Building open;

  /** How many elements of open containers have not begun yet; each takes a byte at least. */
  private long pending;

  private long elements;
  private int depth;

  /**
   * Reads from index {@code from} up to and without {@code to}.
   *
   * @throws IndexOutOfBoundsException if the array does not have them
   */
  public Decoder(byte[] bytes, int from, int to, Options options) {
    Objects.checkFromToIndex(from, to, bytes.length);
    this.bytes = bytes;
    this.at = from;
    this.end = to;
    this.options = options;
  }

  /** The index of the byte behind what has been read. */
  public int position() {
    return at;
  }

  /**
   * The next term, with or without a version byte before it.
   *
   * @throws IllegalArgumentException if it is malformed or exceeds the limits; the message says at
   *     which byte, under which tag, and what was expected
   */
  public Object read() {
    if (end - at > options.limits().bytes()) {
      throw new IllegalArgumentException(
          "a term of " + (end - at) + " bytes, the limit is " + options.limits().bytes());
    }
    if (at < end && (bytes[at] & 0xff) == ExtTag.VERSION) {
      at++;
    }
    open = null;
    pending = 0;
    elements = 0;
    depth = 0;
    if (at < end && bytes[at] == ExtTag.COMPRESSED) {
      if (options.message()) {
        throw malformed(at, "expected a term as it is: between nodes none is compressed");
      }
      return compressed();
    }
    return term();
  }

  private Object term() {
    var value = next();
    while (open != null) {
      var building = open;
      if (value != OPENED) {
        building.children[building.next++] = value;
      }
      if (readChildren(building)) {
        open = building.parent;
        depth--;
        value = building.finish(this);
        if (open != null) {
          open.height = Math.max(open.height, building.height + 1);
        }
      } else {
        value = OPENED;
      }
    }
    return value;
  }

  /**
   * Reads children up to one that is a container, which is open then; true when it has them all.
   */
  private boolean readChildren(Building building) {
    var children = building.children;
    for (int i = building.next; i < children.length; i++) {
      pending--;
      var value = next();
      if (value == OPENED) {
        building.next = i;
        return false;
      }
      children[i] = value;
    }
    return true;
  }

  /** A container whose children are being read. */
  private abstract static class Building {
    final int start;
    final Object[] children;
    @Nullable Building parent;
    int next;

    /** How many levels of containers it has inside. */
    int height;

    Building(int start, int count) {
      this.start = start;
      this.children = new Object[count];
    }

    abstract Object finish(Decoder decoder);
  }

  private static final class BuildingTuple extends Building {
    BuildingTuple(int start, int count) {
      super(start, count);
    }

    @Override
    Object finish(Decoder decoder) {
      return Tuple.of(children);
    }
  }

  private static final class BuildingList extends Building {
    BuildingList(int start, int count) {
      super(start, count);
    }

    @Override
    Object finish(Decoder decoder) {
      return Lists.of(children);
    }
  }

  private static final class BuildingMap extends Building {
    BuildingMap(int start, int count) {
      super(start, count);
    }

    @Override
    Object finish(Decoder decoder) {
      if (height > MAX_KEY_DEPTH) {
        for (int i = 0; i < children.length; i += 2) {
          if (!Lists.isLeaf(children[i])) {
            throw decoder.malformed(
                start,
                "a map nested deeper than " + MAX_KEY_DEPTH + " levels has only simple keys");
          }
        }
      }
      var map = Lists.mapOf(children);
      if (map == null) {
        throw decoder.malformed(start, "expected a map without duplicate keys");
      }
      return map;
    }
  }

  private static final class BuildingFun extends Building {
    private final Atom module;
    private final int arity;
    private final Binary uniq;
    private final int index;
    private final int oldIndex;
    private final int oldUniq;
    private final Pid creator;
    private final int sizeAt;
    private final int size;

    BuildingFun(
        int start,
        int count,
        Atom module,
        int arity,
        Binary uniq,
        int index,
        int oldIndex,
        int oldUniq,
        Pid creator,
        int sizeAt,
        int size) {
      super(start, count);
      this.module = module;
      this.arity = arity;
      this.uniq = uniq;
      this.index = index;
      this.oldIndex = oldIndex;
      this.oldUniq = oldUniq;
      this.creator = creator;
      this.sizeAt = sizeAt;
      this.size = size;
    }

    @Override
    Object finish(Decoder decoder) {
      // A header's atom cache makes a fun shorter than the size that its sender has counted.
      if (decoder.options.atomCache() == null && decoder.at - sizeAt != size) {
        throw decoder.malformed(
            start,
            "expected a fun of "
                + Integer.toUnsignedString(size)
                + " bytes, it has "
                + (decoder.at - sizeAt));
      }
      return new Fun.Closure(
          module, arity, uniq, index, oldIndex, oldUniq, creator, Arrays.asList(children));
    }
  }

  private Object open(Building building) {
    if (depth >= options.limits().depth()) {
      throw malformed(
          building.start,
          "nested deeper than the limit of " + options.limits().depth() + " levels");
    }
    depth++;
    pending += building.children.length;
    elements += building.children.length;
    building.parent = open;
    open = building;
    if (building.children.length == 0) {
      open = building.parent;
      depth--;
      return building.finish(this);
    }
    return OPENED;
  }

  /** How many children there are, when each of them takes at least a byte of what is left. */
  private int count(int start, long count) {
    if (count + pending > end - at) {
      throw malformed(
          start,
          "expected " + count + " elements, but only " + (end - at) + " bytes are left for them");
    }
    if (elements + count > options.limits().elements()) {
      throw malformed(
          start, "more than the limit of " + options.limits().elements() + " elements in a term");
    }
    return (int) count;
  }

  /** A scalar, or {@link #OPENED} when a container has been opened. */
  private Object next() {
    int start = at;
    int tag = u8("a term's tag");
    // What most terms are comes first, and small enough to be compiled into the loop over children.
    return switch (tag) {
      case ExtTag.SMALL_INTEGER_EXT -> (long) u8("an integer");
      case ExtTag.INTEGER_EXT -> (long) i32("an integer");
      case ExtTag.BINARY_EXT -> binary(start);
      default -> other(start, tag);
    };
  }

  private Object other(int start, int tag) {
    return switch (tag) {
      case ExtTag.NEW_FLOAT_EXT -> newFloat(start);
      case ExtTag.FLOAT_EXT -> oldFloat(start);
      case ExtTag.ATOM_EXT,
          ExtTag.SMALL_ATOM_EXT,
          ExtTag.ATOM_UTF8_EXT,
          ExtTag.SMALL_ATOM_UTF8_EXT,
          ExtTag.ATOM_CACHE_REF ->
          truth(atom(start, tag));
      case ExtTag.SMALL_TUPLE_EXT ->
          open(new BuildingTuple(start, count(start, u8("the tuple's arity"))));
      case ExtTag.LARGE_TUPLE_EXT ->
          open(new BuildingTuple(start, count(start, u32("the tuple's arity"))));
      case ExtTag.NIL_EXT -> List.of();
      case ExtTag.STRING_EXT -> {
        int length = length(start, u16("the list's length"));
        at += length;
        yield length == 0 ? List.of() : new ByteList(bytes, at - length, at);
      }
      case ExtTag.LIST_EXT ->
          open(new BuildingList(start, count(start, u32("the list's length") + 1)));
      case ExtTag.MAP_EXT -> open(new BuildingMap(start, count(start, 2 * u32("the map's size"))));
      case ExtTag.PID_EXT, ExtTag.NEW_PID_EXT -> pid(tag);
      case ExtTag.NEWER_REFERENCE_EXT, ExtTag.NEW_REFERENCE_EXT, ExtTag.REFERENCE_EXT ->
          ref(start, tag);
      case ExtTag.PORT_EXT, ExtTag.NEW_PORT_EXT, ExtTag.V4_PORT_EXT -> port(tag);
      case ExtTag.SMALL_BIG_EXT -> big(start, u8("the integer's length"));
      case ExtTag.LARGE_BIG_EXT -> big(start, u32("the integer's length"));
      case ExtTag.BIT_BINARY_EXT -> bitstring(start);
      case ExtTag.EXPORT_EXT -> export(start);
      case ExtTag.NEW_FUN_EXT -> closure(start);
      case ExtTag.LOCAL_EXT -> {
        // Its length is known to its maker alone; OTP too takes all that follows.
        var local = new LocalTerm(Binary.of(bytes, at, end));
        at = end;
        yield local;
      }
      default -> throw malformed(start, "expected a tag of the external term format");
    };
  }

  private static Object truth(Atom atom) {
    if (atom.equals(Atom.TRUE)) {
      return true;
    }
    return atom.equals(Atom.FALSE) ? (Object) false : atom;
  }

  private Double newFloat(int start) {
    need(8, "a float");
    long bits = (long) i32("a float") << 32 | u32("a float");
    double number = Double.longBitsToDouble(bits);
    if (Double.isNaN(number) || Double.isInfinite(number)) {
      throw malformed(start, "expected a finite float, not " + number);
    }
    return number;
  }

  /** 31 characters as C's {@code %.20e} prints them, filled up with zero bytes. */
  private Double oldFloat(int start) {
    need(31, "a float's 31 characters");
    var text = new String(bytes, at, 31, StandardCharsets.ISO_8859_1);
    at += 31;
    int zero = text.indexOf('\0');
    var digits = (zero < 0 ? text : text.substring(0, zero)).strip();
    if (digits.matches("[-+]?[0-9]+(\\.[0-9]*)?([eE][-+]?[0-9]+)?")) {
      double number = Double.parseDouble(digits);
      if (!Double.isInfinite(number)) {
        return number;
      }
    }
    throw malformed(start, "expected a float as printed by %.20e");
  }

  private Atom atom(String what) {
    int start = at;
    return atom(start, u8(what));
  }

  private Atom atom(int start, int tag) {
    return switch (tag) {
      case ExtTag.SMALL_ATOM_UTF8_EXT -> utf8Atom(start, u8("the atom's length"));
      case ExtTag.ATOM_UTF8_EXT -> utf8Atom(start, u16("the atom's length"));
      case ExtTag.SMALL_ATOM_EXT -> latin1Atom(start, u8("the atom's length"));
      case ExtTag.ATOM_EXT -> latin1Atom(start, u16("the atom's length"));
      case ExtTag.ATOM_CACHE_REF -> cachedAtom(start, u8("the number of a cached atom"));
      default -> throw malformed(start, "expected an atom");
    };
  }

  private Atom utf8Atom(int start, int length) {
    length(start, length);
    var common = CommonAtoms.find(bytes, at, length);
    if (common != null) {
      at += length;
      return common;
    }
    var name = text(at, length);
    if (name == null) {
      throw malformed(start, "expected an atom's name in UTF-8");
    }
    at += length;
    return namedAtom(start, name);
  }

  private Atom latin1Atom(int start, int length) {
    length(start, length);
    var common = CommonAtoms.find(bytes, at, length);
    var name = new String(bytes, at, length, StandardCharsets.ISO_8859_1);
    at += length;
    return common != null ? common : namedAtom(start, name);
  }

  private Atom namedAtom(int start, String name) {
    try {
      return Atom.of(name);
    } catch (IllegalArgumentException tooLong) {
      throw malformed(start, Objects.requireNonNull(tooLong.getMessage()));
    }
  }

  private Atom cachedAtom(int start, int index) {
    var cache = options.atomCache();
    if (cache == null) {
      throw malformed(start, "expected an atom by its name: there is no atom cache here");
    }
    try {
      return cache.get(index);
    } catch (IndexOutOfBoundsException none) {
      throw malformed(start, "expected an atom of the distribution header, it has no " + index);
    }
  }

  /** The string; null if the bytes are not UTF-8. */
  private @Nullable String text(int from, int length) {
    int to = from + length;
    int other = Utf8.endOfAscii(bytes, from, to);
    if (other == to) {
      return new String(bytes, from, length, StandardCharsets.ISO_8859_1);
    }
    return Utf8.isValid(bytes, other, to)
        ? new String(bytes, from, length, StandardCharsets.UTF_8)
        : null;
  }

  private Object binary(int start) {
    return bytesOrText(length(start, u32("the binary's length")));
  }

  private Object bytesOrText(int length) {
    var text = text(at, length);
    at += length;
    if (text != null) {
      return text;
    }
    // What makes up most of a large message may as well keep all of it.
    return options.message() && length >= LARGE_BINARY && length >= bytes.length / 2
        ? Binary.wrap(bytes, at - length, at)
        : Binary.of(bytes, at - length, at);
  }

  private Object bitstring(int start) {
    long length = u32("the bitstring's length");
    int used = u8("the bits used of the last byte");
    length(start, length);
    if (used > 8 || (used == 0) != (length == 0)) {
      throw malformed(start, "expected 1 to 8 bits used of the last byte, not " + used);
    }
    if (used == 8 || length == 0) {
      return bytesOrText((int) length);
    }
    var bits =
        Bitstring.of(Arrays.copyOfRange(bytes, at, at + (int) length), 8 * (length - 1) + used);
    at += (int) length;
    return bits;
  }

  private Object big(int start, long announced) {
    int sign = u8("the integer's sign");
    int length = length(start, announced);
    if (length >= 1 << 28) {
      throw malformed(start, "an integer of more than 2^31 bits");
    }
    var magnitude = new byte[length];
    for (int i = 0; i < length; i++) {
      magnitude[i] = bytes[at + length - 1 - i];
    }
    at += length;
    var number = new BigInteger(sign == 0 ? 1 : -1, magnitude);
    return number.bitLength() < Long.SIZE ? (Object) number.longValue() : number;
  }

  private Pid pid(int tag) {
    var node = atom("the pid's node");
    int id = i32("the pid's id");
    int serial = i32("the pid's serial");
    int creation = tag == ExtTag.PID_EXT ? u8("the pid's creation") : i32("the pid's creation");
    return options.identities().pid(node, id, serial, creation);
  }

  private Ref ref(int start, int tag) {
    int length = tag == ExtTag.REFERENCE_EXT ? 1 : u16("the reference's length");
    if (length < 1 || length > 5) {
      throw malformed(start, "expected a reference of 1 to 5 words, not " + length);
    }
    var node = atom("the reference's node");
    var words = new int[length];
    if (tag == ExtTag.REFERENCE_EXT) {
      words[0] = i32("the reference's id");
      return options.identities().ref(node, u8("the reference's creation"), words);
    }
    int creation =
        tag == ExtTag.NEW_REFERENCE_EXT
            ? u8("the reference's creation")
            : i32("the reference's creation");
    for (int i = 0; i < length; i++) {
      words[i] = i32("the reference's words");
    }
    return options.identities().ref(node, creation, words);
  }

  private Port port(int tag) {
    var node = atom("the port's node");
    long id = u32("the port's id");
    if (tag == ExtTag.V4_PORT_EXT) {
      id = id << 32 | u32("the port's id");
    }
    int creation = tag == ExtTag.PORT_EXT ? u8("the port's creation") : i32("the port's creation");
    return Port.of(node, id, creation);
  }

  private Fun export(int start) {
    var module = atom("the fun's module");
    var function = atom("the fun's name");
    int arity = smallInteger("the fun's arity");
    if (arity < 0 || arity > 255) {
      throw malformed(start, "expected an arity from 0 to 255, not " + arity);
    }
    return new Fun.Export(module, function, arity);
  }

  private Object closure(int start) {
    int sizeAt = at;
    int size = i32("the fun's size");
    int arity = u8("the fun's arity");
    need(16, "the fun's MD5");
    var uniq = Binary.of(bytes, at, at + 16);
    at += 16;
    int index = i32("the fun's index");
    long free = u32("how many values the fun has captured");
    var module = atom("the fun's module");
    int oldIndex = smallInteger("the fun's old index");
    int oldUniq = smallInteger("the fun's old uniq");
    int creatorAt = at;
    int creatorTag = u8("the fun's creator");
    if (creatorTag != ExtTag.PID_EXT && creatorTag != ExtTag.NEW_PID_EXT) {
      throw malformed(creatorAt, "expected the pid of the fun's creator");
    }
    var creator = pid(creatorTag);
    return open(
        new BuildingFun(
            start,
            count(start, free),
            module,
            arity,
            uniq,
            index,
            oldIndex,
            oldUniq,
            creator,
            sizeAt,
            size));
  }

  private int smallInteger(String what) {
    int start = at;
    return switch (u8(what)) {
      case ExtTag.SMALL_INTEGER_EXT -> u8(what);
      case ExtTag.INTEGER_EXT -> i32(what);
      default -> throw malformed(start, "expected an integer of at most 32 bits as " + what);
    };
  }

  private Object compressed() {
    int start = at;
    at++;
    long size = u32("the size of the compressed term");
    if (size > options.limits().bytes()) {
      throw malformed(
          start,
          "a compressed term of " + size + " bytes, the limit is " + options.limits().bytes());
    }
    var inflater = new Inflater();
    try {
      inflater.setInput(bytes, at, end - at);
      // The announced size is believed only as far as bytes really come.
      var inflated = new byte[(int) Math.min(size, COMPRESSION_CHUNK)];
      int filled = 0;
      while (filled < size) {
        if (filled == inflated.length) {
          inflated = Arrays.copyOf(inflated, (int) Math.min(size, 2L * inflated.length));
        }
        int more = inflater.inflate(inflated, filled, inflated.length - filled);
        if (more == 0) {
          throw malformed(
              start, "expected " + size + " bytes after decompression, there are " + filled);
        }
        filled += more;
      }
      if (inflater.inflate(new byte[1]) != 0 || !inflater.finished()) {
        throw malformed(start, "expected " + size + " bytes after decompression, there are more");
      }
      at += (int) inflater.getBytesRead();
      var inner = new Decoder(inflated, 0, inflated.length, options);
      var term = inner.term();
      if (inner.at != inner.end) {
        throw malformed(start, "expected one compressed term, found bytes behind it");
      }
      return term;
    } catch (DataFormatException broken) {
      throw malformed(start, "expected bytes compressed by zlib: " + broken.getMessage());
    } finally {
      inflater.end();
    }
  }

  /** The length, when that many bytes are left. */
  private int length(int start, long length) {
    if (length > end - at) {
      throw malformed(start, "expected " + length + " bytes, but only " + (end - at) + " are left");
    }
    return (int) length;
  }

  private void need(int count, String what) {
    if (end - at < count) {
      throw new IllegalArgumentException(
          "malformed term: expected " + what + " at byte " + at + ", but the bytes end at " + end);
    }
  }

  private int u8(String what) {
    need(1, what);
    return bytes[at++] & 0xff;
  }

  private int u16(String what) {
    need(2, what);
    at += 2;
    return (bytes[at - 2] & 0xff) << 8 | (bytes[at - 1] & 0xff);
  }

  private int i32(String what) {
    need(4, what);
    at += 4;
    return (int) INT.get(bytes, at - 4);
  }

  private long u32(String what) {
    return Integer.toUnsignedLong(i32(what));
  }

  private IllegalArgumentException malformed(int start, String reason) {
    return new IllegalArgumentException(
        "malformed term at byte " + start + ", tag " + (bytes[start] & 0xff) + ": " + reason);
  }
}
