import static dev.retort.Kernel.*;

import dev.retort.Down;
import dev.retort.Node;
import dev.retort.NodeOptions;
import dev.retort.term.Atom;
import dev.retort.term.Name;
import dev.retort.term.Pid;
import dev.retort.term.Tuple;

/**
 * The JVM's side of the round trips; {@code round_trips.erl} does the same in Erlang.
 *
 * <p>A node with a process "echo", which on each line "NODE PAIRS COUNT" of its input runs PAIRS
 * processes that each make COUNT round trips to NODE's echo, and prints how many came back a
 * second.
 */
final class RoundTrips {
  private static final Tuple HELLO = Tuple.of(Atom.of("hello"), 1L);

  private RoundTrips() {}

  public static void main(String[] args) throws Exception {
    try (var node = Node.start(NodeOptions.shortName(args[1]).withCookie(args[0]))) {
      node.run(
          () -> {
            register("echo", spawn(RoundTrips::echo));
            return null;
          });
      System.out.println(Peer.ANSWER + "ready");
      String line;
      while ((line = IO.readln()) != null) {
        var command = line.split(" ");
        var echo = Name.of("echo", command[0]);
        int pairs = Integer.parseInt(command[1]);
        int count = Integer.parseInt(command[2]);
        double rate = node.run(() -> measure(echo, pairs, count));
        System.out.println(Peer.ANSWER + Math.round(rate));
      }
    }
  }

  private static void echo() {
    while (true) {
      if (receive() instanceof Tuple request) {
        send((Pid) request.get(0), Tuple.of(self(), request.get(1)));
      }
    }
  }

  private static double measure(Name echo, int pairs, int count) {
    long start = System.nanoTime();
    for (int i = 0; i < pairs; i++) {
      spawnMonitor(() -> roundTrips(echo, count));
    }
    for (int i = 0; i < pairs; i++) {
      var down = receive(Down.class);
      if (!down.reason().equals(Atom.NORMAL)) {
        throw new IllegalStateException("a client ended: " + inspect(down.reason()));
      }
    }
    return pairs * (double) count * 1e9 / (System.nanoTime() - start);
  }

  private static void roundTrips(Name echo, int count) {
    for (int i = 0; i < count; i++) {
      send(echo, Tuple.of(self(), HELLO));
      var reply = (Tuple) receive();
      if (!reply.get(1).equals(HELLO)) {
        throw new IllegalStateException("came back as " + inspect(reply));
      }
    }
  }
}
