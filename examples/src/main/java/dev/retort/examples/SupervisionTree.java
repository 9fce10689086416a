package dev.retort.examples;

import static dev.retort.GenServer.name;
import static dev.retort.Kernel.exit;
import static dev.retort.Kernel.inspect;
import static dev.retort.Kernel.println;
import static dev.retort.Kernel.receive;
import static dev.retort.Kernel.self;
import static dev.retort.Kernel.send;
import static dev.retort.Kernel.whereis;
import static dev.retort.Supervisor.child;
import static dev.retort.Supervisor.oneForOne;
import static dev.retort.Supervisor.whichChildren;

import dev.retort.ChildInfo;
import dev.retort.ChildSpec;
import dev.retort.GenServer;
import dev.retort.Node;
import dev.retort.Supervisor;
import dev.retort.term.Atom;
import dev.retort.term.Pid;
import java.util.Objects;

/**
 * A supervisor starts its children and starts them again when they crash. Children may be
 * supervisors themselves, so that a crash stays in its part of the tree:
 *
 * <pre>
 *                shop
 *              /      \
 *        orders        storage
 *        /    \        /     \
 *     cart  payment  disk   cache
 * </pre>
 */
final class SupervisionTree {
  /** What a worker says when it is there. */
  record Started(String worker) {}

  /** A worker that does nothing else. */
  record Worker(String name, Pid observer) implements GenServer<String> {
    @Override
    public String init() {
      send(observer, new Started(name));
      return "idle";
    }
  }

  private SupervisionTree() {}

  static ChildSpec worker(String name, Pid observer) {
    return child(name, () -> GenServer.startLink(() -> new Worker(name, observer), name(name)));
  }

  static ChildSpec supervisor(String name, ChildSpec... children) {
    return child(name, () -> Supervisor.startLink(oneForOne(), children)).supervisor();
  }

  static Pid startShop(Pid observer) {
    return Supervisor.startLink(
        oneForOne(),
        supervisor("orders", worker("cart", observer), worker("payment", observer)),
        supervisor("storage", worker("disk", observer), worker("cache", observer)));
  }

  static void print(Pid supervisor, String indent) {
    for (ChildInfo child : whichChildren(supervisor)) {
      println(indent + child.id() + " " + inspect(child.pid()));
      if (child.type() == ChildSpec.Type.SUPERVISOR && child.pid() != null) {
        print(child.pid(), indent + "  ");
      }
    }
  }

  static void main() throws Exception {
    Node.current()
        .run(
            () -> {
              var shop = startShop(self());
              for (int i = 0; i < 4; i++) {
                receive(Started.class);
              }
              println("shop " + inspect(shop));
              print(shop, "  ");

              println("The cart is killed.");
              exit(Objects.requireNonNull(whereis("cart")), Atom.KILL);
              println("And started again: " + receive(Started.class).worker());

              println("shop " + inspect(shop));
              print(shop, "  "); // the cart has another pid, all others have theirs
              return "done";
            });
  }
}
