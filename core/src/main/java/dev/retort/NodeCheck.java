package dev.retort;

import dev.retort.term.Atom;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * What {@link Node#check} found on the way to another node: the steps in the order in which they
 * were taken, up to the first that failed.
 *
 * @param node the other node
 * @param steps at least one
 */
public record NodeCheck(Atom node, List<Step> steps) {
  /**
   * One thing that must be so before two nodes talk.
   *
   * @param name in one word: name, host, epmd, registered, port, tls (where the nodes speak it),
   *     handshake, flags, cookie, ping
   * @param passed whether it is so
   * @param finding one sentence: what was found and, where it failed, what to do
   */
  public record Step(String name, boolean passed, String finding) {
    /** A step has a name and a finding. */
    public Step {
      Objects.requireNonNull(name, "name");
      Objects.requireNonNull(finding, "finding");
    }

    /** A line of {@code jex --check}. */
    @Override
    public String toString() {
      return String.format("%-7s %-11s %s", passed ? "ok" : "failed", name, finding);
    }
  }

  /** Keeps a copy of the steps. */
  public NodeCheck {
    Objects.requireNonNull(node, "node");
    steps = List.copyOf(steps);
  }

  static NodeCheck nameless(Atom node) {
    var finding =
        "this node has no name: start it with jex --sname NAME, or with Node.start(NodeOptions)";
    return new NodeCheck(node, List.of(new Step("name", false, finding)));
  }

  /** Whether the nodes are connected now, and the other one has answered. */
  public boolean passed() {
    return steps.stream().allMatch(Step::passed);
  }

  /** A line for each step. */
  @Override
  public String toString() {
    return steps.stream().map(Step::toString).collect(Collectors.joining("\n"));
  }
}
