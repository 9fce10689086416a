package dev.retort.program;

import dev.retort.AliasMode;
import dev.retort.term.Atom;
import dev.retort.term.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A program of processes that spawn, send, link, monitor and end each other, as data; what it does
 * is the same on every node that keeps OTP's promises.
 *
 * @param acts what is done, by whom
 * @param expected what {@link Model} says comes of each
 */
public record Program(List<Act> acts, List<Outcome> expected) {
  /** Names that programs give; a program has no process left when it is over. */
  static final List<Atom> NAMES = List.of(Atom.of("program_x"), Atom.of("program_y"));

  private static final List<Object> REASONS =
      List.of(
          Atom.of("boom"),
          Atom.NORMAL,
          Atom.KILL,
          Atom.SHUTDOWN,
          Tuple.of(Atom.SHUTDOWN, Atom.of("done")),
          Atom.KILLED,
          Atom.NOPROC);

  private static final List<Kind> KINDS = List.of(Kind.values());
  private static final List<Birth> BIRTHS = List.of(Birth.values());
  private static final List<Op.Type> TYPES = List.of(Op.Type.values());
  private static final List<AliasMode> ALIASES =
      List.of(AliasMode.EXPLICIT_UNALIAS, AliasMode.REPLY);
  private static final List<AliasMode> MONITOR_ALIASES =
      List.of(AliasMode.REPLY_DEMONITOR, AliasMode.DEMONITOR, AliasMode.EXPLICIT_UNALIAS);

  /** Beyond this many, no more are born. */
  private static final int MOST = 12;

  /** What a step can be, before it is known who is alive; the first is what others shrink to. */
  public enum Verb {
    ALIVE(1),
    SPAWN(6),
    SPAWN_ENDING(3),
    SEND(12),
    SEND_NAME(3),
    SEND_NAME_NODE(2),
    LINK(12),
    UNLINK(6),
    MONITOR(10),
    MONITOR_NAME(3),
    MONITOR_NAME_NODE(2),
    MONITOR_ALIAS(7),
    MONITOR_NAME_ALIAS(2),
    ALIAS(5),
    UNALIAS(4),
    SEND_ALIAS(9),
    PRIORITY_ALIAS(4),
    SEND_PRIORITY(8),
    DEMONITOR(5),
    DEMONITOR_FLUSH(6),
    EXIT_SELF(2),
    CRASH(1),
    RETURN(1),
    EXIT_OTHER(8),
    TRAP_EXIT(11),
    REGISTER(5),
    UNREGISTER(2),
    WHEREIS(1),
    TAKE(10);

    private final int weight;

    Verb(int weight) {
      this.weight = weight;
    }

    /** How often it occurs, compared with others. */
    public int weight() {
      return weight;
    }
  }

  /**
   * A step before it is known who is alive: the numbers choose among what there is. Any list of
   * these is a program, so a failing one can be made smaller by leaving some out.
   */
  public record Draft(Verb verb, int actor, int a, int b) {
    private static Draft random(Random random) {
      return new Draft(verb(random), random.nextInt(32), random.nextInt(32), random.nextInt(32));
    }

    private static Verb verb(Random random) {
      int point = random.nextInt(Stream.of(Verb.values()).mapToInt(Verb::weight).sum());
      for (var verb : Verb.values()) {
        point -= verb.weight;
        if (point < 0) {
          return verb;
        }
      }
      throw new AssertionError("beyond the sum of all weights");
    }
  }

  /** The drafts that {@code seed} stands for. */
  public static List<Draft> random(long seed, int drafts) {
    var random = new Random(seed);
    return Stream.generate(() -> Draft.random(random)).limit(drafts).toList();
  }

  /** As few of the drafts as still make a program that fails. */
  public static List<Draft> shrink(List<Draft> drafts, Predicate<List<Draft>> fails) {
    var smallest = drafts;
    for (int part = drafts.size() / 2; part > 0; part /= 2) {
      for (int from = 0; from + part <= smallest.size(); ) {
        var fewer = new ArrayList<>(smallest);
        fewer.subList(from, from + part).clear();
        if (fails.test(fewer)) {
          smallest = fewer;
        } else {
          from += part;
        }
      }
    }
    return smallest;
  }

  /** The program that the drafts come to. */
  public static Program of(List<Draft> drafts) {
    return new Author(1, false).write(drafts);
  }

  /** As {@link #of}, without what Erlang/OTP 25 has not, or does otherwise than its manual says. */
  public static Program forErlang(List<Draft> drafts) {
    return new Author(1, true).write(drafts);
  }

  /** A program of the drafts whose workers are on two nodes. */
  public static Program acrossNodes(List<Draft> drafts) {
    return new Author(2, false).write(drafts);
  }

  /** As {@link #acrossNodes}, where the second node is of Erlang. */
  public static Program acrossWithErlang(List<Draft> drafts) {
    return new Author(2, true).write(drafts);
  }

  /** Turns drafts into steps by asking a model who is there. */
  private static final class Author {
    private final Model model = new Model();
    private final List<Act> acts = new ArrayList<>();
    private final List<Outcome> expected = new ArrayList<>();
    private final int nodes;
    private final boolean forErlang;
    private int sent;

    Author(int nodes, boolean forErlang) {
      this.nodes = nodes;
      this.forErlang = forErlang;
    }

    Program write(List<Draft> drafts) {
      for (var draft : drafts) {
        if (model.alive().size() < 2) {
          if (model.born() >= MOST) {
            break;
          }
          add(new Act(Act.DRIVER, spawn(draft.b, Birth.PLAIN, model.born() % nodes)));
        }
        var step = step(draft);
        if (step != null) {
          add(step);
        }
      }
      for (int alias : model.aliases()) {
        add(new Act(Act.DRIVER, new Op.SendAlias(alias, Op.Type.A, ++sent)));
      }
      for (int slot : model.alive()) {
        if (model.kind(slot).holds()) {
          add(new Act(slot, new Op.Drain()));
        }
      }
      return new Program(List.copyOf(acts), List.copyOf(expected));
    }

    private void add(Act step) {
      acts.add(step);
      expected.add(model.step(step));
    }

    private Op spawn(int kind, Birth birth, int node) {
      return new Op.Spawn(pick(KINDS, kind), birth, model.born(), model.refs(), node);
    }

    private static <T> T pick(List<T> choices, int n) {
      return choices.get(n % choices.size());
    }

    private @Nullable Act step(Draft draft) {
      var alive = model.alive();
      int chosen = draft.actor % (alive.size() + 1);
      if (chosen == alive.size() && (chosen = driven(draft.verb)) < 0) {
        var op = op(draft, Act.DRIVER);
        return op == null ? null : new Act(Act.DRIVER, op);
      }
      int actor = alive.get(chosen);
      var op = op(draft, actor);
      return op == null ? null : new Act(actor, op);
    }

    /** What the driver does itself; the first worker does the rest. */
    private static int driven(Verb verb) {
      return switch (verb) {
        case ALIVE,
            SEND,
            SEND_NAME,
            SEND_NAME_NODE,
            SEND_ALIAS,
            SEND_PRIORITY,
            EXIT_OTHER,
            REGISTER,
            UNREGISTER,
            WHEREIS ->
            Act.DRIVER;
        default -> 0;
      };
    }

    /** Mostly one that is alive. */
    private int target(int choice) {
      var alive = model.alive();
      return choice < 24 ? pick(alive, choice) : choice % model.born();
    }

    /** Mostly one of these, else any. */
    private int ref(Draft draft, List<Integer> mostly) {
      return draft.a < 26 && !mostly.isEmpty() ? pick(mostly, draft.a) : draft.a % model.refs();
    }

    private @Nullable Op op(Draft draft, int actor) {
      int target = target(draft.a);
      var name = pick(NAMES, draft.b);
      var type = draft.b % 4 < 2 ? Op.Type.A : Op.Type.B;
      var reason = pick(REASONS, draft.b);
      return switch (draft.verb) {
        case ALIVE -> new Op.Alive(target);
        case SPAWN -> {
          if (model.born() >= MOST) {
            yield null;
          }
          var kind = pick(KINDS, draft.b);
          var birth = kind == Kind.SERVING ? Birth.PLAIN : pick(BIRTHS, draft.a);
          yield spawn(draft.b, birth, model.node(actor));
        }
        case SPAWN_ENDING ->
            model.born() >= MOST
                ? null
                : new Op.SpawnEnding(
                    reason,
                    draft.a % 2 == 0 ? Birth.LINKED : Birth.MONITORED,
                    model.born(),
                    model.refs());
        case SEND -> new Op.Send(target, type, ++sent);
        case SEND_NAME -> new Op.SendName(name, type, ++sent);
        case SEND_NAME_NODE -> new Op.SendNameNode(name, draft.a % nodes, type, ++sent);
        case LINK -> new Op.Link(target);
        case UNLINK -> new Op.Unlink(target);
        case MONITOR -> new Op.Monitor(model.refs(), target);
        case MONITOR_NAME -> new Op.MonitorName(model.refs(), name);
        case MONITOR_NAME_NODE -> new Op.MonitorNameNode(model.refs(), name, draft.a % nodes);
        case MONITOR_ALIAS ->
            forErlang && target == actor
                ? null // its reference is no alias there
                : new Op.MonitorAlias(model.refs(), target, pick(MONITOR_ALIASES, draft.b));
        case MONITOR_NAME_ALIAS ->
            forErlang && model.hasName(actor, name)
                ? null
                : new Op.MonitorNameAlias(model.refs(), name, pick(MONITOR_ALIASES, draft.a));
        case PRIORITY_ALIAS ->
            forErlang ? null : new Op.PriorityAlias(model.refs(), pick(ALIASES, draft.a));
        case SEND_PRIORITY ->
            forErlang || model.refs() == 0
                ? null
                : new Op.SendPriority(ref(draft, model.priorityAliases()), type, ++sent);
        case ALIAS -> new Op.Alias(model.refs(), pick(ALIASES, draft.a));
        case UNALIAS -> model.refs() == 0 ? null : new Op.Unalias(ref(draft, model.refsOf(actor)));
        case SEND_ALIAS ->
            model.refs() == 0 ? null : new Op.SendAlias(ref(draft, model.aliases()), type, ++sent);
        case DEMONITOR -> {
          var own = model.refsOf(actor);
          yield own.isEmpty() ? null : new Op.Demonitor(pick(own, draft.a));
        }
        case DEMONITOR_FLUSH -> {
          var own = model.refsOf(actor);
          yield own.isEmpty() ? null : new Op.DemonitorFlush(pick(own, draft.a));
        }
        case EXIT_SELF -> new Op.ExitSelf(reason);
        case CRASH -> new Op.Crash();
        case RETURN -> new Op.Return();
        case EXIT_OTHER -> new Op.ExitOther(target, reason);
        case TRAP_EXIT -> new Op.TrapExit(draft.b % 5 != 4);
        case REGISTER -> new Op.Register(name, target);
        case UNREGISTER -> new Op.Unregister(name);
        case WHEREIS -> new Op.Whereis(name);
        case TAKE -> model.kind(actor).holds() ? new Op.Take(pick(TYPES, draft.a)) : null;
      };
    }
  }

  /** The steps up to this one. */
  public Program upTo(int step) {
    return new Program(acts.subList(0, step + 1), expected.subList(0, step + 1));
  }

  @Override
  public String toString() {
    return acts.stream().map(Act::toString).collect(Collectors.joining("\n  ", "\n  ", "\n"));
  }
}
