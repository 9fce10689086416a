package dev.retort.node;

import dev.retort.Down;
import dev.retort.ErlangException;
import dev.retort.Export;
import dev.retort.Kernel;
import dev.retort.spi.Distribution;
import dev.retort.term.Atom;
import dev.retort.term.Dest;
import dev.retort.term.Name;
import dev.retort.term.Pid;
import dev.retort.term.Ref;
import dev.retort.term.Tuple;
import java.time.Duration;
import java.util.List;

/**
 * The module {@code sys}, for those who ask it here instead of asking the process from where they
 * are: what a server is and has.
 */
final class SysModule {
  private static final Atom SYSTEM = Atom.of("system");
  private static final Atom GET_STATUS = Atom.of("get_status");
  private static final Atom GET_STATE = Atom.of("get_state");
  private static final long DEFAULT_TIMEOUT = 5000;

  private final LocalNode local;

  SysModule(LocalNode local) {
    this.local = local;
  }

  @Export
  Object getStatus(Object server) {
    return ask(server, GET_STATUS, List.of(server), DEFAULT_TIMEOUT);
  }

  @Export
  Object getStatus(Object server, Object timeout) {
    return ask(server, GET_STATUS, List.of(server, timeout), timeout);
  }

  @Export
  Object getState(Object server) {
    return ask(server, GET_STATE, List.of(server), DEFAULT_TIMEOUT);
  }

  @Export
  Object getState(Object server, Object timeout) {
    return ask(server, GET_STATE, List.of(server, timeout), timeout);
  }

  /** Asks as another node would, so that the answer is a term. */
  private Object ask(Object server, Atom what, List<Object> arguments, Object timeout) {
    var to = destination(server);
    var ref = Kernel.monitor(to);
    var request = Tuple.of(SYSTEM, Tuple.of(Kernel.self(), ref), what);
    local.host().send(to, (Distribution.Payload) () -> request);
    var answer =
        Kernel.receive(ref, Object.class, message -> isAnswer(message, ref), patience(timeout));
    return switch (answer) {
      case null -> throw exit(Atom.TIMEOUT, what, arguments);
      case Down down -> throw exit(down.reason(), what, arguments);
      case Tuple reply -> {
        Kernel.demonitorFlush(ref);
        yield reply.get(1);
      }
      default -> throw new AssertionError(answer);
    };
  }

  private static boolean isAnswer(Object message, Ref ref) {
    return switch (message) {
      case Down down -> down.ref().equals(ref);
      case Tuple reply -> reply.size() == 2 && reply.get(0).equals(ref);
      default -> false;
    };
  }

  private static Duration patience(Object timeout) {
    return timeout.equals(Atom.INFINITY)
        ? Duration.ofSeconds(Long.MAX_VALUE)
        : Duration.ofMillis(ErlangTerms.natural(timeout));
  }

  private Dest destination(Object server) {
    return switch (server) {
      case Pid pid when local.isOurs(pid) -> pid;
      case Atom name -> new Name(name, null);
      default -> throw ErlangTerms.badarg();
    };
  }

  /** {@code exit({Reason, {sys, Function, Arguments}})}. */
  private static ErlangException exit(Object reason, Atom function, List<Object> arguments) {
    return new ErlangException(
        ErlangException.Kind.EXIT, Tuple.of(reason, Tuple.of(Atom.of("sys"), function, arguments)));
  }
}
