package dev.retort.interop.supervision;

import dev.retort.Call;
import dev.retort.Down;
import dev.retort.From;
import dev.retort.GenServer;
import dev.retort.Kernel;
import dev.retort.Step;
import dev.retort.interop.Reasons;
import dev.retort.term.Atom;
import dev.retort.term.Pid;
import dev.retort.term.Tuple;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Writes down, in the order in which it is told, what happens in a running scenario. */
final class Recorder implements GenServer<Recorder> {
  /** A process is there, which will be heard of when it ends. */
  record Born(Atom id, Object number, Pid pid, Pid starter) implements Call<Atom> {}

  /** A supervisor has started. */
  record Up(Pid supervisor) implements Call<Atom> {}

  record Log(Tuple entry) implements Call<Atom> {}

  /** What a supervisor did, to be said with which one of its id it was. */
  record LogOf(Pid supervisor, Tuple entry) implements Call<Atom> {}

  record Held(Atom parent, Atom id, long number, Atom what, Pid owner) implements Call<Atom> {}

  record Released(Pid owner) implements Call<Atom> {}

  record Look(int from) implements Call<View> {}

  /**
   * Who is held: {@code {Parent, Id, Number, start | terminate, Which}}, where the last is which
   * one of its id the held process is.
   */
  record Key(Atom parent, Atom id, long number, Atom what, long which) implements Comparable<Key> {
    Tuple term() {
      return Tuple.of(parent, id, number, what, which);
    }

    @Override
    public int compareTo(Key other) { // as Erlang orders them
      return text().compareTo(other.text());
    }

    private String text() {
      return String.format(
          "%s\0%s\0%09d%s\0%09d", parent.name(), id.name(), number, what.name(), which);
    }
  }

  /**
   * How it stands.
   *
   * @param alive the youngest process of each id
   * @param names of processes, alive or not: supervisors by their id, workers by their number
   * @param starters of workers; a supervisor's is itself
   * @param up supervisors that have started
   * @param said what was written down from a place on
   */
  record View(
      Map<Atom, Pid> alive,
      Map<Pid, Object> names,
      Map<Pid, Pid> starters,
      Set<Pid> up,
      Map<Key, Pid> held,
      List<Tuple> said) {}

  private final Map<Atom, Pid> alive = new HashMap<>();
  private final Map<Pid, Object> names = new HashMap<>();
  private final Map<Pid, Atom> ids = new HashMap<>();
  private final Map<Pid, Long> which = new HashMap<>();
  private final Map<Atom, Long> births = new HashMap<>();
  private final Map<Pid, Pid> starters = new HashMap<>();
  private final Set<Pid> up = new HashSet<>();
  private final Map<Key, Pid> held = new TreeMap<>();
  private final List<Tuple> said = new ArrayList<>();

  @Override
  public Recorder init() {
    return this;
  }

  @Override
  public Step<Recorder> handleCall(Call<?> request, From from, Recorder state) {
    return switch (request) {
      case Born born -> {
        Kernel.monitor(born.pid);
        alive.put(born.id, born.pid);
        names.put(born.pid, born.number);
        ids.put(born.pid, born.id);
        starters.put(born.pid, born.starter);
        said.add(Tuple.of(Atom.of("born"), born.id));
        which.put(born.pid, births.merge(born.id, 1L, Long::sum));
        yield born.reply(Atom.OK, state);
      }
      case Up start -> {
        up.add(start.supervisor);
        said.add(Tuple.of(Atom.of("up"), ids.get(start.supervisor)));
        yield start.reply(Atom.OK, state);
      }
      case Log log -> {
        said.add(log.entry);
        yield log.reply(Atom.OK, state);
      }
      case LogOf log -> {
        var entry = new ArrayList<>(log.entry.toList());
        entry.add(which.get(log.supervisor));
        said.add(Tuple.of(entry.toArray()));
        yield log.reply(Atom.OK, state);
      }
      case Held hold -> {
        var key = new Key(hold.parent, hold.id, hold.number, hold.what, which.get(hold.owner));
        held.put(key, hold.owner);
        yield hold.reply(Atom.OK, state);
      }
      case Released release -> {
        held.values().remove(release.owner);
        yield release.reply(Atom.OK, state);
      }
      case Look look ->
          look.reply(
              new View(
                  Map.copyOf(alive),
                  Map.copyOf(names),
                  Map.copyOf(starters),
                  Set.copyOf(up),
                  Map.copyOf(held),
                  List.copyOf(said.subList(look.from, said.size()))),
              state);
      default -> GenServer.unknown(request);
    };
  }

  @Override
  public Step<Recorder> handleInfo(Object message, Recorder state) {
    if (message instanceof Down down && down.object() instanceof Pid pid) {
      alive.values().removeIf(pid::equals);
      held.values().removeIf(pid::equals);
      Object number = names.get(pid) instanceof Long n ? n : 0L;
      said.add(Tuple.of(Atom.of("ended"), ids.get(pid), number, Reasons.of(down.reason())));
    }
    return GenServer.noReply(state);
  }
}
