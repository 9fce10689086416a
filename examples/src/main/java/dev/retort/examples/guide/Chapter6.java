package dev.retort.examples.guide;

import static dev.retort.Kernel.println;

import dev.retort.Application;
import dev.retort.Node;
import dev.retort.NodeOptions;
import dev.retort.Restart;
import dev.retort.term.Atom;

/** The application in a node with a name, until the node ends. */
final class Chapter6 {
  private Chapter6() {}

  public static void main(String... arguments) throws Exception {
    var node = Node.start(options(arguments));
    Application.load(new PriceAlertsApplication());
    Application.ensureAllStarted("price_alerts", Restart.PERMANENT);
    println(node.name().name() + " is ready");

    var reason = node.onClose().join(); // waits until the node ends
    System.exit(reason.equals(Atom.NORMAL) ? 0 : 1);
  }

  private static NodeOptions options(String... arguments) {
    if (arguments.length != 4
        || !arguments[0].equals("--sname")
        || !arguments[2].equals("--cookie")) {
      throw new IllegalArgumentException("--sname NAME --cookie COOKIE was expected");
    }
    return NodeOptions.shortName(arguments[1]).withCookie(arguments[3]);
  }
}
