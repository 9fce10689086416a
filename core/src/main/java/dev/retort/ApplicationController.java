package dev.retort;

import dev.retort.term.Atom;
import dev.retort.term.Pid;
import dev.retort.term.Tuple;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The process that starts and stops a node's applications and sees their ends: OTP's {@code
 * application_controller}. What it knows is changed only here, in its own process.
 */
final class ApplicationController implements GenServer<Atom> {
  /** The reply is why it has not started; null if it has. */
  record Start(String name, Restart type) implements Call<@Nullable Object> {}

  record Stop(String name) implements Call<@Nullable Object> {}

  record Unload(String name) implements Call<@Nullable Object> {}

  /** A master says how the start of its application came out; null for no failure. */
  record Started(String name, @Shareable @Nullable Object failure) {}

  /** One that starts: as what, who does it, and who waits for that. */
  private record Starting(Restart type, Pid master, List<From> waiting) {}

  /** One that runs; no master for one without a supervision tree. */
  private record Running(@Nullable Pid master) {
    boolean isLedBy(Pid pid) {
      return master != null && master.equals(pid);
    }
  }

  static final Atom NAME = Atom.of("application_controller");

  private static final Atom WHICH_APPLICATIONS = Atom.of("which_applications");

  /** How OTP writes that {@code start} has ended with {@code exit(normal)}. */
  static final Tuple EXIT_NORMAL = Tuple.of(Applications.EXIT, Atom.NORMAL);

  private final Applications applications;
  private final Node node;

  private final Map<String, Starting> starting = new HashMap<>();

  /** In the order of their start. */
  private final Map<String, Running> running = new LinkedHashMap<>();

  /** Those that have been started and not stopped, though they may have ended. */
  private final Map<String, Restart> started = new HashMap<>();

  private ApplicationController(Applications applications, Node node) {
    this.applications = applications;
    this.node = node;
  }

  static Pid start(Applications applications, Node node) {
    return GenServer.start(
        () -> new ApplicationController(applications, node), GenServer.name(NAME.name()));
  }

  @Override
  public Atom init() {
    Kernel.trapExit(true);
    Kernel.process("init").groupLeader = node.user(); // not that of whoever came first
    return Atom.OK;
  }

  @Override
  public Step<Atom> handleCall(Call<?> request, From from, Atom state) {
    return switch (request) {
      case Start start -> start(start, from, state);
      case Stop stop -> stop.reply(stop(stop.name), state);
      case Unload unload -> unload.reply(unload(unload.name), state);
      case Call.Term term when term.request().equals(WHICH_APPLICATIONS) ->
          term.reply(whichApplications(), state);
      default -> GenServer.unknown(request);
    };
  }

  private List<Tuple> whichApplications() {
    return applications.started().stream()
        .map(
            spec ->
                Tuple.of(
                    Atom.of(spec.name()), charlist(spec.description()), charlist(spec.version())))
        .toList();
  }

  private static List<Long> charlist(String text) {
    return text.codePoints().mapToObj(Long::valueOf).toList();
  }

  // ---- starting

  private Step<Atom> start(Start start, From from, Atom state) {
    var name = start.name;
    var under = starting.get(name);
    if (under != null) {
      under.waiting.add(from);
      return GenServer.noReply(state);
    }
    var loaded = applications.get(name);
    var obstacle = loaded == null ? about("not_loaded", name) : obstacle(loaded.spec());
    if (loaded == null || obstacle != null) {
      return start.reply(obstacle, state);
    }
    if (loaded.application() == null) {
      runs(name, start.type, null);
      return start.reply(null, state);
    }
    var ended = ended(loaded.spec());
    if (ended != null) {
      GenServer.reply(from, ended);
      return afterFailure(name, start.type, ended, state);
    }
    var self = Kernel.process("start");
    var master =
        node.spawnFrom(
            self,
            new ApplicationMaster(applications, loaded.spec(), loaded.application(), self.pid),
            true,
            null);
    starting.put(name, new Starting(start.type, master, new ArrayList<>(List.of(from))));
    return GenServer.noReply(state);
  }

  /** Why it cannot be started: {@code check_start_cond/4}; null if it can. */
  private @Nullable Object obstacle(ApplicationSpec spec) {
    if (running.containsKey(spec.name())) {
      return about("already_started", spec.name());
    }
    return spec.applications().stream()
        .filter(other -> !started.containsKey(other))
        .findFirst()
        .map(other -> about("not_started", other))
        .orElse(null);
  }

  /** One that it depends on was started, and has ended; null if there is none. */
  private @Nullable Object ended(ApplicationSpec spec) {
    return spec.applications().stream()
        .filter(other -> !running.containsKey(other))
        .findFirst()
        .map(other -> about("not_running", other))
        .orElse(null);
  }

  private static Tuple about(String what, String name) {
    return Tuple.of(Atom.of(what), Atom.of(name));
  }

  private void runs(String name, Restart type, @Nullable Pid master) {
    running.put(name, new Running(master));
    started.put(name, type);
    published();
    ApplicationReports.started(name, node);
  }

  private void published() {
    applications.running(new ArrayList<>(running.keySet()).reversed());
  }

  /** {@code handle_application_started/3}. */
  private Step<Atom> started(String name, @Nullable Object failure, Atom state) {
    var under = starting.remove(name);
    if (under == null) {
      return GenServer.noReply(state);
    }
    if (failure == null) {
      runs(name, under.type, under.master);
    } else {
      ApplicationReports.exited(name, failure, under.type, node);
    }
    under.waiting.forEach(from -> GenServer.reply(from, failure));
    return failure == null
        ? GenServer.noReply(state)
        : afterFailure(name, under.type, failure, state);
  }

  private Step<Atom> afterFailure(String name, Restart type, Object failure, Atom state) {
    boolean over =
        switch (type) {
          case PERMANENT -> true;
          case TRANSIENT -> !(failure instanceof Tuple tuple && tuple.get(0).equals(EXIT_NORMAL));
          case TEMPORARY -> false;
        };
    return over
        ? endNode(Tuple.of(Atom.of("application_start_failure"), Atom.of(name), failure), state)
        : GenServer.noReply(state);
  }

  // ---- stopping

  private @Nullable Object stop(String name) {
    var type = started.remove(name);
    var runs = running.remove(name);
    if (type == null) {
      return Tuple.of(Applications.NOT_STARTED, Atom.of(name));
    }
    if (runs != null) {
      published();
      end(runs);
      ApplicationReports.exited(name, Atom.of("stopped"), type, node);
    }
    return null;
  }

  /** Tells its master to end it, and waits for that. */
  private void end(Running runs) {
    var master = runs.master;
    if (master != null) {
      var ref = Kernel.monitor(master);
      Kernel.unlink(master);
      Kernel.exit(master, Atom.SHUTDOWN);
      var unused = Kernel.process("stop").awaitDown(ref, Long.MAX_VALUE);
      applications.leadsNoMore(master);
    }
  }

  private @Nullable Object unload(String name) {
    if (running.containsKey(name) || starting.containsKey(name)) {
      return about("running", name);
    }
    applications.forget(name);
    return null;
  }

  // ---- one has ended

  @Override
  public Step<Atom> handleInfo(Object message, Atom state) {
    return switch (message) {
      case Started(var name, var failure) -> started(name, failure, state);
      case Exit(var pid, var reason) -> ended(pid, reason, state);
      default -> GenServer.noReply(state);
    };
  }

  private Step<Atom> ended(Pid master, Object reason, Atom state) {
    applications.leadsNoMore(master);
    for (var each : running.entrySet()) {
      if (each.getValue().isLedBy(master)) {
        var name = each.getKey();
        running.remove(name);
        published();
        return hasEnded(name, reason, state);
      }
    }
    for (var each : starting.entrySet()) {
      if (master.equals(each.getValue().master)) {
        return started(each.getKey(), reason, state);
      }
    }
    return GenServer.noReply(state);
  }

  private Step<Atom> hasEnded(String name, Object reason, Atom state) {
    var type = started.getOrDefault(name, Restart.TEMPORARY);
    ApplicationReports.exited(name, reason, type, node);
    boolean over =
        switch (type) {
          case PERMANENT -> true;
          case TRANSIENT -> !reason.equals(Atom.NORMAL);
          case TEMPORARY -> false;
        };
    return over
        ? endNode(Tuple.of(Atom.of("application_terminated"), Atom.of(name), reason), state)
        : GenServer.noReply(state);
  }

  // ---- the end

  /** The node ends with {@code reason}: first, in {@link #terminate}, the applications. */
  private Step<Atom> endNode(Object reason, Atom state) {
    ApplicationReports.nodeEnds(node, reason);
    return GenServer.stopping(Tuple.of(Atom.SHUTDOWN, reason), state);
  }

  @Override
  public void terminate(Object reason, Atom state) {
    for (var name : new ArrayList<>(running.keySet()).reversed()) {
      var runs = running.remove(name);
      if (runs != null) {
        end(runs);
      }
      published();
    }
    if (reason instanceof Tuple tuple) {
      node.closeElsewhere(tuple.get(1));
    }
  }
}
