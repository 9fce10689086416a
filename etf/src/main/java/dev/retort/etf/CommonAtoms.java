package dev.retort.etf;

import dev.retort.term.Atom;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The atoms that most messages have, so that decoding them makes no garbage. Fixed. */
final class CommonAtoms {
  private static final List<String> NAMES =
      List.of(
          "ok",
          "error",
          "true",
          "false",
          "nil",
          "undefined",
          "normal",
          "shutdown",
          "kill",
          "killed",
          "noproc",
          "noconnection",
          "timeout",
          "infinity",
          "$gen_call",
          "$gen_cast",
          "alias",
          "EXIT",
          "DOWN",
          "process",
          "nodedown",
          "nodeup",
          "call",
          "cast",
          "reply",
          "noreply",
          "stop",
          "io_request",
          "io_reply",
          "put_chars",
          "unicode",
          "latin1",
          "system",
          "rex",
          "net_kernel",
          "global_name_server",
          "is_auth",
          "yes",
          "no",
          "user",
          "undef",
          "badarg",
          "badmatch",
          "function_clause",
          "case_clause",
          "badrpc",
          "erlang",
          "lists",
          "__struct__",
          "__exception__",
          "message",
          "id",
          "name",
          "key",
          "value",
          "type",
          "data",
          "get",
          "set",
          "put",
          "pop",
          "push",
          "hello",
          "ping",
          "pong");

  private static final int SLOTS = 512;
  private static final Atom[][] TABLE = new Atom[SLOTS][];
  private static final byte[][][] BYTES = new byte[SLOTS][][];

  static {
    for (var name : NAMES) {
      var bytes = name.getBytes(StandardCharsets.US_ASCII);
      int slot = slot(bytes, 0, bytes.length);
      var atoms = TABLE[slot] == null ? new Atom[0] : TABLE[slot];
      var keys = BYTES[slot] == null ? new byte[0][] : BYTES[slot];
      TABLE[slot] = Arrays.copyOf(atoms, atoms.length + 1);
      BYTES[slot] = Arrays.copyOf(keys, keys.length + 1);
      TABLE[slot][atoms.length] = Atom.of(name);
      BYTES[slot][keys.length] = bytes;
    }
  }

  private CommonAtoms() {}

  /** The atom with this name in ASCII, if it is a common one. */
  static @Nullable Atom find(byte[] bytes, int from, int length) {
    if (length == 0) {
      return null;
    }
    int slot = slot(bytes, from, length);
    var keys = BYTES[slot];
    if (keys != null) {
      for (int i = 0; i < keys.length; i++) {
        if (Arrays.equals(keys[i], 0, keys[i].length, bytes, from, from + length)) {
          return TABLE[slot][i];
        }
      }
    }
    return null;
  }

  private static int slot(byte[] bytes, int from, int length) {
    int hash = length * 31 + bytes[from];
    hash = hash * 31 + bytes[from + length / 2];
    hash = hash * 31 + bytes[from + length - 1];
    return hash & (SLOTS - 1);
  }
}
