package dev.retort;

import dev.retort.term.Name;
import dev.retort.term.Pid;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Processes of this node under keys of any kind, which are forgotten when the process ends:
 * Elixir's {@code Registry}.
 *
 * <pre>{@code
 * Registry.startLink(Registry.Keys.UNIQUE, "sessions");
 * Registry.register("sessions", "ann", "some value"); // in the process that is to be found
 * Pid ann = Registry.whereis("sessions", "ann");
 * }</pre>
 *
 * <p>With {@link Keys#DUPLICATE} a key leads to many processes: {@link #dispatch} reaches them all,
 * as publish and subscribe.
 */
public final class Registry {
  private Registry() {}

  /** How many processes a key may lead to. */
  public enum Keys {
    /** One. */
    UNIQUE,
    /** Any number; a process may have the same key several times. */
    DUPLICATE
  }

  /**
   * What a key leads to.
   *
   * @param pid the process that registered it
   * @param value what it registered with it
   */
  public record Entry(Pid pid, Object value) {
    public Entry {
      Objects.requireNonNull(pid, "pid");
      Objects.requireNonNull(value, "value");
    }
  }

  private record Register(Object key, Entry entry) implements Call<@Nullable Pid> {}

  private record Unregister(Object key, Pid pid) implements Call<Boolean> {
    Unregister {
      Objects.requireNonNull(key, "key");
    }
  }

  private record Lookup(Object key) implements Call<List<Entry>> {
    Lookup {
      Objects.requireNonNull(key, "key");
    }
  }

  private record KeysOf(Pid pid) implements Call<List<Object>> {
    KeysOf {
      Objects.requireNonNull(pid, "pid");
    }
  }

  private record Count() implements Call<Integer> {}

  /**
   * Starts a registry named {@code name}, linked to this process. {@code Registry.start_link/1}.
   *
   * @throws StartException if the name is taken
   */
  public static Pid startLink(Keys keys, String name) {
    Objects.requireNonNull(keys, "keys: UNIQUE or DUPLICATE was expected");
    return GenServer.startLink(() -> new Server(keys), GenServer.name(name));
  }

  /** As {@link #startLink}, without a link; from any thread. */
  public static Pid start(Keys keys, String name) {
    Objects.requireNonNull(keys, "keys: UNIQUE or DUPLICATE was expected");
    return GenServer.start(() -> new Server(keys), GenServer.name(name));
  }

  /**
   * Registers the running process under {@code key}. {@code Registry.register/3}.
   *
   * @return the process that has the key already, if keys are unique; null if it worked
   */
  public static @Nullable Pid register(String registry, Object key, Object value) {
    Objects.requireNonNull(key, "key");
    Objects.requireNonNull(value, "value");
    return GenServer.call(Name.of(registry), new Register(key, new Entry(Kernel.self(), value)));
  }

  /**
   * Takes the running process's registrations of {@code key} back. {@code Registry.unregister/2}.
   */
  public static boolean unregister(String registry, Object key) {
    return GenServer.call(Name.of(registry), new Unregister(key, Kernel.self()));
  }

  /** What {@code key} leads to, in the order of registration. {@code Registry.lookup/2}. */
  public static List<Entry> lookup(String registry, Object key) {
    return GenServer.call(Name.of(registry), new Lookup(key));
  }

  /**
   * The process that {@code key} leads to; null if there is none. {@code Registry.whereis_name/1}.
   */
  public static @Nullable Pid whereis(String registry, Object key) {
    var found = lookup(registry, key);
    return found.isEmpty() ? null : found.getFirst().pid();
  }

  /** The keys that {@code pid} is registered under. {@code Registry.keys/2}. */
  public static List<Object> keys(String registry, Pid pid) {
    return GenServer.call(Name.of(registry), new KeysOf(pid));
  }

  /** How many registrations there are. {@code Registry.count/1}. */
  public static int count(String registry) {
    return GenServer.call(Name.of(registry), new Count());
  }

  /**
   * Runs {@code action} in this process for each registration of {@code key}: {@code
   * Registry.dispatch/3}.
   *
   * <pre>{@code
   * Registry.dispatch("topics", "news", subscriber -> send(subscriber.pid(), headline));
   * }</pre>
   */
  public static void dispatch(String registry, Object key, Consumer<Entry> action) {
    Objects.requireNonNull(action, "action");
    lookup(registry, key).forEach(action);
  }

  /**
   * Links to the processes that register, so as to hear of their end; unlike them it survives it.
   */
  private static final class Server implements GenServer<Map<Object, List<Entry>>> {
    private final Keys keys;
    private final Map<Pid, List<Object>> keysOf = new LinkedHashMap<>();

    Server(Keys keys) {
      this.keys = keys;
    }

    @Override
    public Map<Object, List<Entry>> init() {
      Kernel.trapExit(true);
      return new LinkedHashMap<>();
    }

    @Override
    public Step<Map<Object, List<Entry>>> handleCall(
        Call<?> request, From from, Map<Object, List<Entry>> entries) {
      return switch (request) {
        case Register register ->
            register.reply(register(register.key, register.entry, entries), entries);
        case Unregister gone -> gone.reply(unregister(gone.key, gone.pid, entries), entries);
        case Lookup lookup -> lookup.reply(alive(lookup.key, entries), entries);
        case KeysOf of -> of.reply(List.copyOf(keysOf.getOrDefault(of.pid, List.of())), entries);
        case Count count ->
            count.reply(entries.values().stream().mapToInt(List::size).sum(), entries);
        default -> GenServer.unknown(request);
      };
    }

    private @Nullable Pid register(Object key, Entry entry, Map<Object, List<Entry>> entries) {
      var present = alive(key, entries);
      if (keys == Keys.UNIQUE && !present.isEmpty()) {
        return present.getFirst().pid();
      }
      Kernel.link(entry.pid);
      entries.computeIfAbsent(key, k -> new ArrayList<>(1)).add(entry);
      keysOf.computeIfAbsent(entry.pid, p -> new ArrayList<>(1)).add(key);
      return null;
    }

    /** A process that has just ended is not found, although its exit may not have come in yet. */
    private static List<Entry> alive(Object key, Map<Object, List<Entry>> entries) {
      return entries.getOrDefault(key, List.of()).stream()
          .filter(entry -> Kernel.alive(entry.pid))
          .toList();
    }

    private boolean unregister(Object key, Pid pid, Map<Object, List<Entry>> entries) {
      boolean removed = remove(key, pid, entries);
      var left = keysOf.get(pid);
      if (left != null) {
        left.removeIf(key::equals);
        if (left.isEmpty()) {
          keysOf.remove(pid);
          Kernel.unlink(pid);
        }
      }
      return removed;
    }

    private static boolean remove(Object key, Pid pid, Map<Object, List<Entry>> entries) {
      var registered = entries.get(key);
      if (registered == null) {
        return false;
      }
      boolean removed = registered.removeIf(entry -> entry.pid.equals(pid));
      if (registered.isEmpty()) {
        entries.remove(key);
      }
      return removed;
    }

    @Override
    public Step<Map<Object, List<Entry>>> handleInfo(
        Object message, Map<Object, List<Entry>> entries) {
      if (message instanceof Exit(var pid, var reason)) {
        var gone = keysOf.remove(pid);
        if (gone != null) {
          gone.forEach(key -> remove(key, pid, entries));
        }
      }
      return GenServer.noReply(entries);
    }
  }
}
