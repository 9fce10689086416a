package dev.retort;

import dev.retort.term.Atom;
import dev.retort.term.Pid;
import dev.retort.term.Ref;
import dev.retort.term.Tuple;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The process of a {@link GenServer}: OTP's {@code gen_server:loop}. */
final class ServerLoop extends Loop {
  private static final Atom IN = Atom.of("in");
  private static final Atom OUT = Atom.of("out");
  private static final Atom NOREPLY = Atom.of("noreply");
  private static final Atom CONTINUE = Atom.of("continue");

  private final Supplier<? extends GenServer<?>> supplier;

  private @Nullable GenServer<Object> server;
  private @Nullable Object state;

  /** The timeout that is set; null for none. */
  private @Nullable Waiting waiting;

  /**
   * A timeout.
   *
   * @param timer null where it needs none
   */
  private record Waiting(TimedOut mark, Duration after, @Nullable Ref timer) {}

  private ServerLoop(Supplier<? extends GenServer<?>> supplier, Start start) {
    super(start);
    this.supplier = supplier;
  }

  static Pid start(
      Supplier<? extends GenServer<?>> supplier, @Nullable LocalProcess parent, Option... options) {
    Objects.requireNonNull(supplier, "server: what makes a GenServer was expected");
    return start(start -> new ServerLoop(supplier, start), parent, options);
  }

  @Override
  @SuppressWarnings("unchecked") // what the callbacks get is what the callbacks gave
  void begin() throws Exception {
    var made =
        Objects.requireNonNull(supplier.get(), "the function that makes the server gave null");
    server = (GenServer<Object>) made;
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

  /** Every message cancels the timeout, and is an event; those of {@link Sys} are neither. */
  @Override
  void attend(Object message) {
    if (message instanceof TimedOut || isSystem(message)) {
      return;
    }
    forgetTimeout();
    if (debugging != null) {
      debugging.event(Tuple.of(IN, event(message)), state);
    }
  }

  @Override
  void timedOut(TimedOut fired) throws Exception {
    if (waiting != null && waiting.mark == fired) {
      forgetTimeout();
      if (debugging != null) {
        debugging.event(Tuple.of(IN, Atom.TIMEOUT), state);
      }
      info(Atom.TIMEOUT);
    }
  }

  @Override
  void pause() {
    if (waiting != null && waiting.timer != null) {
      Kernel.cancelTimer(waiting.timer);
    }
  }

  @Override
  void goOn() {
    if (waiting != null) {
      awaitTimeout(waiting.after); // the mark of the old one is nobody's any more
    }
  }

  @Override
  void beAttentive() {
    attentive = waiting != null || debugging != null;
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

  /** What most steps are, in a method that is small enough for compilers to put it into others. */
  private void step(@Nullable Step<Object> step, @Nullable From from) throws Exception {
    if (step instanceof Step.NoReply<Object>(var next) && !attentive) {
      state = next;
    } else {
      anyStep(step, from);
    }
  }

  private void anyStep(@Nullable Step<Object> step, @Nullable From from) throws Exception {
    switch (step) {
      case null ->
          throw new IllegalStateException(
              "a callback returned null: return request.reply(reply, state), noReply(state) or"
                  + " stopping(reason, state)");
      case Step.NoReply<Object>(var next) -> {
        state = next;
        if (attentive && debugging != null) {
          debugging.event(Tuple.of(NOREPLY, some(next)), next);
        }
      }
      case Step.Reply<Object>(var reply, var next) -> {
        var caller = caller(from);
        state = next;
        reply(caller, reply);
      }
      case Step.Stop<Object>(var reason, var next) -> {
        state = next;
        stop(reason);
      }
      case Step.ReplyAndStop<Object>(var reason, var reply, var next) -> {
        var caller = caller(from);
        state = next;
        try {
          terminate(reason);
        } finally {
          reply(caller, reply);
        }
        throw new ExitException(reason);
      }
      case Step.Then<Object>(var first, var next) -> {
        step(first, from);
        then(next);
      }
    }
  }

  private void reply(From from, @Nullable Object reply) {
    from.reply(reply);
    if (attentive && debugging != null) {
      var to = Tuple.of(from.pid(), Atom.UNDEFINED);
      debugging.event(Tuple.of(OUT, some(reply), to, some(state)), state);
    }
  }

  private static Object some(@Nullable Object value) {
    return value == null ? Atom.NIL : value;
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
      if (attentive && debugging != null) {
        debugging.event(Tuple.of(CONTINUE, what), state);
      }
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
    var self = Kernel.process("timeout");
    var mark = new TimedOut();
    long nanos = Timers.nanos(after);
    if (nanos == 0) {
      self.sendSystem(mark); // behind what is there already
    }
    boolean timed = nanos > 0 && nanos < Long.MAX_VALUE;
    waiting = new Waiting(mark, after, timed ? Kernel.sendAfter(self.pid, mark, after) : null);
    beAttentive();
  }

  private void forgetTimeout() {
    pause();
    waiting = null;
    beAttentive();
  }

  // ---- sys

  @Override
  @Nullable Object systemState() {
    return state;
  }

  @Override
  @Nullable Object replace(UnaryOperator<Object> function) {
    state = function.apply(state());
    return state;
  }

  @Override
  @SuppressWarnings("unchecked") // what the callbacks get is what the callbacks gave
  void changeCode(@Nullable Supplier<?> code, Object oldVersion, Object extra) throws Exception {
    var next = code == null ? server() : (GenServer<Object>) made(code, GenServer.class);
    state = next.codeChange(oldVersion, state(), extra);
    server = next;
  }

  @Override
  Atom module() {
    return Atom.of("gen_server");
  }

  @Override
  String kind() {
    return "generic server";
  }

  @Override
  @Nullable Object status(List<Object> log, List<Object> about) {
    var shown = status(new ServerStatus(state, null, log));
    about.add(Tuple.of("Logged events", shown.log()));
    return shown.state();
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
  Map<String, Object> circumstances() {
    if (!isReady()) {
      return Map.of();
    }
    var shown = status(new ServerStatus(state, lastMessage(), List.of()));
    var all = new LinkedHashMap<String, Object>();
    if (shown.message() != null) {
      all.put(CrashReport.LAST_MESSAGE, shown.message());
    }
    all.put("State", some(shown.state()));
    return Collections.unmodifiableMap(all);
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
