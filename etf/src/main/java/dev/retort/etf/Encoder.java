package dev.retort.etf;

import dev.retort.etf.Terms.NoTerm;
import dev.retort.term.Atom;
import dev.retort.term.Bitstring;
import dev.retort.term.Fun;
import dev.retort.term.ImproperList;
import dev.retort.term.LocalTerm;
import dev.retort.term.Pid;
import dev.retort.term.Port;
import dev.retort.term.Ref;
import dev.retort.term.Tuple;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Writes terms into a growing buffer, byte for byte as {@code term_to_binary/1} of OTP 26 and later
 * does. To be used by one thread at a time, again and again after {@link #reset}.
 *
 * <p>Nested values are written with a stack of their own, so depth costs no Java stack.
 */
public final class Encoder {
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private static final int INITIAL_SIZE = 256;

  /** The largest port number that OTP still sends as NEW_PORT_EXT: 28 bits. */
  private static final long MAX_V3_PORT = (1L << 28) - 1;

  private static final int MAX_STRING = 0xffff;

  /** Up to so many characters are written one by one; Java's own loop is the faster one beyond. */
  private static final int MAX_SHORT = 64;

  private final int asideFrom;
  private byte[] buffer = new byte[INITIAL_SIZE];
  private int size;

  /** What stands between the bytes of the buffer, in order. */
  private final List<Aside> asides = new ArrayList<>(0);

  private int asideBytes;

  /** Bytes that were not copied into the buffer, and stand before its byte at {@code at}. */
  private record Aside(int at, ByteBuffer bytes) {}

  /** Writes nothing yet. */
  public Encoder() {
    this(Integer.MAX_VALUE);
  }

  /**
   * Writes nothing yet.
   *
   * @param asideFrom binaries and texts of at least so many bytes are not copied, see {@link
   *     #buffers}
   */
  public Encoder(int asideFrom) {
    this.asideFrom = asideFrom;
  }

  /**
   * Writes a value's term, without the version byte.
   *
   * @param value anything that has a term, see {@link Terms}
   * @throws IllegalArgumentException if some part of it has none, with its class and the way to it;
   *     nothing is written then
   */
  public void write(@Nullable Object value) {
    int start = size;
    int startAsides = asides.size();
    try {
      terms(value);
    } catch (RuntimeException | Error failed) {
      size = start;
      while (asides.size() > startAsides) {
        asideBytes -= asides.removeLast().bytes.remaining();
      }
      throw failed;
    }
  }

  /** Writes the version byte, 131, that a term outside a distribution header begins with. */
  public void writeVersion() {
    u8(ExtTag.VERSION);
  }

  /** A container whose children are being written. */
  private static final class Writing extends Terms.Open {
    final @Nullable Writing outer;

    /** Where the size of a fun is to be filled in; -1 for everything else. */
    final int sizeAt;

    Writing(Object container, @Nullable Writing outer, int sizeAt) {
      super(container, outer);
      this.outer = outer;
      this.sizeAt = sizeAt;
    }
  }

  private void terms(@Nullable Object root) {
    Writing writing = null;
    try {
      writing = begin(root, null);
      while (writing != null) {
        var inner = children(writing);
        if (inner != null) {
          writing = inner;
        } else {
          end(writing);
          writing = writing.outer;
          if (writing != null) {
            writing.next++;
          }
        }
      }
    } catch (NoTerm noTerm) {
      throw noTerm.at(writing);
    }
  }

  /** Writes the children up to one that is a container, which it begins; null at the end. */
  private @Nullable Writing children(Writing writing) {
    var children = writing.children;
    for (; writing.next < children.length; writing.next++) {
      var child = children[writing.next];
      // What most children are comes first, and small enough to be compiled into this loop.
      if (child instanceof Long number) {
        integer(number);
      } else if (child instanceof String text) {
        string(text);
      } else if (child instanceof Atom atom) {
        atom(atom);
      } else {
        var inner = begin(child, writing);
        if (inner != null) {
          return inner;
        }
      }
    }
    return null;
  }

  /** Writes a scalar and returns null, or writes the head of a container and opens it. */
  private @Nullable Writing begin(@Nullable Object value, @Nullable Writing in) {
    var term = Terms.outer(value);
    switch (term) {
      case Long number -> integer(number);
      case String text -> string(text);
      case Atom atom -> atom(atom);
      case Tuple tuple -> {
        tupleHead(tuple.size());
        return open(tuple, in, -1);
      }
      case Boolean bool -> atom(bool ? Atom.TRUE : Atom.FALSE);
      case Pid pid -> pid(pid);
      case Ref ref -> ref(ref);
      case ByteList bytes -> {
        u8(ExtTag.STRING_EXT);
        u16(bytes.size());
        bytes.writeTo(this);
      }
      case List<?> list -> {
        return list(list, in);
      }
      case Map<?, ?> map -> {
        var writing = open(map, in, -1);
        checkKeys(writing.children);
        head(ExtTag.MAP_EXT, writing.children.length / 2);
        return writing;
      }
      case Double number -> {
        u8(ExtTag.NEW_FLOAT_EXT);
        u64(Double.doubleToRawLongBits(number));
      }
      case Bitstring bits -> bitstring(bits);
      case BigInteger number -> big(number);
      case ImproperList list -> {
        head(ExtTag.LIST_EXT, list.elements().size());
        return open(list, in, -1);
      }
      case Port port -> port(port);
      case Fun.Export fun -> {
        u8(ExtTag.EXPORT_EXT);
        atom(fun.module());
        atom(fun.function());
        integer(fun.arity());
      }
      case Fun.Closure fun -> {
        return open(fun, in, closureHead(fun));
      }
      case LocalTerm local -> {
        u8(ExtTag.LOCAL_EXT);
        bits(local.bytes());
      }
      default -> throw new AssertionError(term.getClass());
    }
    return null;
  }

  private static Writing open(Object container, @Nullable Writing in, int sizeAt) {
    var writing = new Writing(container, in, sizeAt);
    writing.checkDepth();
    return writing;
  }

  private void end(Writing writing) {
    if (writing.container instanceof List) {
      u8(ExtTag.NIL_EXT);
    } else if (writing.sizeAt >= 0) {
      u32At(writing.sizeAt, size() - writing.sizeAt);
    }
  }

  private void integer(long number) {
    if (number >= 0 && number <= 255) {
      ensure(2);
      buffer[size++] = ExtTag.SMALL_INTEGER_EXT;
      buffer[size++] = (byte) number;
    } else if (number == (int) number) {
      head(ExtTag.INTEGER_EXT, (int) number);
    } else {
      long magnitude = Math.abs(number); // of the smallest long, itself: right as unsigned bits
      int length = (Long.SIZE - Long.numberOfLeadingZeros(magnitude) + 7) / 8;
      ensure(3 + length);
      buffer[size++] = ExtTag.SMALL_BIG_EXT;
      buffer[size++] = (byte) length;
      buffer[size++] = (byte) (number < 0 ? 1 : 0);
      for (int i = 0; i < length; i++) {
        buffer[size++] = (byte) (magnitude >>> (8 * i));
      }
    }
  }

  private void big(BigInteger number) {
    var magnitude = number.abs().toByteArray();
    int first = magnitude[0] == 0 ? 1 : 0;
    int length = magnitude.length - first;
    if (length <= 255) {
      u8(ExtTag.SMALL_BIG_EXT);
      u8(length);
    } else {
      head(ExtTag.LARGE_BIG_EXT, length);
    }
    u8(number.signum() < 0 ? 1 : 0);
    ensure(length);
    for (int i = magnitude.length - 1; i >= first; i--) {
      buffer[size++] = magnitude[i];
    }
  }

  private void string(String text) {
    if (text.length() < asideFrom && ascii(text, 5)) {
      buffer[size] = ExtTag.BINARY_EXT;
      INT.set(buffer, size + 1, text.length());
      size += 5 + text.length();
      return;
    }
    var utf8 = utf8(text, "a String");
    head(ExtTag.BINARY_EXT, utf8.length);
    if (utf8.length >= asideFrom) {
      aside(ByteBuffer.wrap(utf8));
    } else {
      bytes(utf8);
    }
  }

  private void atom(Atom atom) {
    var name = atom.name();
    if (ascii(name, 2)) {
      buffer[size] = ExtTag.SMALL_ATOM_UTF8_EXT;
      buffer[size + 1] = (byte) name.length();
      size += 2 + name.length();
      return;
    }
    var utf8 = utf8(name, "an atom");
    if (utf8.length <= 255) {
      u8(ExtTag.SMALL_ATOM_UTF8_EXT);
      u8(utf8.length);
    } else {
      u8(ExtTag.ATOM_UTF8_EXT);
      u16(utf8.length);
    }
    bytes(utf8);
  }

  /**
   * Whether the text is short and ASCII, as most is; it then stands in the buffer, behind room for
   * a head. This spares the array that {@code getBytes} makes.
   */
  private boolean ascii(String text, int head) {
    int length = text.length();
    if (length > MAX_SHORT) {
      return false;
    }
    ensure(head + length);
    var to = buffer;
    int at = size + head;
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      if (c >= 0x80) {
        return false;
      }
      to[at + i] = (byte) c;
    }
    return true;
  }

  /** Java writes a question mark where it meets half a surrogate pair; that is found here. */
  private static byte[] utf8(String text, String what) {
    var utf8 = text.getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i))) {
        checkPairs(text, what);
        break;
      }
    }
    return utf8;
  }

  private static void checkPairs(String text, String what) {
    for (int i = 0; i < text.length(); i++) {
      int codePoint = text.codePointAt(i);
      if (codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE) {
        throw new NoTerm(
            what + " with an unpaired surrogate at index " + i + " has no term: it is not Unicode");
      }
      i += Character.charCount(codePoint) - 1;
    }
  }

  private void bitstring(Bitstring bits) {
    int used = (int) (bits.bitSize() % 8);
    if (used == 0) {
      head(ExtTag.BINARY_EXT, bits.size());
    } else {
      head(ExtTag.BIT_BINARY_EXT, bits.size());
      u8(used);
    }
    bits(bits);
  }

  private void bits(Bitstring bits) {
    if (bits.size() >= asideFrom) {
      aside(bits.asByteBuffer());
      return;
    }
    ensure(bits.size());
    bits.copyTo(buffer, size);
    size += bits.size();
  }

  private void aside(ByteBuffer bytes) {
    checkSize(bytes.remaining());
    asides.add(new Aside(size, bytes));
    asideBytes += bytes.remaining();
  }

  /** A tag and the 32 bits behind it. */
  private void head(int tag, int value) {
    ensure(5);
    buffer[size] = (byte) tag;
    INT.set(buffer, size + 1, value);
    size += 5;
  }

  private void tupleHead(int arity) {
    if (arity <= 255) {
      u8(ExtTag.SMALL_TUPLE_EXT);
      u8(arity);
    } else {
      head(ExtTag.LARGE_TUPLE_EXT, arity);
    }
  }

  private @Nullable Writing list(List<?> list, @Nullable Writing in) {
    if (list.isEmpty()) {
      u8(ExtTag.NIL_EXT);
      return null;
    }
    var writing = open(list, in, -1);
    var children = writing.children;
    if (isString(children)) {
      u8(ExtTag.STRING_EXT);
      u16(children.length);
      for (var child : children) {
        u8(((Number) Objects.requireNonNull(child)).intValue());
      }
      return null;
    }
    head(ExtTag.LIST_EXT, children.length);
    return writing;
  }

  private static boolean isString(@Nullable Object[] children) {
    if (children.length > MAX_STRING) {
      return false;
    }
    for (var child : children) {
      boolean isByte =
          switch (child) {
            case Long n -> n >= 0 && n <= 255;
            case Integer n -> n >= 0 && n <= 255;
            case Short n -> n >= 0 && n <= 255;
            case Byte n -> n >= 0;
            case null, default -> false;
          };
      if (!isByte) {
        return false;
      }
    }
    return children.length > 0;
  }

  /** Different keys in Java can be the same term, as 1 and 1L are; Erlang refuses such a map. */
  private static void checkKeys(@Nullable Object[] flat) {
    if (flat.length <= 2 || sameLeafClass(flat)) {
      return;
    }
    var seen = new HashSet<Object>();
    for (int i = 0; i < flat.length; i += 2) {
      var key = Terms.toTerm(flat[i]);
      if (!seen.add(key)) {
        throw new NoTerm("a map in which two keys are the term " + Inspect.inspect(key));
      }
    }
  }

  private static boolean sameLeafClass(@Nullable Object[] flat) {
    var first = flat[0];
    if (!(first instanceof String
        || first instanceof Atom
        || first instanceof Long
        || first instanceof Integer)) {
      return false;
    }
    for (int i = 2; i < flat.length; i += 2) {
      var key = flat[i];
      if (key == null || key.getClass() != first.getClass()) {
        return false;
      }
    }
    return true;
  }

  private void pid(Pid pid) {
    u8(ExtTag.NEW_PID_EXT);
    atom(pid.node());
    u32(pid.id());
    u32(pid.serial());
    u32(pid.creation());
  }

  private void ref(Ref ref) {
    var words = ref.words();
    u8(ExtTag.NEWER_REFERENCE_EXT);
    u16(words.length);
    atom(ref.node());
    u32(ref.creation());
    for (int word : words) {
      u32(word);
    }
  }

  private void port(Port port) {
    boolean small = port.id() >= 0 && port.id() <= MAX_V3_PORT;
    u8(small ? ExtTag.NEW_PORT_EXT : ExtTag.V4_PORT_EXT);
    atom(port.node());
    if (small) {
      u32((int) port.id());
    } else {
      u64(port.id());
    }
    u32(port.creation());
  }

  /** Writes all of a fun up to its captured values; returns where its size is to be filled in. */
  private int closureHead(Fun.Closure fun) {
    u8(ExtTag.NEW_FUN_EXT);
    int sizeAt = size();
    u32(0);
    u8(fun.arity());
    bits(fun.uniq());
    u32(fun.index());
    u32(fun.free().size());
    atom(fun.module());
    integer(fun.oldIndex());
    integer(fun.oldUniq());
    pid(fun.creator());
    return sizeAt;
  }

  /** How many bytes have been written. */
  public int size() {
    return size + asideBytes;
  }

  /** Forgets what has been written; the buffer is kept, unless it has become very large. */
  public void reset() {
    size = 0;
    asides.clear();
    asideBytes = 0;
    if (buffer.length > 1 << 20) {
      buffer = new byte[INITIAL_SIZE];
    }
  }

  /** A new array of what has been written. */
  public byte[] toByteArray() {
    if (asides.isEmpty()) {
      return Arrays.copyOf(buffer, size);
    }
    var whole = ByteBuffer.allocate(size());
    writeTo(whole);
    return whole.array();
  }

  /**
   * What has been written, without a copy, in one buffer or in several that follow each other: they
   * are only good until more is written, or {@link #reset}.
   */
  public List<ByteBuffer> buffers() {
    if (asides.isEmpty()) {
      return List.of(ByteBuffer.wrap(buffer, 0, size));
    }
    var buffers = new ArrayList<ByteBuffer>(2 * asides.size() + 1);
    int from = 0;
    for (var aside : asides) {
      buffers.add(ByteBuffer.wrap(buffer, from, aside.at - from));
      buffers.add(aside.bytes.duplicate());
      from = aside.at;
    }
    buffers.add(ByteBuffer.wrap(buffer, from, size - from));
    return buffers;
  }

  /**
   * Puts what has been written into {@code target}.
   *
   * @throws java.nio.BufferOverflowException if there is not enough room
   */
  public void writeTo(ByteBuffer target) {
    buffers().forEach(target::put);
  }

  /** Writes what has been written to {@code out}. */
  public void writeTo(OutputStream out) throws IOException {
    out.write(toByteArray());
  }

  /** Writes the low 8 bits of {@code value}. */
  public void u8(int value) {
    ensure(1);
    buffer[size++] = (byte) value;
  }

  /** Writes the low 16 bits of {@code value}, most significant byte first. */
  public void u16(int value) {
    ensure(2);
    buffer[size++] = (byte) (value >>> 8);
    buffer[size++] = (byte) value;
  }

  /** Writes 32 bits, most significant byte first. */
  public void u32(int value) {
    ensure(4);
    INT.set(buffer, size, value);
    size += 4;
  }

  /** Writes 64 bits, most significant byte first. */
  public void u64(long value) {
    ensure(8);
    LONG.set(buffer, size, value);
    size += 8;
  }

  /**
   * Overwrites the 4 bytes from {@code position} on, such as a length that was not known before.
   *
   * @throws IndexOutOfBoundsException if they have not been written yet
   */
  public void u32At(int position, int value) {
    Objects.checkFromIndexSize(position, 4, size());
    int at = position;
    for (var aside : asides) {
      if (aside.at > at) {
        break;
      }
      at -= aside.bytes.remaining();
    }
    INT.set(buffer, at, value);
  }

  /** Writes the bytes as they are. */
  public void bytes(byte[] bytes) {
    bytes(bytes, 0, bytes.length);
  }

  /** Writes the bytes from index {@code from} up to and without {@code to} as they are. */
  public void bytes(byte[] bytes, int from, int to) {
    ensure(to - from);
    System.arraycopy(bytes, from, buffer, size, to - from);
    size += to - from;
  }

  private void ensure(int more) {
    if (buffer.length - size < more) {
      checkSize(more);
      long wanted = Math.max((long) size + more, 2L * buffer.length);
      buffer = Arrays.copyOf(buffer, (int) Math.min(wanted, Integer.MAX_VALUE - 8));
    }
  }

  private void checkSize(int more) {
    if ((long) size() + more > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException("a term of more than 2 GiB cannot be sent");
    }
  }
}
