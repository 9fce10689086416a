package dev.retort;

import dev.retort.term.Atom;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * How a {@link Registry} starts: the options of Elixir's {@code Registry.start_link/1}. Immutable;
 * made by {@link Registry#options}.
 *
 * <pre>{@code
 * var options = Registry.options(Registry.Keys.DUPLICATE, "topics").partitions(4).listener("audit");
 * }</pre>
 *
 * @param keys how many processes a key may lead to
 * @param name what it is registered as
 * @param partitions into how many parts it is divided, each with a process of its own, which is
 *     linked to those that register; 1 or more
 * @param listeners the names of processes of this node that are told of each registration, by a
 *     {@link Registry.Registered}, and of each that is taken back, by a {@link
 *     Registry.Unregistered}; not of the end of processes: monitor them
 * @param meta what {@link Registry#meta} gives from the beginning
 */
public record RegistryOptions(
    Registry.Keys keys,
    String name,
    int partitions,
    List<String> listeners,
    Map<Object, Object> meta) {

  public RegistryOptions {
    Objects.requireNonNull(keys, "how many processes a key may lead to");
    Objects.requireNonNull(name, "the name of the registry");
    if (partitions < 1) {
      throw new IllegalArgumentException(
          "a number of partitions of 1 or more was expected, this is " + partitions);
    }
    listeners = List.copyOf(Objects.requireNonNull(listeners, "listeners"));
    meta = Map.copyOf(Objects.requireNonNull(meta, "meta"));
  }

  /** The same, in {@code partitions} parts. */
  public RegistryOptions partitions(int partitions) {
    return new RegistryOptions(keys, name, partitions, listeners, meta);
  }

  /** The same, with one more process that is told. */
  public RegistryOptions listener(String listener) {
    var more = new ArrayList<>(listeners);
    more.add(Objects.requireNonNull(listener, "the name of a listener"));
    return new RegistryOptions(keys, name, partitions, more, meta);
  }

  /** The same, with {@code value} for {@link Registry#meta} under {@code key}. */
  public RegistryOptions meta(Object key, Object value) {
    var more = new LinkedHashMap<>(meta);
    more.put(Objects.requireNonNull(key, "key"), Objects.requireNonNull(value, "value"));
    return new RegistryOptions(keys, name, partitions, listeners, more);
  }

  Atom atom() {
    return Atom.of(name);
  }
}
