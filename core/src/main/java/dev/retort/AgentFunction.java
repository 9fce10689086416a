package dev.retort;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * What an {@link Agent} runs on its value.
 *
 * <p>It is {@link Serializable} so that a lambda can tell which code and which captured values it
 * consists of, when the agent is on another node; no Java serialization takes place.
 *
 * @param <S> what the agent holds
 * @param <R> what comes of it
 */
@FunctionalInterface
public interface AgentFunction<S extends @Nullable Object, R extends @Nullable Object>
    extends Serializable {
  /** Runs in the agent's process. An exception that leaves it is the agent's exit reason. */
  R apply(S state) throws Exception;
}
