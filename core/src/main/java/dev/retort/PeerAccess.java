package dev.retort;

import dev.retort.term.Atom;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * What some of the other nodes may do on this one, for {@link NodeOptions#withAccess}. What a node
 * may not reach is, for it, not there. Immutable; each method gives a changed copy.
 *
 * <pre>{@code
 * var access =
 *     List.of(
 *         PeerAccess.everything("admin@*"),
 *         PeerAccess.of("shop@*").call("prices", "stock:count").send("orders"));
 * }</pre>
 *
 * @param nodes whose names: a name, in which {@code *} stands for any characters
 * @param functions what they may call and spawn: {@code "prices"} is every exported function of
 *     that module, {@code "prices:net"} one of them, {@code "*"} all
 * @param names the registered processes that they may send to, monitor and call; {@code "*"} is
 *     all. Every node may reach {@code net_kernel}, {@code rex} and {@code global_name_server}
 * @param processes whether they may reach processes by their pids: send to them, link with them,
 *     monitor them, end them. If not, they reach those that they have started, and those that have
 *     a link or a monitor with one of theirs
 * @param global whether names that they register with {@code global} count here
 * @param closures whether they may run Java closures here, and functions that were typed into their
 *     shells, if the node runs any; the latter only where every rule says so, since messages to
 *     agents bring them, too
 */
public record PeerAccess(
    String nodes,
    Collection<String> functions,
    Collection<String> names,
    boolean processes,
    boolean global,
    boolean closures) {
  private static final String ANY = "*";

  /**
   * Checks what is given.
   *
   * @throws IllegalArgumentException if {@code nodes} is empty
   */
  public PeerAccess {
    Objects.requireNonNull(nodes, "nodes: a name such as shop@* was expected");
    if (nodes.isEmpty()) {
      throw new IllegalArgumentException("nodes: a name such as shop@* was expected");
    }
    functions = List.copyOf(new TreeSet<>(functions));
    names = List.copyOf(new TreeSet<>(names));
  }

  /** For the nodes with these names: they may connect, and be called, and nothing else. */
  public static PeerAccess of(String nodes) {
    return new PeerAccess(nodes, List.of(), List.of(), false, false, false);
  }

  /** For the nodes with these names: all that any node may do where nothing is said. */
  public static PeerAccess everything(String nodes) {
    return new PeerAccess(nodes, List.of(ANY), List.of(ANY), true, true, true);
  }

  /** With functions that they may call: {@code "module"}, {@code "module:function"} or all. */
  public PeerAccess call(String... functions) {
    return new PeerAccess(
        nodes, with(this.functions, functions), names, processes, global, closures);
  }

  /** With registered names that they may send to. */
  public PeerAccess send(String... names) {
    return new PeerAccess(nodes, functions, with(this.names, names), processes, global, closures);
  }

  /** With processes reached by their pids, whoever they are. */
  public PeerAccess withProcesses() {
    return new PeerAccess(nodes, functions, names, true, global, closures);
  }

  /** With their names of {@code global}. */
  public PeerAccess withGlobal() {
    return new PeerAccess(nodes, functions, names, processes, true, closures);
  }

  /** With their Java closures, and functions of their shells. */
  public PeerAccess withClosures() {
    return new PeerAccess(nodes, functions, names, processes, global, true);
  }

  private static Collection<String> with(Collection<String> some, String... more) {
    var all = new ArrayList<>(some);
    all.addAll(List.of(more));
    return all;
  }

  /** Whether it is about the node with this name. */
  public boolean isFor(String node) {
    var pattern = Pattern.quote(nodes).replace(ANY, "\\E.*\\Q");
    return Pattern.matches(pattern, node);
  }

  /** Whether a function may be called. */
  public boolean mayCall(Atom module, Atom function) {
    return functions.contains(ANY)
        || functions.contains(module.name())
        || functions.contains(module.name() + ":" + function.name());
  }

  /** Whether a registered process may be reached by its name. */
  public boolean maySend(Atom name) {
    return names.contains(ANY) || names.contains(name.name());
  }

  /** Whether they may do all that there is. */
  public boolean isEverything() {
    return functions.contains(ANY) && names.contains(ANY) && processes && global && closures;
  }

  /**
   * Rules as a file has them: one in a line, with the nodes' names and what they may do. Empty
   * lines and what follows a # mean nothing.
   *
   * <ul>
   *   <li>{@code admin@* everything}
   *   <li>{@code shop@* call=prices,stock:count send=orders,pg global}
   *   <li>{@code * nothing}
   * </ul>
   *
   * The words are {@code everything}, {@code nothing}, {@code call=}, {@code send=}, {@code
   * processes}, {@code global} and {@code closures}.
   *
   * @throws IllegalArgumentException with the number of the line that is none
   */
  public static List<PeerAccess> parse(String text) {
    var rules = new ArrayList<PeerAccess>();
    int number = 0;
    for (var line : text.lines().toList()) {
      number++;
      var rule = line.replaceFirst("#.*", "").strip();
      if (!rule.isEmpty()) {
        rules.add(rule(rule, number));
      }
    }
    return List.copyOf(rules);
  }

  private static PeerAccess rule(String line, int number) {
    var words = List.of(line.split("\\s+", 0));
    if (words.size() < 2) {
      throw new IllegalArgumentException(
          "line " + number + ": nodes and what they may do were expected, this is " + line);
    }
    var rule = of(words.getFirst());
    for (var word : words.subList(1, words.size())) {
      int equals = word.indexOf('=');
      var values = equals < 0 ? new String[0] : word.substring(equals + 1).split(",", 0);
      rule =
          switch (equals < 0 ? word : word.substring(0, equals + 1)) {
            case "everything" -> everything(rule.nodes);
            case "nothing" -> rule;
            case "processes" -> rule.withProcesses();
            case "global" -> rule.withGlobal();
            case "closures" -> rule.withClosures();
            case "call=" -> rule.call(values);
            case "send=" -> rule.send(values);
            default ->
                throw new IllegalArgumentException(
                    "line "
                        + number
                        + ": everything, nothing, call=, send=, processes, global or closures was"
                        + " expected, this is "
                        + word);
          };
    }
    return rule;
  }
}
