package dev.retort;

import dev.retort.term.Atom;
import dev.retort.term.Pid;
import dev.retort.term.Ref;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The process of a {@link GenServer}: OTP's {@code gen_server:loop}. */
final class ServerLoop extends Loop {
  private final Supplier<? extends GenServer<?>> supplier;

  private @Nullable GenServer<Object> server;
  private @Nullable Object state;

  /** The timeout that is set, with its timer; null for none. */
  private @Nullable TimedOut awaited;

  private @Nullable Ref timer;

  private ServerLoop(Supplier<? extends GenServer<?>> supplier, Start start) {
    super(start);
    this.supplier = supplier;
  }

  static Pid start(
      Supplier<? extends GenServer<?>> supplier, @Nullable LocalProcess parent, Option... options) {
    Objects.requireNonNull(supplier, "server");
    return start(start -> new ServerLoop(supplier, start), parent, options);
  }

  @Override
  @SuppressWarnings("unchecked") // what the callbacks get is what the callbacks gave
  void begin() throws Exception {
    server = (GenServer<Object>) supplier.get();
    switch (server.starting()) {
      case null ->
          throw new IllegalStateException(
              "starting returned null: return Init.ok(state), Init.ignore() or Init.stop(reason)");
      case Init.Ignore<Object> ignore -> throw ignoring();
      case Init.Stop<Object>(var reason) -> throw notStarting(reason);
      case Init.Ok<Object>(var first, var next) -> {
        state = first;
        ready();
        if (next != null) {
          then(next);
        }
      }
    }
  }

  @Override
  boolean attend(Object message) throws Exception {
    if (message instanceof TimedOut) {
      if (message == awaited) {
        forgetTimeout();
        step(server().handleInfo(Atom.TIMEOUT, state()), null);
      }
      return false;
    }
    if (awaited != null) {
      forgetTimeout();
    }
    return true;
  }

  @Override
  void call(Call<?> request, From from) throws Exception {
    step(server().handleCall(request, from, state()), from);
  }

  @Override
  void cast(Object message) throws Exception {
    step(server().handleCast(message, state()), null);
  }

  @Override
  void info(Object message) throws Exception {
    step(server().handleInfo(message, state()), null);
  }

  private void step(@Nullable Step<Object> step, @Nullable From from) throws Exception {
    switch (step) {
      case null ->
          throw new IllegalStateException(
              "a callback returned null: return request.reply(reply, state), noReply(state) or"
                  + " stopping(reason, state)");
      case Step.NoReply<Object>(var next) -> state = next;
      case Step.Reply<Object>(var reply, var next) -> {
        state = next;
        caller(from).reply(reply);
      }
      case Step.Stop<Object>(var reason, var next) -> {
        state = next;
        stop(reason);
      }
      case Step.ReplyAndStop<Object>(var reason, var reply, var next) -> {
        state = next;
        try {
          terminate(reason);
        } finally {
          caller(from).reply(reply);
        }
        throw new ExitException(reason);
      }
      case Step.Then<Object>(var first, var next) -> {
        step(first, from);
        then(next);
      }
    }
  }

  private static From caller(@Nullable From from) {
    if (from == null) {
      throw new IllegalStateException(
          "only handleCall has a caller to reply to: return noReply(state) here");
    }
    return from;
  }

  /** What comes between a callback and the next message; a chain of them takes no stack. */
  private void then(Next first) throws Exception {
    @Nullable Next next = first;
    while (next instanceof Next.Continue(var what)) {
      var step = server().handleContinue(what, state());
      if (step instanceof Step.Then<Object>(var before, var after)) {
        step(before, null);
        next = after;
      } else {
        step(step, null);
        next = null;
      }
    }
    if (next instanceof Next.Timeout(var after)) {
      awaitTimeout(after);
    }
  }

  // ---- the timeout

  private void awaitTimeout(Duration after) {
    awaited = new TimedOut();
    attentive = true;
    var self = Kernel.process("timeout");
    if (after.isZero()) {
      self.sendSystem(awaited); // behind what is there already
    } else if (Timers.nanos(after) != Long.MAX_VALUE) {
      timer = Kernel.sendAfter(self.pid, awaited, after);
    }
  }

  private void forgetTimeout() {
    if (timer != null) {
      Kernel.cancelTimer(timer);
      timer = null;
    }
    awaited = null;
    attentive = false;
  }

  // ---- the end, and what is said of it

  @Override
  void cleanUp(Object reason) throws Exception {
    server().terminate(reason, state());
  }

  @Override
  Class<?> code() {
    return server != null ? server.getClass() : supplier.getClass();
  }

  @Override
  String describe() {
    return "GenServer";
  }

  @Override
  String circumstances() {
    var shown = status(new ServerStatus(state, lastMessage(), List.of()));
    return "\nLast message: "
        + (shown.message() == null ? "none" : CrashReport.inspect(shown.message()))
        + "\nState: "
        + (shown.state() == null ? "nil" : CrashReport.inspect(shown.state()));
  }

  /** What the server wants to be shown of it. */
  private ServerStatus status(ServerStatus status) {
    if (server == null) {
      return status;
    }
    try {
      return Objects.requireNonNull(server.formatStatus(status), "formatStatus");
    } catch (RuntimeException e) { // and nothing that it wanted to hide is shown
      var failed = "formatStatus of " + server.getClass().getName() + " has failed: " + e;
      return new ServerStatus(failed, status.message() == null ? null : failed, List.of());
    }
  }

  private GenServer<Object> server() {
    if (server == null) {
      throw new IllegalStateException("init has not run");
    }
    return server;
  }

  @SuppressWarnings("NullAway") // a state may be null if the server's init says so
  private Object state() {
    return state;
  }
}
