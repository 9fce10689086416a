package app;

import dev.retort.Agent;
import dev.retort.AgentFunction;
import dev.retort.Kernel;
import dev.retort.term.Pid;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** What a user's program asks of agents that hold a number. */
public final class Functions {
  /** A number with a name. */
  public record Count(int value) {}

  private Functions() {}

  public static AgentFunction<Integer, Integer> same() {
    return n -> n;
  }

  public static AgentFunction<Integer, Integer> add(int step) {
    return n -> n + step;
  }

  /** Gives the number as a long and doubles it. */
  public static AgentFunction<Integer, Agent.Updated<Long, Integer>> twice() {
    return n -> new Agent.Updated<>((long) n, n * 2);
  }

  public static AgentFunction<Integer, Pid> self() {
    return n -> Kernel.self();
  }

  public static AgentFunction<Integer, Count> count() {
    return n -> new Count(n);
  }

  public static AgentFunction<Integer, String> text() {
    return n -> "number " + n;
  }

  public static AgentFunction<Integer, Object> nothing() {
    return n -> null;
  }

  public static AgentFunction<Integer, List<String>> list() {
    return n -> List.of("a", "b");
  }

  public static AgentFunction<Integer, Integer> failing() {
    return n -> {
      throw new IllegalStateException("on purpose");
    };
  }

  public static AgentFunction<Integer, Integer> waiting() {
    return n -> {
      new CountDownLatch(1).await();
      return n;
    };
  }
}
