import dev.retort.Body;

/**
 * A process that ends at once, in a class of its own: its code travels to the other node with each
 * request.
 */
record Nothing() implements Body {
  @Override
  public void run() {}
}
