package dev.retort.node;

import dev.retort.ExitException;
import dev.retort.PeerAccess;
import dev.retort.term.Atom;
import dev.retort.term.Fun;
import dev.retort.term.Pid;
import dev.retort.term.Tuple;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What one peer may do here, where it may not do everything. What it may not reach is not there for
 * it: its messages are dropped, a monitor gives {@code noproc}, a function is {@code undef}.
 *
 * <p>It judges by the connection over which something comes, not by the pid that is said to have
 * sent it. On the connection's reading thread, but for {@link #arguments}.
 */
final class Gate {
  private static final Logger LOG = System.getLogger(Gate.class.getName());

  /** Between two lines in the log. */
  private static final long QUIET_NANOS = 10_000_000_000L;

  /** So many processes of the peer are remembered before those that have ended are forgotten. */
  private static final int MANY = 1000;

  private static final Atom ERLANG = Atom.of("erlang");
  private static final Atom APPLY = Atom.of("apply");
  private static final Atom ERPC = Atom.of("erpc");
  private static final Atom GLOBAL = Atom.of("global");
  private static final Atom SEND = Atom.of("send");
  private static final Atom RESOLVE_IT = Atom.of("resolve_it");
  private static final Atom BADRPC = Atom.of("badrpc");
  private static final Atom EXIT = Atom.of("EXIT");
  private static final Atom UNDEF = Atom.of("undef");

  /** Of the messages between name servers, those with names, which are their third element. */
  private static final Set<String> WITH_NAMES = Set.of("exchange", "resolved", "new_nodes");

  private final PeerAccess access;
  private final LocalNode local;
  private final Connection connection;

  /** What the peer has started here. */
  private final Set<Pid> started = ConcurrentHashMap.newKeySet();

  private int forgetAt = MANY;

  private final AtomicLong quietUntil = new AtomicLong(System.nanoTime());
  private final AtomicLong unsaid = new AtomicLong();

  Gate(PeerAccess access, LocalNode local, Connection connection) {
    this.access = access;
    this.local = local;
    this.connection = connection;
  }

  // ---- processes

  /** The peer has started a process here. */
  void started(Pid process) {
    if (started.size() >= forgetAt) {
      started.removeIf(local.host()::hasEnded);
      forgetAt = Math.max(MANY, 2 * started.size());
    }
    started.add(process);
  }

  /** Whether the peer may reach a process by its pid. */
  boolean mayReach(Pid process) {
    return access.processes()
        || connection.isTied(process)
        || started.contains(process)
        || refused("process " + process);
  }

  /** Whether the peer may monitor what has this name. */
  boolean mayMonitor(Atom name) {
    return isEverybodys(name) || access.maySend(name) || refused("name " + name);
  }

  private static boolean isEverybodys(Atom name) {
    return name.equals(NetKernel.NAME)
        || name.equals(Rex.NAME)
        || name.equals(GlobalNameServer.NAME);
  }

  /** What is to be given to a registered process; null for nothing. */
  @Nullable Object sent(Atom name, WirePayload payload) {
    if (access.maySend(name) && !isEverybodys(name)) {
      return payload;
    }
    if (name.equals(NetKernel.NAME)) {
      return payload;
    }
    if (!isEverybodys(name)) {
      refused("name " + name);
      return null;
    }
    Object message;
    try {
      message = payload.decode();
    } catch (IllegalArgumentException e) {
      return payload; // the process meets the same, and says so
    }
    return name.equals(Rex.NAME) ? toRex(message) : toGlobal(message);
  }

  // ---- functions

  /** Whether the peer may run Java closures and functions of its shell here. */
  boolean mayRunClosures() {
    return access.closures() || refused("a closure");
  }

  /**
   * The arguments of a function that the peer has a process started for; called by that process,
   * which ends as where there is no such function, if the peer may not call it.
   */
  Callable<Object> arguments(Tuple function, WirePayload payload) {
    return () -> {
      var arguments = payload.decode();
      if (arguments instanceof List<?> list) {
        check(function, list);
      }
      return arguments;
    };
  }

  private void check(Tuple function, List<?> arguments) {
    boolean call = isErpc(function, "execute_call") && arguments.size() == 4;
    boolean cast = isErpc(function, "execute_cast") && arguments.size() == 3;
    var called =
        call || cast
            ? called(arguments.subList(call ? 1 : 0, arguments.size()))
            : called(List.of(function.get(0), function.get(1), arguments));
    if (called == null || mayCall(called)) {
      return;
    }
    var stack = List.of(called.frame());
    throw new ExitException(
        call ? Tuple.of(arguments.getFirst(), Atom.ERROR, UNDEF, stack) : Tuple.of(UNDEF, stack));
  }

  private static boolean isErpc(Tuple function, String name) {
    return function.get(0).equals(ERPC) && function.get(1).equals(Atom.of(name));
  }

  /** A function that is called. */
  private record Called(Atom module, Atom function, List<?> arguments) {
    Tuple frame() {
      return Tuple.of(module, function, arguments, List.of());
    }

    /** Whether it is a function that came with the call, and not one by its name. */
    boolean isOfShell() {
      return module.equals(ERLANG)
          && function.equals(APPLY)
          && arguments.size() == 2
          && arguments.getFirst() instanceof Fun.Closure;
    }

    @Override
    public String toString() {
      return "function " + module.name() + ":" + function.name() + "/" + arguments.size();
    }
  }

  /** The function that {@code [Module, Function, Arguments]} stands for; null if it is none. */
  private static @Nullable Called called(List<?> mfa) {
    if (!(mfa.size() == 3
        && mfa.get(0) instanceof Atom module
        && mfa.get(1) instanceof Atom function
        && mfa.get(2) instanceof List<?> arguments)) {
      return null;
    }
    if (module.equals(ERLANG) && function.equals(APPLY)) {
      if (arguments.size() == 3) {
        return called(arguments);
      }
      if (arguments.size() == 2 && arguments.get(0) instanceof Fun.Export(var m, var f, var n)) {
        return called(List.of(m, f, arguments.get(1)));
      }
    }
    return new Called(module, function, arguments);
  }

  private boolean mayCall(Called called) {
    if (called.isOfShell()) {
      return mayRunClosures();
    }
    return access.mayCall(called.module, called.function)
        || (access.global() && isAboutNames(called))
        || refused(called.toString());
  }

  /**
   * Whether it does no more than a name server can be asked for by messages: it sends nothing to
   * others, and a conflict is resolved by a function that the peer may call.
   */
  private boolean isAboutNames(Called called) {
    if (!called.module.equals(GLOBAL) || called.function.equals(SEND)) {
      return false;
    }
    if (!called.function.equals(RESOLVE_IT) || called.arguments.isEmpty()) {
      return true;
    }
    return switch (called.arguments.getFirst()) {
      case Fun.Export(var module, var function, var arity) -> isMethod(module, function);
      case Tuple pair
          when pair.size() == 2
              && pair.get(0) instanceof Atom module
              && pair.get(1) instanceof Atom function ->
          isMethod(module, function);
      default -> true; // one of global's own, or none
    };
  }

  private boolean isMethod(Atom module, Atom function) {
    return module.equals(GLOBAL) || access.mayCall(module, function);
  }

  /** A message for {@code rex}, if it asks for what the peer may have. */
  private @Nullable Object toRex(Object message) {
    var gen = GenMessage.of(message);
    var request =
        switch (gen) {
          case GenMessage.Call call -> call.request();
          case GenMessage.Cast cast -> cast.request();
          case GenMessage.Info(Tuple info) when info.size() == 2 -> info.get(1);
          case GenMessage.Info info -> info.message();
        };
    if (!(request instanceof Tuple asked) || asked.size() < 3) {
      return message; // features_request, and what means nothing
    }
    return switch (GenMessage.tag(asked)) {
      case "send", "sbcast" ->
          asked.get(1) instanceof Atom name && mayMonitor(name) && !isEverybodys(name)
              ? message
              : null;
      case "call", "block_call", "cast" -> {
        var called = asked.size() < 4 ? null : called(Arrays.asList(asked.toArray()).subList(1, 4));
        if (called == null || mayCall(called)) {
          yield message;
        }
        answer(gen, Tuple.of(BADRPC, Tuple.of(EXIT, Tuple.of(UNDEF, List.of(called.frame())))));
        yield null;
      }
      default -> message;
    };
  }

  private void answer(GenMessage question, Object answer) {
    switch (question) {
      case GenMessage.Call call -> connection.send(null, call.replyTo(), call.reply(answer));
      case GenMessage.Info(Tuple info) when info.get(0) instanceof Pid asker ->
          connection.send(null, asker, Tuple.of(Rex.NAME, answer));
      default -> {}
    }
  }

  // ---- names of global

  /** A message for {@code global_name_server}, without names if the peer's do not count here. */
  private @Nullable Object toGlobal(Object message) {
    if (access.global()) {
      return message;
    }
    return switch (GenMessage.of(message)) {
      case GenMessage.Call call ->
          switch (GenMessage.tag(call.request())) {
            case "register", "register_ext" -> unheard(call, Atom.of("yes"));
            case "unregister" -> unheard(call, Atom.OK);
            default -> message;
          };
      case GenMessage.Cast(Tuple cast)
          when cast.size() > 2 && WITH_NAMES.contains(GenMessage.tag(cast)) -> {
        if (cast.get(2) instanceof List<?> names && !names.isEmpty()) {
          refused("names of global");
        }
        var without = new ArrayList<>(Arrays.asList(cast.toArray()));
        without.set(2, List.of());
        yield Tuple.of(GenMessage.CAST, Tuple.of(without.toArray()));
      }
      default -> message;
    };
  }

  /** The peer goes on as if its name had been heard of here. */
  private @Nullable Object unheard(GenMessage.Call call, Object answer) {
    refused("a name of global");
    answer(call, answer);
    return null;
  }

  // ---- the log

  /** Says what the peer may not reach, in one line every ten seconds; always false. */
  private boolean refused(String what) {
    long now = System.nanoTime();
    long until = quietUntil.get();
    if (now - until < 0 || !quietUntil.compareAndSet(until, now + QUIET_NANOS)) {
      unsaid.incrementAndGet();
      return false;
    }
    long more = unsaid.getAndSet(0);
    LOG.log(
        Level.WARNING,
        "{0} may not reach {1}{2}",
        connection.node().name(),
        what,
        more == 0 ? "" : ", nor " + more + " times other things");
    return false;
  }
}
