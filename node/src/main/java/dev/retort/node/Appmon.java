package dev.retort.node;

import static dev.retort.node.ErlangTerms.charlist;

import dev.retort.Call;
import dev.retort.Exit;
import dev.retort.From;
import dev.retort.GenServer;
import dev.retort.Kernel;
import dev.retort.StartException;
import dev.retort.Step;
import dev.retort.term.Atom;
import dev.retort.term.Pid;
import dev.retort.term.Ref;
import dev.retort.term.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The process {@code appmon_info}: tells its clients which applications run, what an application's
 * processes are and how they hang together, and tells them again when that has changed. It ends
 * with the last client.
 */
final class Appmon implements GenServer<Appmon.Works> {
  private static final String NAME = "appmon_info";
  private static final Atom REGISTER_CLIENT = Atom.of("register_client");
  private static final Atom DELIVERY = Atom.of("delivery");
  private static final Atom ALREADY_STARTED = Atom.of("already_started");
  private static final Atom AT_MOST_ONCE = Atom.of("at_most_once");
  private static final Atom STAY_RESIDENT = Atom.of("stay_resident");

  /** How long it is before it looks again, in milliseconds, unless the client says it. */
  private static final long PAUSE = 2000;

  /** What a client wants to know: {@code app_ctrl, app, load} or {@code pinfo}, of what. */
  private record Key(Object command, Object of, Pid client) {}

  /** It is time to look again. */
  private record Look(Key key, long turn) {}

  /** One thing that a client wants to know. */
  private static final class Work {
    final Map<Object, Object> options = new HashMap<>();
    @Nullable Object told;
    @Nullable Ref timer;
    long turn;
  }

  /** All that is to be done, and for whom. */
  static final class Works {
    private final Map<Key, Work> all = new HashMap<>();
    private final Set<Pid> clients = new LinkedHashSet<>();
  }

  private final LocalNode local;
  private final AppmonLoad load;
  private final Pid starter;
  private final Pid first;
  private final Map<Object, Object> options;

  private Appmon(
      LocalNode local, NodeCounters counters, Pid starter, Pid first, Map<Object, Object> options) {
    this.local = local;
    this.load = new AppmonLoad(counters);
    this.starter = starter;
    this.first = first;
    this.options = options;
  }

  /** Starts it, or makes one more client known to the one that runs. */
  record Starter(LocalNode local, NodeCounters counters) {
    Pid start(Pid starter, Pid client, Object options) {
      var given = options(options);
      try {
        return GenServer.start(
            () -> new Appmon(local, counters, starter, client, given), GenServer.name(NAME));
      } catch (StartException e) {
        if (e.reason() instanceof Tuple reason
            && reason.get(0).equals(ALREADY_STARTED)
            && reason.get(1) instanceof Pid running) {
          GenServer.call(running, Tuple.of(REGISTER_CLIENT, client));
          return running;
        }
        throw e;
      }
    }
  }

  private static Map<Object, Object> options(Object list) {
    var options = new HashMap<Object, Object>();
    if (list instanceof List<?> pairs) {
      for (var each : pairs) {
        if (each instanceof Tuple pair && pair.size() == 2) {
          options.put(pair.get(0), pair.get(1));
        }
      }
    }
    return options;
  }

  @Override
  public Works init() {
    Kernel.trapExit(true);
    var works = new Works();
    add(first, works);
    return works;
  }

  private static void add(Pid client, Works works) {
    if (works.clients.add(client)) {
      Kernel.link(client);
    }
  }

  @Override
  public Step<Works> handleCall(Call<?> request, From from, Works works) {
    if (!(request instanceof Call.Term term)) {
      return GenServer.unknown(request);
    }
    if (term.request() instanceof Tuple tuple
        && tuple.size() == 2
        && tuple.get(0).equals(REGISTER_CLIENT)
        && tuple.get(1) instanceof Pid client) {
      add(client, works);
    }
    return term.reply(Atom.OK, works);
  }

  /** {@code {Client, Command, Of, OnOff, Options}}. */
  @Override
  public Step<Works> handleCast(Object message, Works works) {
    if (message instanceof Tuple tuple && tuple.size() == 5 && tuple.get(0) instanceof Pid client) {
      var key = new Key(tuple.get(1), tuple.get(2), client);
      boolean on = isTrue(tuple.get(3));
      var before = remove(key, works);
      if (on) {
        var work = new Work();
        if (before != null) {
          work.options.putAll(before.options);
        }
        work.options.putAll(options(tuple.get(4)));
        works.all.put(key, work);
        look(key, work, works);
      }
    }
    return GenServer.noReply(works);
  }

  private static @Nullable Work remove(Key key, Works works) {
    var work = works.all.remove(key);
    if (work != null && work.timer != null) {
      Kernel.cancelTimer(work.timer);
      work.turn++;
    }
    return work;
  }

  @Override
  public Step<Works> handleInfo(Object message, Works works) {
    return switch (message) {
      case Look(var key, var turn) -> {
        var work = works.all.get(key);
        if (work != null && work.turn == turn) {
          look(key, work, works);
        }
        yield GenServer.noReply(works);
      }
      case Exit(var pid, var reason) -> ended(pid, reason, works);
      default -> GenServer.noReply(works);
    };
  }

  private Step<Works> ended(Pid pid, Object reason, Works works) {
    if (pid.equals(starter)) {
      return GenServer.stopping(reason, works);
    }
    for (var key : List.copyOf(works.all.keySet())) {
      if (key.client.equals(pid)) {
        remove(key, works);
      }
    }
    works.clients.remove(pid);
    return works.clients.isEmpty() && !isTrue(options.get(STAY_RESIDENT))
        ? GenServer.stopping(Atom.NORMAL, works)
        : GenServer.noReply(works);
  }

  private static boolean isTrue(@Nullable Object term) {
    return term != null && (term.equals(true) || term.equals(Atom.TRUE));
  }

  /** Tells the client what it does not know yet, and sets the next time to look. */
  private void look(Key key, Work work, Works works) {
    var found = found(key, work);
    if (!found.equals(work.told)) {
      Kernel.send(key.client, Tuple.of(DELIVERY, Kernel.self(), key.command, key.of, found));
    }
    work.told = found;
    Object pause = work.options.getOrDefault(Atom.TIMEOUT, PAUSE);
    if (pause.equals(AT_MOST_ONCE)) {
      works.all.remove(key);
    } else {
      work.turn++;
      work.timer =
          Kernel.sendAfter(
              Kernel.self(),
              new Look(key, work.turn),
              Duration.ofMillis(pause instanceof Long millis && millis >= 0 ? millis : PAUSE));
    }
  }

  private Object found(Key key, Work work) {
    return switch (GenMessage.tag(key.command)) {
      case "app_ctrl" -> applications();
      case "app" -> key.of instanceof Atom name ? tree(name) : ProcessTree.NONE;
      case "load" -> load.next(work.told);
      case "pinfo" -> key.of instanceof Pid pid && local.isOurs(pid) ? text(pid) : List.of();
      default -> key.of; // as OTP does, but that it fails then
    };
  }

  /** {@code [{Master, Name, {Name, Description, Version}}]}. */
  private List<Object> applications() {
    var all = new ArrayList<Object>();
    for (var each : local.host().runningApplications()) {
      var master = each.master();
      if (master != null) {
        all.add(
            Tuple.of(
                master, Atom.of(each.spec().name()), ApplicationModule.described(each.spec())));
      }
    }
    return all;
  }

  private Tuple tree(Atom application) {
    for (var each : local.host().runningApplications()) {
      if (each.master() != null && each.spec().name().equals(application.name())) {
        return new ProcessTree(local, each.master()).grown();
      }
    }
    return ProcessTree.NONE;
  }

  private List<Long> text(Pid pid) {
    var info = new ProcessItems(local).all(pid);
    return charlist(
        "Node: "
            + local.name().name()
            + ", Process: "
            + ErlangTerms.text(pid)
            + "\n"
            + Shown.text(info == null ? Atom.UNDEFINED : info)
            + "\n\n");
  }
}
