package dev.retort.interop.behaviour;

import static dev.retort.Kernel.receive;
import static dev.retort.Kernel.self;
import static dev.retort.Kernel.send;
import static dev.retort.Kernel.spawn;
import static dev.retort.Kernel.trapExit;

import dev.retort.Down;
import dev.retort.Exit;
import dev.retort.ExitException;
import dev.retort.From;
import dev.retort.GenServer;
import dev.retort.Kernel;
import dev.retort.interop.Reasons;
import dev.retort.term.Atom;
import dev.retort.term.Pid;
import dev.retort.term.Tuple;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the servers and machines of a scenario have in common. */
final class Actor {
  record Release() {}

  private record Watched() {}

  private record Replied() {}

  private static final Duration SOON = Duration.ofMillis(5); // as in behaviours.erl

  private final Trace trace;
  private final long number;
  private final ArrayDeque<Reaction> infos;
  private final Reaction.Ending ending;
  private final ArrayDeque<From> kept = new ArrayDeque<>();

  Actor(Trace trace, long number, List<Reaction> infos, Reaction.Ending ending) {
    this.trace = trace;
    this.number = number;
    this.infos = new ArrayDeque<>(infos);
    this.ending = ending;
  }

  void born() {
    trace.born(number);
    watch(trace, Tuple.of(Atom.of("server"), number), self());
    say(Atom.of("init"));
  }

  void say(Object what) {
    trace.say(Tuple.of(Atom.of("server"), number), what);
  }

  /** Has the end of a process said. */
  static void watch(Trace trace, Tuple who, Pid pid) {
    var asker = self();
    var watcher =
        spawn(
            () -> {
              Kernel.monitor(pid);
              send(asker, new Watched());
              var reason = Reasons.of(receive(Down.class).reason());
              trace.say(Tuple.of(Atom.of("watcher"), who), Tuple.of(Atom.of("down"), reason));
            });
    trace.here(watcher);
    receive(Watched.class);
  }

  /** What is done at the next message that is no note; null if that is nothing. */
  @Nullable Reaction nextInfo() {
    return infos.poll();
  }

  /** What a message is in the trace. */
  static Object what(Object message) {
    return switch (message) {
      case Note note -> note.id();
      case Exit exit -> Tuple.of(Atom.of("exit"), Reasons.of(exit.reason()));
      case Atom atom when atom.equals(Atom.TIMEOUT) -> atom;
      default -> Tuple.of(Atom.of("other"), message);
    };
  }

  void keep(From from) {
    kept.add(from);
  }

  /** The caller that has waited longest; null if there is none. */
  @Nullable From kept() {
    return kept.poll();
  }

  void affect(List<Reaction.Effect> effects) {
    effects.forEach(this::affect);
  }

  private void affect(Reaction.Effect effect) {
    switch (effect) {
      case Reaction.Effect.Self(var how, var note) -> {
        if (how.equals(Atom.of("cast"))) {
          GenServer.cast(self(), note);
        } else {
          send(self(), note);
        }
      }
      case Reaction.Effect.TrapExit(var on) -> trapExit(on);
      case Reaction.Effect.Hold() -> hold();
      case Reaction.Effect.ReplyNow(var value) -> {
        var from = kept();
        if (from != null) {
          GenServer.reply(from, value);
        }
      }
      case Reaction.Effect.ReplyElsewhere(var value) -> {
        var from = kept();
        if (from != null) {
          var server = self();
          spawn(
              () -> {
                GenServer.reply(from, value);
                send(server, new Replied());
              });
          receive(Replied.class);
        }
      }
    }
  }

  private void hold() {
    trace.held();
    receive(Release.class);
    trace.released();
  }

  void end(Tuple entry) {
    say(entry);
    switch (ending) {
      case Reaction.Ending.Ok() -> {}
      case Reaction.Effect.Hold() -> hold();
      case Reaction.Effect.ReplyNow reply -> affect(reply);
      case Reaction.Result.Crash() -> throw new IllegalStateException("on purpose");
      case Reaction.Result.ExitWith(var reason) -> throw new ExitException(reason);
    }
  }

  static Duration time(Atom word) {
    return switch (word.name()) {
      case "zero" -> Duration.ZERO;
      case "soon" -> SOON;
      case "hour" -> Duration.ofHours(1);
      case "infinity" -> Duration.ofNanos(Long.MAX_VALUE);
      default -> throw new IllegalArgumentException("a time was expected, not " + word);
    };
  }
}
