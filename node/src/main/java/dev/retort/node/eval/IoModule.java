package dev.retort.node.eval;

import dev.retort.Down;
import dev.retort.Kernel;
import dev.retort.term.Atom;
import dev.retort.term.Ref;
import dev.retort.term.Tuple;

/** Erlang's {@code io} and {@code io_lib}, as far as they write. */
final class IoModule {
  private static final Atom IO_REQUEST = Atom.of("io_request");
  private static final Atom IO_REPLY = Atom.of("io_reply");
  private static final Atom PUT_CHARS = Atom.of("put_chars");
  private static final Atom UNICODE = Atom.of("unicode");

  private IoModule() {}

  static Library.Module module() {
    var io = new Library.Module("io");
    for (var name : new String[] {"format", "fwrite"}) {
      io.add(name, 1, (in, a) -> print(IoFormat.format(a[0], Sequence.NIL)))
          .add(name, 2, (in, a) -> print(IoFormat.format(a[0], a[1])))
          .add(name, 3, (in, a) -> print(a[0], IoFormat.format(a[1], a[2])));
    }
    return io.add("nl", 0, (in, a) -> print("\n"))
        .add("nl", 1, (in, a) -> print(a[0], "\n"))
        .add("put_chars", 1, (in, a) -> print(Conversions.text(a[0])))
        .add("put_chars", 2, (in, a) -> print(a[0], Conversions.text(a[1])))
        .add("write", 1, (in, a) -> print(ErlangText.of(a[0])));
  }

  static Library.Module lib() {
    return new Library.Module("io_lib")
        .add("format", 2, (in, a) -> Conversions.charlist(IoFormat.format(a[0], a[1])))
        .add("fwrite", 2, (in, a) -> Conversions.charlist(IoFormat.format(a[0], a[1])))
        .add("write", 1, (in, a) -> Conversions.charlist(ErlangText.of(a[0])))
        .add("print", 1, (in, a) -> Conversions.charlist(ErlangText.print(a[0], true)));
  }

  /** Prints where the running process's group leader is. */
  static Object print(String text) {
    return Kernel.print(text);
  }

  /** Prints to a device: a process that knows the I/O protocol, or a name of one. */
  static Object print(Object device, String text) {
    if (device instanceof Atom name
        && (name.name().equals("stdio")
            || name.name().equals("standard_io")
            || name.name().equals("standard_error")
            || name.name().equals("stderr"))) {
      return print(text);
    }
    var to = Processes.dest(device);
    var monitor = Kernel.monitor(to);
    var request = Tuple.of(PUT_CHARS, UNICODE, text);
    var unused = Kernel.send(to, Tuple.of(IO_REQUEST, Kernel.self(), monitor, request));
    var reply = Kernel.receive(monitor, Object.class, message -> isReply(message, monitor));
    if (!(reply instanceof Tuple answer && answer.size() == 3)) {
      throw Raised.error("terminated");
    }
    Kernel.demonitorFlush(monitor);
    return answer.get(2);
  }

  private static boolean isReply(Object message, Ref monitor) {
    return switch (message) {
      case Down down -> down.ref().equals(monitor);
      case Tuple reply ->
          reply.size() == 3 && reply.get(0).equals(IO_REPLY) && reply.get(1).equals(monitor);
      default -> false;
    };
  }
}
