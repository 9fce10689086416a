package dev.retort;

import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Values that a process keeps for itself under keys: Erlang's process dictionary. It dies with the
 * process. The functions act on the process that runs them.
 *
 * <pre>{@code
 * ProcessDictionary.put("request", 17);
 * ProcessDictionary.get("request"); // => 17
 * }</pre>
 *
 * <p>Where a {@link ThreadLocal} would be used on a thread of its own: processes share threads, so
 * what a process leaves in a thread-local another one finds. State that a program needs to work is
 * better passed and returned.
 */
public final class ProcessDictionary {
  private ProcessDictionary() {}

  private static Map<Object, Object> own(String function) {
    return Kernel.process("ProcessDictionary." + function).dictionary();
  }

  /** Keeps a value; the one that was there before, null if none was. {@code Process.put/2}. */
  public static @Nullable Object put(Object key, Object value) {
    Objects.requireNonNull(key, "key");
    Objects.requireNonNull(value, "value");
    return own("put").put(key, value);
  }

  /** The value under {@code key}; null if there is none. {@code Process.get/1}. */
  public static @Nullable Object get(Object key) {
    return own("get").get(Objects.requireNonNull(key, "key"));
  }

  /** Takes a value out; null if there was none. {@code Process.delete/1}. */
  public static @Nullable Object delete(Object key) {
    return own("delete").remove(Objects.requireNonNull(key, "key"));
  }

  /** The keys that there are now. {@code Process.get_keys/0}. */
  public static Set<Object> keys() {
    return Set.copyOf(own("keys").keySet());
  }

  /** The keys that have this value. {@code Process.get_keys/1}. */
  public static Set<Object> keys(Object value) {
    Objects.requireNonNull(value, "value");
    return own("keys").entrySet().stream()
        .filter(entry -> entry.getValue().equals(value))
        .map(Map.Entry::getKey)
        .collect(Collectors.toUnmodifiableSet());
  }
}
