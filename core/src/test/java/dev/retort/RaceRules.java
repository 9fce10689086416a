package dev.retort;

import static dev.retort.Kernel.alive;
import static dev.retort.Kernel.processInfo;

import dev.retort.Race.Began;
import dev.retort.Race.Entry;
import dev.retort.Race.Got;
import dev.retort.Race.Note;
import dev.retort.Race.Racer;
import dev.retort.Race.Returned;
import dev.retort.Race.Verb;
import dev.retort.term.Atom;
import dev.retort.term.Pid;
import dev.retort.term.Ref;
import dev.retort.term.Tuple;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What OTP promises of signals, as rules for the history of a {@link Race}. */
final class RaceRules {
  /**
   * Something that a process has done.
   *
   * @param returned null if it is not known to have come back
   * @param place where it stands in the process's history
   */
  private record Deed(Began began, @Nullable Returned returned, int place) {
    boolean isOver() {
      return returned != null;
    }

    boolean isBefore(Deed other) {
      return returned != null && returned.at() < other.began.at();
    }

    boolean gave(Object value) {
      return returned != null && returned.result().equals(value);
    }
  }

  private final Race race;
  private final List<String> broken = new ArrayList<>();

  private RaceRules(Race race) {
    this.race = race;
  }

  /** The rules that are broken, whenever it is. */
  static List<String> always(Race race) {
    var rules = new RaceRules(race);
    for (var racer : race.racers) {
      rules.signalsOfOneSenderKeepTheirOrder(racer);
      rules.nothingComesFromTheDead(racer);
      rules.monitorsFireOnce(racer);
      rules.nothingComesThroughALinkThatWasTakenBack(racer);
    }
    return rules.broken;
  }

  /** The rules that are broken once everything has settled. */
  static List<String> settled(Race race) {
    var rules = new RaceRules(race);
    for (var racer : race.racers) {
      if (racer.end == null) {
        rules.signalsArrive(racer);
        rules.monitorsFire(racer);
        rules.linksFire(racer);
      }
      rules.tablesAgree(racer.pid);
    }
    List.copyOf(race.children.keySet()).forEach(rules::tablesAgree);
    rules.childrenEndWithTheirParents();
    return rules.broken;
  }

  // ---- always

  /** Messages, and exits that are trapped, carry numbers without gaps. */
  private void signalsOfOneSenderKeepTheirOrder(Racer racer) {
    var last = new HashMap<Integer, Long>();
    for (var message : messages(racer.history())) {
      var note = note(racer, message);
      if (note != null) {
        long next = last.getOrDefault(note.from(), 0L) + 1;
        if (racer.script.traps() ? note.n() != next : note.n() < next) {
          broken.add("%d got %s, number %d was next".formatted(racer.number, message, next));
        }
        last.put(note.from(), note.n());
      }
    }
  }

  private void nothingComesFromTheDead(Racer racer) {
    var dead = new ArrayList<Integer>();
    for (var message : messages(racer.history())) {
      switch (message) {
        case Down down -> dead.add(target(racer, down));
        case Note note when dead.contains(note.from()) ->
            broken.add("%d got %s after its sender's end".formatted(racer.number, note));
        default -> {}
      }
    }
  }

  private void monitorsFireOnce(Racer racer) {
    var over = new ArrayList<Ref>();
    for (var entry : racer.history()) {
      switch (entry) {
        case Got(Down down) -> {
          if (over.contains(down.ref())) {
            broken.add("%d got %s, which was over".formatted(racer.number, down));
          }
          over.add(down.ref());
          var end = race.racers.get(target(racer, down)).end;
          if (end != null && !down.reason().equals(end) && !down.reason().equals(Atom.NOPROC)) {
            broken.add("%d got %s instead of %s".formatted(racer.number, down, end));
          }
        }
        case Began began when takesBack(began) && isOver(deed(racer, began)) ->
            over.add(racer.monitors.get(began.object()));
        default -> {}
      }
    }
  }

  private static boolean takesBack(Began began) {
    return began.verb() == Verb.DEMONITOR || began.verb() == Verb.DEMONITOR_FLUSH;
  }

  /** Whether a monitor that was taken back cannot fire any more. */
  private static boolean isOver(Deed takenBack) {
    return takenBack.began.verb() == Verb.DEMONITOR_FLUSH
        ? takenBack.isOver()
        : takenBack.gave(true);
  }

  /**
   * Once unlink has come back and this process does not link anew. A link that the other side has
   * made may come at any time.
   */
  private void nothingComesThroughALinkThatWasTakenBack(Racer racer) {
    var history = racer.history();
    for (var unlink : deeds(racer, Verb.UNLINK).toList()) {
      var other = race.racers.get(unlink.began.object());
      if (!unlink.isOver()
          || deeds(racer, Verb.LINK, other).anyMatch(link -> !link.isBefore(unlink))
          || deeds(other, Verb.LINK, racer).findAny().isPresent()) {
        continue;
      }
      int read = unlink.place + 2; // what had come before is read then
      while (read < history.size() && history.get(read) instanceof Got) {
        read++;
      }
      for (var message : messages(history.subList(read, history.size()))) {
        if (isFromLink(racer, other, message)) {
          broken.add("%d got %s after unlink".formatted(racer.number, message));
        }
      }
    }
  }

  // ---- once settled; the racer is alive

  private void signalsArrive(Racer racer) {
    for (var sender : race.racers) {
      long sent =
          deeds(sender, racer.script.traps() ? List.of(Verb.SEND, Verb.EXIT) : List.of(Verb.SEND))
              .filter(deed -> deed.began.object() == racer.number && deed.isOver())
              .mapToLong(deed -> deed.began.n())
              .max()
              .orElse(0);
      long got = 0;
      for (var message : messages(racer.history())) {
        var note = note(racer, message);
        if (note != null && note.from() == sender.number) {
          got = note.n();
        }
      }
      if (got < sent) {
        broken.add("%d got %d of %d from %d".formatted(racer.number, got, sent, sender.number));
      }
      var lethal = racer.script.traps() ? List.of(Verb.KILL) : List.of(Verb.KILL, Verb.EXIT);
      if (deeds(sender, lethal)
          .anyMatch(deed -> deed.began.object() == racer.number && deed.isOver())) {
        broken.add("%d has survived what %d did to it".formatted(racer.number, sender.number));
      }
    }
  }

  private void monitorsFire(Racer racer) {
    for (var monitor : deeds(racer, Verb.MONITOR).toList()) {
      var target = race.racers.get(monitor.began.object());
      boolean takenBack =
          deeds(racer, List.of(Verb.DEMONITOR, Verb.DEMONITOR_FLUSH))
              .anyMatch(deed -> monitor.gave(racer.monitors.get(deed.began.object())));
      boolean fired =
          messages(racer.history()).stream()
              .anyMatch(message -> message instanceof Down down && monitor.gave(down.ref()));
      if (target.end != null && !takenBack && !fired) {
        broken.add("%d does not know of the end of %d".formatted(racer.number, target.number));
      }
      if (target.end == null && fired) {
        broken.add("%d thinks that %d has ended".formatted(racer.number, target.number));
      }
    }
  }

  /**
   * Where the last link with one that has ended came after all unlinks. What the other side takes
   * back may come after it.
   */
  private void linksFire(Racer racer) {
    for (var other : race.racers) {
      if (other.end == null || other == racer) {
        continue;
      }
      boolean linked =
          deeds(racer, Verb.LINK, other)
              .anyMatch(
                  link ->
                      link.gave(true)
                          && deeds(racer, Verb.UNLINK, other)
                              .allMatch(unlink -> unlink.isBefore(link))
                          && deeds(other, Verb.UNLINK, racer).findAny().isEmpty());
      boolean heard =
          messages(racer.history()).stream().anyMatch(message -> isFromLink(racer, other, message));
      if (linked && !heard) {
        broken.add("%d has survived %d, its link".formatted(racer.number, other.number));
      }
    }
  }

  private void childrenEndWithTheirParents() {
    Map.copyOf(race.children)
        .forEach(
            (child, parent) -> {
              if (parent.end != null && alive(child)) {
                broken.add("%s has survived %d, its parent".formatted(child, parent.number));
              }
            });
  }

  private void tablesAgree(Pid pid) {
    var info = processInfo(pid);
    if (info == null) {
      return;
    }
    for (var other : info.links()) {
      var there = processInfo(other);
      if (there == null) {
        broken.add("%s is linked with %s, which has ended".formatted(pid, other));
      } else if (!there.links().contains(pid)) {
        broken.add("%s is linked with %s, but not the other way round".formatted(pid, other));
      }
    }
    for (var watcher : info.monitoredBy()) {
      if (!alive(watcher)) {
        broken.add("%s is monitored by %s, which has ended".formatted(pid, watcher));
      }
    }
  }

  // ---- reading histories

  private static List<Object> messages(List<Entry> history) {
    var messages = new ArrayList<Object>();
    for (var entry : history) {
      if (entry instanceof Got got) {
        messages.add(got.message());
      }
    }
    return messages;
  }

  /** A numbered message or exit signal; null for an exit that came through a link. */
  private @Nullable Note note(Racer receiver, Object message) {
    return switch (message) {
      case Note note -> note;
      case Exit(var from, Tuple reason)
          when reason.get(0).equals(Atom.of("note"))
              && reason.get(2).equals((long) receiver.number)
              && from.equals(race.racers.get((int) (long) (Long) reason.get(1)).pid) ->
          new Note((int) (long) (Long) reason.get(1), (Long) reason.get(3));
      default -> null;
    };
  }

  private boolean isFromLink(Racer receiver, Racer other, Object message) {
    return message instanceof Exit exit
        && exit.from().equals(other.pid)
        && note(receiver, exit) == null;
  }

  private static int target(Racer racer, Down down) {
    return racer.monitored.get(racer.monitors.indexOf(down.ref()));
  }

  private static Deed deed(Racer racer, Began began) {
    return deeds(racer, began.verb()).filter(deed -> deed.began.equals(began)).findAny().get();
  }

  private static Stream<Deed> deeds(Racer racer, Verb verb) {
    return deeds(racer, List.of(verb));
  }

  private static Stream<Deed> deeds(Racer racer, List<Verb> verbs) {
    var deeds = new ArrayList<Deed>();
    var history = racer.history();
    for (int i = 0; i < history.size(); i++) {
      if (history.get(i) instanceof Began began && verbs.contains(began.verb())) {
        var next = i + 1 < history.size() ? history.get(i + 1) : null;
        deeds.add(new Deed(began, next instanceof Returned returned ? returned : null, i));
      }
    }
    return deeds.stream();
  }

  private static Stream<Deed> deeds(Racer racer, Verb verb, Racer object) {
    return deeds(racer, verb).filter(deed -> deed.began.object() == object.number);
  }
}
