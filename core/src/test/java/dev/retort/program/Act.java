package dev.retort.program;

/**
 * One process does one thing, and everybody waits until all that comes of it has happened.
 *
 * @param actor the number of a worker that is alive, or {@link #DRIVER}
 */
public record Act(int actor, Op op) {
  /** The process that runs the program. */
  public static final int DRIVER = -1;

  @Override
  public String toString() {
    return (actor == DRIVER ? "driver" : "worker " + actor) + ": " + op;
  }
}
