package dev.retort;

import org.jspecify.annotations.Nullable;

/**
 * What {@link Task#asyncStream} runs for each element, in a task of its own.
 *
 * @param <T> the elements
 * @param <R> what it makes of one
 */
@FunctionalInterface
public interface TaskFunction<T, R extends @Nullable Object> {
  /** Runs in the task. An exception that leaves it is the task's exit reason. */
  R apply(T element) throws Exception;
}
