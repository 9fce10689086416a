package dev.retort;

import java.io.Serializable;

/**
 * What a process runs, from its first statement to its end.
 *
 * <p>It is {@link Serializable} so that a lambda can tell which code and which captured values it
 * consists of, when {@code Node.spawn} sends it to another JVM; no Java serialization takes place.
 */
@FunctionalInterface
public interface Body extends Serializable {
  /** Runs in the new process. An exception that leaves it is the process's exit reason. */
  void run() throws Exception;
}
