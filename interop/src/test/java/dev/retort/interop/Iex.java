package dev.retort.interop;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Elixir's shell on a real BEAM node. */
final class Iex extends Shell {
  Iex(String node, List<String> command, Map<String, String> environment, Path folder)
      throws IOException {
    super(node, command, environment, folder);
  }

  /** Takes messages of earlier tests out of the shell's mailbox; exit signals end it again. */
  void reset() {
    run("Process.flag(:trap_exit, false); flush()");
  }

  @Override
  String show(int mark, String expression) {
    return "IO.puts(\"«\" <> \""
        + mark
        + " \" <> inspect((try do ("
        + expression
        + ") catch kind, reason -> {:caught, kind, reason} end), limit: :infinity, width: 10_000)"
        + " <> \" "
        + mark
        + "»\")";
  }
}
