package dev.retort.interop.supervision;

import dev.retort.term.Atom;
import dev.retort.term.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;

/** A supervision tree and what happens to it, step by step; every one has a seed. */
record Scenario(Kid.Sup root, List<Op> ops) {
  static final Atom ROOT = Atom.of("root");

  static Scenario random(long seed) {
    return new Draft(seed).scenario();
  }

  /** The same with fewer steps, as few as it takes to be {@code bad} still. */
  Scenario shrink(Predicate<Scenario> bad) {
    var smallest = this;
    for (int i = ops.size() - 1; i >= 0; i--) {
      var fewer = new ArrayList<>(smallest.ops);
      fewer.remove(i);
      var smaller = new Scenario(root, List.copyOf(fewer));
      if (bad.test(smaller)) {
        smallest = smaller;
      }
    }
    return smallest;
  }

  @Override
  public String toString() {
    var text = new StringBuilder("\nthe tree:\n");
    print(root, "  ", text);
    text.append("the steps:\n");
    for (int i = 0; i < ops.size(); i++) {
      text.append("  ").append(i + 1).append(". ").append(ops.get(i)).append('\n');
    }
    return text.toString();
  }

  private static void print(Kid kid, String indent, StringBuilder text) {
    switch (kid) {
      case Kid.Worker worker -> text.append(indent).append(worker).append('\n');
      case Kid.Sup sup -> {
        var bare =
            new Kid.Sup(
                sup.id(),
                sup.restart(),
                sup.significant(),
                sup.shutdown(),
                sup.strategy(),
                sup.intensity(),
                sup.auto(),
                List.of(),
                sup.plan());
        text.append(indent).append(bare).append('\n');
        sup.kids().forEach(each -> print(each, indent + "  ", text));
      }
    }
  }

  /** A scenario in the making. */
  private static final class Draft {
    private static final Tuple GONE = Tuple.of(Atom.SHUTDOWN, Atom.of("gone"));
    private static final List<Object> REASONS =
        List.of(Atom.NORMAL, Atom.SHUTDOWN, GONE, Atom.of("boom"), Atom.of("boom"));

    private static final Atom DEAD = Atom.of("dead");

    private final Random random;

    /** Whether some are held on their way; otherwise some never end until they are killed. */
    private final boolean holding;

    private final List<Atom> workers = new ArrayList<>();
    private final List<Kid.Sup> sups = new ArrayList<>();
    private int ids;

    Draft(long seed) {
      random = new Random(seed);
      holding = random.nextBoolean();
    }

    Scenario scenario() {
      var root = sup(ROOT, 0, Atom.of("never"));
      int length = 6 + random.nextInt(12);
      var ops = new ArrayList<Op>();
      for (int i = 0; i < length; i++) {
        ops.add(op(i));
      }
      for (int i = 0; holding && i < 8; i++) {
        ops.add(new Op.Release());
      }
      return new Scenario(root, List.copyOf(ops));
    }

    private Kid.Sup sup(Atom id, int depth, Atom parentsAuto) {
      var auto =
          chance(30) ? oneOf(Atom.of("any_significant"), Atom.of("all_significant")) : never();
      var kids = new ArrayList<Kid>();
      for (int i = random.nextInt(depth == 0 ? 5 : 4); i >= 0; i--) {
        var kid = Atom.of("c" + ++ids);
        kids.add(
            depth < 2 && chance(25)
                ? sup(kid, depth + 1, auto)
                : worker(kid, auto, depth == 0 ? plan() : calm(plan())));
      }
      var restart = restart();
      var sup =
          new Kid.Sup(
              id,
              restart,
              significant(parentsAuto, restart),
              chance(90) ? Atom.INFINITY : Atom.of("brutal_kill"),
              oneOf(Atom.of("one_for_one"), Atom.of("one_for_all"), Atom.of("rest_for_one")),
              random.nextInt(6),
              auto,
              List.copyOf(kids),
              plan());
      sups.add(sup);
      return sup;
    }

    private Kid.Worker worker(Atom id, Atom auto, List<Object> plan) {
      workers.add(id);
      var restart = restart();
      var manner = manner();
      Object shutdown =
          manner.equals(Atom.of("stubborn"))
              ? oneOf(5L, 0L, Atom.of("brutal_kill"))
              : oneOf(60_000L, Atom.INFINITY, Atom.of("brutal_kill"));
      return new Kid.Worker(id, restart, significant(auto, restart), shutdown, manner, plan);
    }

    private Object manner() {
      return switch (random.nextInt(10)) {
        case 0, 1, 2, 3 -> Atom.of("plain");
        case 4, 5, 6, 7 -> Tuple.of(Atom.of("polite"), chance(50) ? Atom.SHUTDOWN : reason());
        default -> holding ? Atom.of("held") : Atom.of("stubborn");
      };
    }

    private Atom restart() {
      return oneOf(
          Atom.of("permanent"), Atom.of("permanent"), Atom.of("transient"), Atom.of("temporary"));
    }

    private static Atom never() {
      return Atom.of("never");
    }

    /** Seldom where it is not allowed. */
    private boolean significant(Atom auto, Atom restart) {
      boolean allowed = !auto.equals(never()) && !restart.equals(Atom.of("permanent"));
      return allowed ? chance(60) : random.nextInt(300) == 0;
    }

    private List<Object> plan() {
      if (chance(50)) {
        return List.of();
      }
      var plan = new ArrayList<Object>();
      plan.add(chance(95) ? Atom.OK : start());
      for (int i = random.nextInt(4); i > 0; i--) {
        plan.add(start());
      }
      return List.copyOf(plan);
    }

    /**
     * One whose child is there after the first start: below the root, a supervisor that has work to
     * do as soon as it has started would do it beside its parent.
     */
    private static List<Object> calm(List<Object> plan) {
      return !plan.isEmpty() && plan.getFirst() instanceof Tuple dead && dead.get(0).equals(DEAD)
          ? calm(List.copyOf(plan.subList(1, plan.size())))
          : plan;
    }

    private Object start() {
      return switch (random.nextInt(11)) {
        case 0 -> Atom.of("ignore");
        case 1, 2, 3 -> Tuple.of(Atom.ERROR, Atom.of("no_luck"));
        case 4 -> Tuple.of(Atom.of("exit"), reason());
        case 5 -> Atom.of("crash");
        case 6, 7 -> Tuple.of(DEAD, reason());
        case 8 -> Atom.of("unlinked");
        case 9 -> holding ? Atom.of("hold") : Atom.OK;
        default -> Atom.OK;
      };
    }

    private Op op(int number) {
      return switch (random.nextInt(22)) {
        case 0 -> new Op.Unlink(workerId());
        case 1, 2, 3 -> new Op.Kill(chance(70) ? workerId() : sup().id());
        case 4 -> new Op.ExitSupervisor(sup().id(), Atom.of("boom"));
        case 5 ->
            chance(40) ? new Op.ExitRoot(reason()) : new Op.ExitSupervisor(ROOT, Atom.SHUTDOWN);
        case 6, 7 -> holding ? new Op.Release() : new Op.Stop(workerId(), reason());
        case 8, 9, 10, 11, 12, 13, 14 -> new Op.Stop(workerId(), reason());
        default -> ask(number);
      };
    }

    private Op ask(int number) {
      var sup = sup();
      Op.Request request =
          switch (random.nextInt(9)) {
            case 0, 1 ->
                new Op.Request.StartChild(worker(Atom.of("c" + ++ids), sup.auto(), plan()));
            case 2 -> new Op.Request.StartChild(worker(childOf(sup), sup.auto(), plan()));
            case 3, 4 -> new Op.Request.TerminateChild(childOf(sup));
            case 5, 6 -> new Op.Request.RestartChild(childOf(sup));
            case 7 -> new Op.Request.DeleteChild(childOf(sup));
            default -> new Op.Request.GetChildspec(childOf(sup));
          };
      return new Op.Ask(number, sup.id(), request);
    }

    /** Mostly one that it has or had. */
    private Atom childOf(Kid.Sup sup) {
      return chance(75) && !sup.kids().isEmpty()
          ? sup.kids().get(random.nextInt(sup.kids().size())).id()
          : workerId();
    }

    private Kid.Sup sup() {
      return sups.get(random.nextInt(sups.size()));
    }

    private Atom workerId() {
      return workers.isEmpty() ? ROOT : workers.get(random.nextInt(workers.size()));
    }

    private Object reason() {
      return REASONS.get(random.nextInt(REASONS.size()));
    }

    private boolean chance(int percent) {
      return random.nextInt(100) < percent;
    }

    @SafeVarargs
    private final <T> T oneOf(T... choices) {
      return choices[random.nextInt(choices.length)];
    }
  }
}
