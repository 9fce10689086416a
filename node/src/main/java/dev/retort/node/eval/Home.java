package dev.retort.node.eval;

import dev.retort.ErlangException;
import dev.retort.Erpc;
import dev.retort.spi.Evaluator;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The node that evaluated code comes from, and what of this node the code may call. */
final class Home {
  private static final System.Logger LOG = System.getLogger(Home.class.getName());

  /** Of code that calls nothing and comes from nowhere, as the constants of patterns. */
  static final Home NONE = new Home(NoExports.NONE, "nonode@nohost");

  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final Evaluator.Exported exported;
  private final String node;
  private volatile @Nullable Object emptySet;

  Home(Evaluator.Exported exported, String node) {
    this.exported = exported;
    this.node = node;
  }

  Evaluator.Exported exported() {
    return exported;
  }

  /**
   * A {@code MapSet} without elements, as the home's Elixir makes it: its releases have different
   * ones. The home is asked for it once, by the running process.
   */
  Object emptySet() {
    var set = emptySet;
    if (set == null) {
      set = asked();
      emptySet = set;
    }
    return set;
  }

  private Object asked() {
    try {
      var set = Wire.incoming(Erpc.call(node, ElixirMapSet.NAME, "new", List.of(), PATIENCE));
      if (ElixirMapSet.isSet(set)) {
        return set;
      }
    } catch (ErlangException e) { // there is no Elixir, or it cannot be reached
      LOG.log(Level.DEBUG, "{0} does not tell its MapSet: {1}", node, e.getMessage());
    }
    return ElixirMapSet.ofElixir14();
  }
}
