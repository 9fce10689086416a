package dev.retort.shell;

/**
 * Where a piece of source stands: at a prompt, in a file, in {@code -e}.
 *
 * @param name what to call it: {@code jex:3} for the third input
 * @param firstLine the line that its first one is, from 1
 * @param counted whether lines are worth telling: not for an input of one line
 */
record Place(String name, int firstLine, boolean counted) {
  /** The place of a line of it, counted from 1. */
  String line(int line) {
    return counted ? name + ":" + (firstLine + line - 1) : name;
  }

  /** The place of what follows after {@code text}. */
  Place after(String text) {
    return new Place(name, firstLine + (int) text.chars().filter(c -> c == '\n').count(), counted);
  }
}
