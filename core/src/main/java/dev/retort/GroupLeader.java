package dev.retort;

import dev.retort.term.Atom;
import dev.retort.term.Bitstring;
import dev.retort.term.ImproperList;
import dev.retort.term.Pid;
import dev.retort.term.Tuple;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;

/**
 * A process that others print through: a server of Erlang's I/O protocol which writes what it is
 * given.
 *
 * <p>It answers {@code put_chars} requests and {@code getopts}; those for input, passwords
 * included, and for what only a terminal has get {@code {:error, :enotsup}}, others {@code {:error,
 * :request}}. Erlang's {@code io:format} asks for a function of {@code io_lib} to be called: that
 * is done on the node of who asks, where it is.
 */
public final class GroupLeader extends Behaviour {
  private static final Atom IO_REQUEST = Atom.of("io_request");
  private static final Atom IO_REPLY = Atom.of("io_reply");
  private static final Atom PUT_CHARS = Atom.of("put_chars");
  private static final Atom REQUESTS = Atom.of("requests");
  private static final Atom GETOPTS = Atom.of("getopts");
  private static final Atom IO_LIB = Atom.of("io_lib");
  private static final Atom LATIN1 = Atom.of("latin1");

  /** Requests of the protocol that need a terminal. */
  private static final Set<String> OF_TERMINALS =
      Set.of("get_line", "get_chars", "get_until", "get_password", "get_geometry", "setopts");

  /** What {@code io:getopts/1} gives: texts are Unicode, and nothing can be changed. */
  private static final List<Tuple> OPTIONS =
      List.of(
          Tuple.of(Atom.of("binary"), false), Tuple.of(Atom.of("encoding"), Atom.of("unicode")));

  /** How long the node of who asks may take to make a text. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

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
      if (callsFunctions(request.get(3)) && !from.node().equals(Node.self())) {
        var self = Kernel.self();
        Kernel.spawn(() -> callThere(self, from, request.get(2), request.get(3)));
      } else {
        Kernel.send(from, Tuple.of(IO_REPLY, request.get(2), answer(request.get(3))));
      }
    }
  }

  // ---- functions that make the text

  private static boolean callsFunctions(Object request) {
    return request instanceof Tuple tuple
        && tuple.size() > 0
        && (isCall(tuple)
            || (tuple.get(0).equals(REQUESTS)
                && tuple.size() == 2
                && tuple.get(1) instanceof List<?> all
                && all.stream().anyMatch(GroupLeader::callsFunctions)));
  }

  /**
   * {@code {put_chars, [Encoding], io_lib, Function, Arguments}}. No other module: who says that it
   * is a process of some node must not have us call what it likes there.
   */
  private static boolean isCall(Tuple request) {
    int parts = request.size();
    return (parts == 4 || parts == 5)
        && request.get(0).equals(PUT_CHARS)
        && request.get(parts - 3).equals(IO_LIB)
        && request.get(parts - 2) instanceof Atom
        && request.get(parts - 1) instanceof List;
  }

  /** Has the functions called, and asks the group leader again with what they have made. */
  private static void callThere(Pid leader, Pid from, Object tag, Object request) {
    try {
      var made = withText(request, from.node().name());
      Kernel.send(leader, Tuple.of(IO_REQUEST, from, tag, made));
    } catch (ExitException e) { // it raises, or is lost
      Kernel.send(from, Tuple.of(IO_REPLY, tag, NOT_SUPPORTED));
    }
  }

  private static Object withText(Object request, String node) {
    if (!(request instanceof Tuple tuple) || !callsFunctions(tuple)) {
      return request;
    }
    if (isCall(tuple)) {
      int parts = tuple.size();
      var function = ((Atom) tuple.get(parts - 2)).name();
      var arguments = (List<?>) tuple.get(parts - 1);
      var text = Erpc.call(node, IO_LIB.name(), function, arguments, PATIENCE);
      return parts == 4 ? Tuple.of(PUT_CHARS, text) : Tuple.of(PUT_CHARS, tuple.get(1), text);
    }
    return Tuple.of(
        REQUESTS, ((List<?>) tuple.get(1)).stream().map(each -> withText(each, node)).toList());
  }

  private Object answer(Object request) {
    if (request.equals(GETOPTS)) {
      return OPTIONS;
    }
    if (!(request instanceof Tuple tuple) || tuple.size() == 0) {
      return isOfTerminals(request) ? NOT_SUPPORTED : NOT_UNDERSTOOD;
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
      return isOfTerminals(tuple.get(0)) ? NOT_SUPPORTED : NOT_UNDERSTOOD;
    }
    return switch (tuple.size()) {
      case 2 -> put(tuple.get(1)); // {put_chars, Chars}
      case 3 -> put(tuple.get(1).equals(LATIN1) ? ofLatin1(tuple.get(2)) : tuple.get(2));
      case 4, 5 -> NOT_SUPPORTED; // of a process of this node: no Erlang code runs here
      default -> NOT_UNDERSTOOD;
    };
  }

  private static boolean isOfTerminals(Object name) {
    return name instanceof Atom atom && OF_TERMINALS.contains(atom.name());
  }

  /** Chardata whose binaries have a character in each byte. */
  private static Object ofLatin1(Object characters) {
    return switch (characters) {
      case String text ->
          new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
      case List<?> list -> list.stream().map(GroupLeader::ofLatin1).toList();
      default -> characters;
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
    Objects.requireNonNull(characters, "characters: a string or a list of them was expected");
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
