package dev.retort;

import dev.retort.term.Dest;
import org.jspecify.annotations.Nullable;

/**
 * What a process monitors.
 *
 * @param target where the monitor is, and a demonitor must go
 * @param object what the {@link Down} message names: the pid, or the name with its node
 * @param tag what its message begins with instead of {@code 'DOWN'}; null for that
 */
record Watch(Dest target, Dest object, @Nullable Object tag) {
  Watch(Dest target) {
    this(target, target, null);
  }
}
