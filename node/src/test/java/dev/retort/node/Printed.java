package dev.retort.node;

import dev.retort.Body;
import java.util.ArrayList;
import java.util.List;

/** What closures under test print, and the closures that a shell under test hands over. */
public final class Printed {
  private static final List<Object> LINES = new ArrayList<>();
  private static Body kept = () -> {};

  private Printed() {}

  public static void println(Object line) {
    LINES.add(line);
  }

  public static void keep(Body body) {
    kept = body;
  }

  static Body kept() {
    return kept;
  }

  /** What {@code body} prints, a line each. */
  static List<String> by(Body body) throws Exception {
    LINES.clear();
    body.run();
    var printed = LINES.stream().map(String::valueOf).toList();
    LINES.clear(); // they may be objects of classes that must become garbage
    return printed;
  }
}
