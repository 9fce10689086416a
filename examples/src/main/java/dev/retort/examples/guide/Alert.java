package dev.retort.examples.guide;

import static dev.retort.Kernel.monitor;
import static dev.retort.Kernel.send;
import static dev.retort.Supervisor.child;

import dev.retort.Agent;
import dev.retort.ChildSpec;
import dev.retort.Down;
import dev.retort.GenServer;
import dev.retort.Registry;
import dev.retort.Restart;
import dev.retort.Step;
import dev.retort.term.Atom;
import dev.retort.term.Name;
import dev.retort.term.Pid;

/** Waits until a share costs {@code limit} or more, tells the customer, and ends. */
record Alert(String symbol, int limit, Pid customer) implements GenServer<Atom> {
  private static final Atom WAITING = Atom.of("waiting");

  static ChildSpec childSpec(String symbol, int limit, Pid customer) {
    return child(symbol, () -> GenServer.startLink(() -> new Alert(symbol, limit, customer)))
        .restart(Restart.TRANSIENT);
  }

  @Override
  public Atom init() {
    Registry.register("watchers", symbol, limit);
    monitor(customer);
    return WAITING;
  }

  @Override
  public Step<Atom> handleInfo(Object message, Atom state) {
    return switch (message) {
      case Price price when price.cents() >= limit -> {
        Agent.update(Name.of("told"), (Integer n) -> n + 1);
        send(customer, new Reached(symbol, price.cents()));
        yield GenServer.stopping(Atom.NORMAL, state);
      }
      case Price tooLow -> GenServer.noReply(state);
      case Down customerHasLeft -> GenServer.stopping(Atom.NORMAL, state);
      default -> GenServer.unknown(message);
    };
  }
}
