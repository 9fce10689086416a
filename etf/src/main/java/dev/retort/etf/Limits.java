package dev.retort.etf;

/**
 * How large a term from outside may be.
 *
 * @param depth how many containers may be inside each other, at least 0
 * @param elements how many elements all its containers may have together, at least 0
 * @param bytes how many bytes it may have, after decompression, at least 0
 */
public record Limits(int depth, long elements, long bytes) {
  /** 10 000 levels, 100 million elements, 256 MiB. */
  public static final Limits DEFAULT = new Limits(10_000, 100_000_000, 256L << 20);
}
