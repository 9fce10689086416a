package dev.retort;

import dev.retort.term.Atom;
import dev.retort.term.Bitstring;
import dev.retort.term.ImproperList;
import dev.retort.term.Pid;
import dev.retort.term.Tuple;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * A process that others print through: a server of Erlang's I/O protocol which writes what it is
 * given.
 *
 * <p>It answers {@code put_chars} requests; those for input get {@code {:error, :enotsup}}.
 */
public final class GroupLeader extends Behaviour {
  private static final Atom IO_REQUEST = Atom.of("io_request");
  private static final Atom IO_REPLY = Atom.of("io_reply");
  private static final Atom PUT_CHARS = Atom.of("put_chars");
  private static final Atom REQUESTS = Atom.of("requests");
  private static final Tuple NOT_SUPPORTED = Tuple.of(Atom.ERROR, Atom.of("enotsup"));
  private static final Tuple NOT_UNDERSTOOD = Tuple.of(Atom.ERROR, Atom.of("request"));

  private final Consumer<String> output;

  GroupLeader(Consumer<String> output) {
    this.output = Objects.requireNonNull(output, "output");
  }

  /**
   * Starts one on the current node.
   *
   * @param output gets each text, in the group leader's process; must not block for long
   */
  public static Pid start(Consumer<String> output) {
    var node = Node.current();
    return node.create(new GroupLeader(output), node.user(), null, null).pid;
  }

  @Override
  void init() {}

  @Override
  void handle(Object message) {
    var term = message instanceof Decoded(var decoded) ? decoded : message;
    if (term instanceof Tuple request
        && request.size() == 4
        && request.get(0).equals(IO_REQUEST)
        && request.get(1) instanceof Pid from) {
      Kernel.send(from, Tuple.of(IO_REPLY, request.get(2), answer(request.get(3))));
    }
  }

  private Object answer(Object request) {
    if (!(request instanceof Tuple tuple) || tuple.size() == 0) {
      return request instanceof Atom ? NOT_SUPPORTED : NOT_UNDERSTOOD;
    }
    if (tuple.get(0).equals(REQUESTS) && tuple.size() == 2 && tuple.get(1) instanceof List<?> all) {
      Object last = Atom.OK;
      for (var each : all) {
        last = answer(each);
        if (last instanceof Tuple) {
          break;
        }
      }
      return last;
    }
    if (!tuple.get(0).equals(PUT_CHARS)) {
      return NOT_SUPPORTED;
    }
    return switch (tuple.size()) {
      case 2, 3 ->
          put(tuple.get(tuple.size() - 1)); // {put_chars, Chars}, {put_chars, Encoding, Chars}
      case 5 ->
          NOT_SUPPORTED; // {put_chars, Encoding, Module, Function, Args}: no Erlang code runs here
      default -> NOT_UNDERSTOOD;
    };
  }

  private Object put(Object characters) {
    String text;
    try {
      text = text(characters);
    } catch (IllegalArgumentException e) {
      return NOT_UNDERSTOOD;
    }
    try {
      output.accept(text);
    } catch (RuntimeException e) {
      CrashReport.log(System.Logger.Level.WARNING, "output was lost: " + e);
      return Tuple.of(Atom.ERROR, Atom.of("terminated"));
    }
    return Atom.OK;
  }

  /**
   * The text that Erlang's {@code chardata} is: nested lists of code points and binaries. {@code
   * unicode:characters_to_list/1}.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static String text(Object characters) {
    var text = new StringBuilder();
    collect(characters, text);
    return text.toString();
  }

  private static void collect(Object characters, StringBuilder text) {
    switch (characters) {
      case String string -> text.append(string);
      case Long codePoint when Character.isValidCodePoint(codePoint.intValue()) ->
          text.appendCodePoint(codePoint.intValue());
      case List<?> list -> list.forEach(element -> collect(element, text));
      case ImproperList list -> {
        list.elements().forEach(element -> collect(element, text));
        collect(list.tail(), text);
      }
      case Bitstring bits -> {
        for (byte b : bits.toByteArray()) {
          text.append((char) (b & 0xff)); // not UTF-8: latin1, as Erlang's io does
        }
      }
      default -> throw new IllegalArgumentException("chardata was expected");
    }
  }

  @Override
  Class<?> code() {
    return GroupLeader.class;
  }
}
