package dev.retort.interop;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Retort's shell on a JVM node. */
final class Jex extends Shell {
  Jex(String node, List<String> command, Map<String, String> environment, Path folder)
      throws IOException {
    super(node, command, environment, folder);
  }

  /** Takes messages of earlier tests out of the shell's mailbox; exit signals end it again. */
  void reset() {
    run("trapExit(false)");
    run("flush()");
  }

  @Override
  String show(int mark, String expression) {
    return "println(\"«\" + \"" + mark + " \" + inspect(" + expression + ") + \" " + mark + "»\")";
  }
}
