package dev.retort.interop;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Documents of this repository, and the blocks of code in them. */
final class Markdown {
  /**
   * What stands between two fences.
   *
   * @param line where it begins
   * @param language what is said behind the first fence
   */
  record Block(Path file, int line, String language, List<String> lines) {
    String text() {
      return String.join("\n", lines);
    }

    String first() {
      return lines.isEmpty() ? "" : lines.getFirst();
    }

    @Override
    public String toString() {
      return Nodes.HOME.relativize(file) + ":" + line;
    }
  }

  private Markdown() {}

  static List<Block> blocks(Path file) throws IOException {
    var blocks = new ArrayList<Block>();
    Block open = null;
    int number = 0;
    for (var line : Files.readAllLines(file)) {
      number++;
      boolean fence = line.strip().startsWith("```");
      if (fence && open == null) {
        open = new Block(file, number + 1, line.strip().substring(3).strip(), new ArrayList<>());
      } else if (fence) {
        blocks.add(open);
        open = null;
      } else if (open != null) {
        open.lines().add(line);
      }
    }
    if (open != null) {
      throw new AssertionError(open + " never ends");
    }
    return blocks;
  }

  /** The documents in a folder, in order. */
  static List<Path> in(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".md")).sorted().toList();
    }
  }
}
