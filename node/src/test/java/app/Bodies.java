package app;

import dev.retort.Body;
import dev.retort.Kernel;
import dev.retort.Node;
import dev.retort.term.Atom;
import dev.retort.term.Pid;

/** What a user's program runs on another node. */
public final class Bodies {
  private Bodies() {}

  /** Sends the name of the node that it runs on. */
  public static Body tellNode(Pid to) {
    return () -> Kernel.send(to, Node.self());
  }

  /** Ends at once. */
  public static Body exit(Atom reason) {
    return () -> Kernel.exit(reason);
  }
}
