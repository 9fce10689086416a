package dev.retort.examples.guide;

/** What a share costs now, in cents. */
record Price(String symbol, int cents) {
  /** Reads a line such as {@code ACME 9950}. */
  static Price parse(String line) {
    var words = line.split(" ");
    return new Price(words[0], Integer.parseInt(words[1]));
  }
}
