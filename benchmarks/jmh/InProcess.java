package dev.retort.jmh;

import dev.retort.Node;
import java.util.concurrent.Callable;

/**
 * Runs a batch as a process of the JVM's default node: a benchmark's thread is none, and getting
 * into a process and back costs far more than what is measured there.
 */
final class InProcess {
  /** Operations in a batch, so that the way in and out hardly counts. */
  static final int BATCH = 1_000;

  private InProcess() {}

  static <T> T run(Callable<T> batch) throws Exception {
    return Node.current().run(batch);
  }
}
