package dev.retort;

import dev.retort.term.Atom;
import dev.retort.term.Pid;
import dev.retort.term.Via;
import org.jspecify.annotations.Nullable;

/**
 * A key of a {@link Registry} as the name of a process: {@code {:via, Registry, {registry, key}}}.
 *
 * @param value what the process registers with it
 */
record RegistryName(String registry, Object key, Object value) implements Via {
  @Override
  public @Nullable Pid whereis() {
    return Registry.whereisName(registry, key);
  }

  @Override
  public boolean register(Pid pid) {
    if (!pid.equals(Kernel.self())) {
      throw new IllegalArgumentException(
          "a process registers itself: " + Kernel.self() + " was expected, not " + pid);
    }
    return Registry.register(registry, key, value) == null;
  }

  @Override
  public void unregister() {
    Registry.unregister(registry, key);
  }

  @Override
  public String toString() {
    return "{:via, Registry, {"
        + Kernel.inspect(Atom.of(registry))
        + ", "
        + Kernel.inspect(key)
        + (value.equals(Atom.NIL) ? "" : ", " + Kernel.inspect(value))
        + "}}";
  }
}
