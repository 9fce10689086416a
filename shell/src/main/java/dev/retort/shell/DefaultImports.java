package dev.retort.shell;

import java.util.List;

/** What need not be imported at the prompt. */
final class DefaultImports {
  /**
   * The first is one that nobody types: JShell files them all under it when it gets them in one
   * piece, and replaces an import when it is typed again.
   */
  static final List<String> LINES =
      List.of(
          "import static dev.retort.shell.ShellFunctions.*;",
          "import static dev.retort.Kernel.*;",
          "import dev.retort.*;",
          "import dev.retort.term.*;",
          "import java.io.*;",
          "import java.math.*;",
          "import java.nio.file.*;",
          "import java.time.*;",
          "import java.util.*;",
          "import java.util.concurrent.*;",
          "import java.util.function.*;",
          "import java.util.regex.*;",
          "import java.util.stream.*;");

  private DefaultImports() {}
}
