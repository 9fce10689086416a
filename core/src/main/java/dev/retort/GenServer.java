package dev.retort;

import dev.retort.term.Atom;
import dev.retort.term.Dest;
import dev.retort.term.Name;
import dev.retort.term.Pid;
import dev.retort.term.Tuple;
import dev.retort.term.Via;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A process that keeps a state and answers requests one at a time: OTP's {@code gen_server},
 * Elixir's {@code GenServer}.
 *
 * <pre>{@code
 * final class Stack implements GenServer<List<String>> {
 *   record Pop() implements Call<String> {} // the reply's type belongs to the request
 *   record Push(String element) {}
 *
 *   public List<String> init() {
 *     return List.of("hello", "world");
 *   }
 *
 *   public Step<List<String>> handleCall(Call<?> request, From from, List<String> stack) {
 *     return switch (request) {
 *       case Pop pop -> pop.reply(stack.getFirst(), stack.subList(1, stack.size()));
 *       default      -> GenServer.unknown(request);
 *     };
 *   }
 *
 *   public Step<List<String>> handleCast(Object message, List<String> stack) {
 *     return switch (message) {
 *       case Push(var top) ->
 *           GenServer.noReply(Stream.concat(Stream.of(top), stack.stream()).toList());
 *       default -> GenServer.unknown(message);
 *     };
 *   }
 * }
 *
 * Pid stack = GenServer.startLink(Stack::new);
 * GenServer.cast(stack, new Stack.Push("again"));
 * String top = GenServer.call(stack, new Stack.Pop());  // => "again"
 * String next = GenServer.call(stack, new Stack.Pop()); // => "hello"
 * }</pre>
 *
 * <p>The callbacks run in the server's process and may block. The state is passed in and returned,
 * never changed by others. An exception that leaves a callback ends the server with it as the exit
 * reason; a supervisor starts it again. While it waits for messages the server holds no thread.
 *
 * <p>Supervise it: {@code child("stack", () -> GenServer.startLink(Stack::new))}. Do not use it for
 * code that keeps nothing between requests, which is a method, or for a value that many read and
 * few change: each request waits until those before it are handled. {@link Agent} is shorter where
 * all that is needed is a value, {@link Task} where it is one result, {@link StateMachine} where
 * the same request means different things at different times.
 *
 * <p>{@link Sys} looks into a running one. From Elixir it is a server like any other: {@code
 * GenServer.call({:stack, :"java@host"}, :pop)}. Its requests may be any record that the server's
 * class declares or uses.
 *
 * @param <S> the state
 */
public interface GenServer<S> {
  /** How long {@link #call} waits where it is not said: 5 seconds, as in OTP. */
  Duration CALL_TIMEOUT = Duration.ofSeconds(5);

  // ---- callbacks

  /**
   * Makes the first state; {@code startLink} waits for it.
   *
   * @throws Exception to not start: {@code startLink} throws a {@link StartException} with it
   */
  S init() throws Exception;

  /**
   * As {@link #init}, for a server that has more to say than its state: that it goes on before the
   * first message, that it does not start. {@code startLink} waits for it. By default {@code
   * Init.ok(init())}.
   *
   * <pre>{@code
   * final class Cache implements GenServer<Map<String, Integer>> {
   *   public Map<String, Integer> init() {
   *     return Map.of();
   *   }
   *
   *   public Init<Map<String, Integer>> starting() {
   *     return Init.ok(init()).continueWith("load"); // nobody waits for the loading
   *   }
   *
   *   public Step<Map<String, Integer>> handleContinue(Object what, Map<String, Integer> empty) {
   *     return GenServer.noReply(Map.of("tea", 3));
   *   }
   * }
   *
   * Sys.getState(GenServer.startLink(Cache::new)); // => Map.of("tea", 3)
   * }</pre>
   *
   * @throws Exception as {@link #init}
   */
  default Init<S> starting() throws Exception {
    return Init.ok(init());
  }

  /**
   * Answers a call. {@code handle_call/3}.
   *
   * @param request what was passed to {@link #call}; {@link Call.Term} if no record claims it
   * @param from who waits, for a later {@link #reply}
   * @return {@link Call#reply(Object, Object) request.reply(reply, state)}, {@link #noReply} to
   *     reply later, or {@link #stopping}; with {@link Step#continueWith}, {@link Step#timeout} or
   *     {@link Step#andStop} behind it where that is not all
   */
  default Step<S> handleCall(Call<?> request, From from, S state) throws Exception {
    return unknown(request);
  }

  /** Handles a {@link #cast}. {@code handle_cast/2}. */
  default Step<S> handleCast(Object message, S state) throws Exception {
    return unknown(message);
  }

  /**
   * Handles any other message, and {@link Atom#TIMEOUT} after a {@link Step#timeout}; by default it
   * is logged and dropped. {@code handle_info/2}.
   */
  default Step<S> handleInfo(Object message, S state) throws Exception {
    Reports.line(
        Reports.GEN_SERVER,
        System.Logger.Level.WARNING,
        getClass().getName()
            + " "
            + Kernel.self()
            + " received an unexpected message: "
            + CrashReport.inspect(message),
        null);
    return noReply(state);
  }

  /**
   * Goes on with what a callback has left, before the next message. {@code handle_continue/2}.
   *
   * @param what what was passed to {@link Step#continueWith} or {@link Init#continueWith}
   */
  default Step<S> handleContinue(Object what, S state) throws Exception {
    throw new IllegalArgumentException(
        CrashReport.whose() + "no handleContinue for " + CrashReport.inspect(what) + ": add one");
  }

  /**
   * Cleans up before the server ends by itself: after {@link #stopping}, an exception in a
   * callback, {@link #stop(Dest)}, or, if it traps exits, the exit of the process that has started
   * and linked it. {@code terminate/2}.
   *
   * <p>Not called when an exit signal ends it: it is killed, or does not trap exits and something
   * that it is linked to ends, such as its supervisor. Nor when {@link #init} fails. So what must
   * happen in any case is not for here but for a process that monitors this one.
   *
   * @param reason why it ends; the exception if it crashed
   */
  default void terminate(Object reason, S state) throws Exception {}

  /**
   * Makes of the state the one that this code works on, when {@link Sys#changeCode} asks a
   * suspended server to; by default it is the same. {@code code_change/3}.
   *
   * @param oldVersion what was passed to {@code changeCode}, with {@code extra}; {@code {:down,
   *     version}} where Erlang's release handler goes back
   * @param state the state so far, of whatever type the code before gave it
   * @throws Exception to refuse: code and state stay what they were
   */
  @SuppressWarnings("unchecked") // where it is the same
  default S codeChange(Object oldVersion, Object state, Object extra) throws Exception {
    return (S) state;
  }

  /**
   * What logs and {@link Sys#getStatus} show of this server: to leave out what is secret or too
   * large. Called by the server's process. {@code format_status/1}.
   *
   * @param status its state, and when it has crashed, its last message
   * @return what is shown instead
   */
  default ServerStatus formatStatus(ServerStatus status) {
    return status;
  }

  // ---- steps

  /** Goes on with {@code state}; a caller, if there is one, waits for a later {@link #reply}. */
  static <S> Step<S> noReply(S state) {
    return new Step.NoReply<>(state);
  }

  /** Ends the server with {@code reason}. */
  static <S> Step<S> stopping(Object reason, S state) {
    return new Step.Stop<>(reason, state);
  }

  /**
   * For the {@code default} of a switch over requests or messages: the server has no case for it.
   *
   * @throws IllegalArgumentException always, which ends the server, as in OTP
   */
  @SuppressWarnings("DoNotCallSuggester") // its type lets it stand in a switch
  static <S> Step<S> unknown(Object request) {
    throw new IllegalArgumentException(
        CrashReport.whose()
            + "no case for "
            + CrashReport.inspect(request instanceof Call.Term(var term) ? term : request)
            + ": add one to handleCall (for a call) or handleCast (for a cast)");
  }

  // ---- starting

  /** Registers the process under {@code name} before {@code init} runs. */
  static Option name(String name) {
    return new Option.Named(Atom.of(name));
  }

  /**
   * Registers the process under a registry's name before {@code init} runs: {@code name: {:via, _,
   * _}} or {@code {:global, _}}.
   */
  static Option name(Via name) {
    return new Option.NamedVia(name);
  }

  /** How long {@code init} may take, after which the process is killed; for ever if not given. */
  static Option initTimeout(Duration within) {
    return new Option.InitTimeout(within);
  }

  /** Debugs the process from its start on: {@code debug: [:trace, :log, :statistics]}. */
  static Option debug(Sys.Debug... how) {
    return new Option.Debugged(Set.of(Objects.requireNonNull(how, "how")));
  }

  /**
   * Starts a server, linked to this process, and waits until its {@code init} is done. {@code
   * GenServer.start_link/3}.
   *
   * <p>A server that does not start ends with the reason, which comes here through the link, too: a
   * process that does not trap exits ends with it. To one that does, it comes as the exception
   * alone, as since OTP 26.
   *
   * @param server makes the object whose callbacks run; called in the new process
   * @return its pid; null where its {@link #starting} gives {@link Init#ignore}
   * @throws StartException if {@code init} fails or takes longer than {@link #initTimeout} allows,
   *     or the name is taken
   */
  static Pid startLink(Supplier<? extends GenServer<?>> server, Option... options) {
    return ServerLoop.start(server, Kernel.process("startLink"), options);
  }

  /** As {@link #startLink}, without a link; from any thread. {@code GenServer.start/3}. */
  static Pid start(Supplier<? extends GenServer<?>> server, Option... options) {
    return ServerLoop.start(server, null, options);
  }

  // ---- talking to one

  /**
   * Sends a request and waits up to 5 seconds for the reply. From any thread. {@code
   * GenServer.call/2}.
   *
   * @throws CallException if there is no such server, it ends without a reply, or time is up; with
   *     the reason {@code overload} if its mailbox is bounded and had no place for the request
   * @throws MailboxFullException if its mailbox is bounded, full and refuses
   */
  static <R> R call(Dest server, Call<R> request) {
    return call(server, request, CALL_TIMEOUT);
  }

  /**
   * As {@link #call(Dest, Call)}, waiting up to {@code timeout}.
   *
   * @throws IllegalArgumentException if that is negative
   */
  static <R> R call(Dest server, Call<R> request, Duration timeout) {
    return Calls.typed(request, Calls.call(server, request, Calls.term(request), timeout));
  }

  /** Calls the server registered under {@code name} on this node. */
  static <R> R call(String name, Call<R> request) {
    return call(Name.of(name), request);
  }

  /**
   * Calls with a plain term, such as {@code Atom.of("pop")}, a server whose requests have no Java
   * types: one written in Elixir or Erlang. The reply is a term.
   */
  static Object call(Dest server, Object request) {
    return call(server, request, CALL_TIMEOUT);
  }

  /** As {@link #call(Dest, Object)}, waiting up to {@code timeout}. */
  static Object call(Dest server, Object request, Duration timeout) {
    if (request instanceof Call<?> typed) {
      return call(server, (Call<?>) typed, timeout);
    }
    return call(server, new Call.Term(request), timeout);
  }

  /**
   * Sends a request and goes on; the response is asked for, or comes as a message, later. Where
   * there is no server, that is the response. {@code gen_server:send_request/2}.
   *
   * @throws MailboxFullException if the server's mailbox is bounded, full and refuses
   */
  static <R> Request<R> sendRequest(Dest server, Call<R> request) {
    return Request.send(server, request);
  }

  /** As {@link #sendRequest(Dest, Call)}, with a plain term, as {@link #call(Dest, Object)}. */
  static Request<?> sendRequest(Dest server, Object request) {
    return request instanceof Call<?> typed
        ? Request.send(server, typed)
        : Request.send(server, new Call.Term(request));
  }

  /**
   * Sends a message that has no reply. From any thread; where there is no server, it is dropped.
   * {@code GenServer.cast/2}.
   *
   * @throws MailboxFullException if the server's mailbox is bounded, full and refuses
   */
  static void cast(Dest server, Object message) {
    Objects.requireNonNull(message, "message");
    var self = Runner.currentProcess();
    if (self != null) {
      self.checkEnded();
    }
    var node = self == null ? Node.current() : self.pid.home;
    var to = Calls.lookUp(Objects.requireNonNull(server, "server"));
    if (to == null) {
      return;
    }
    if (Calls.isLocal(node, to)) {
      MessageCheck.check(message);
      var process = Calls.find(node, to);
      if (process != null) {
        var runner = Runner.current();
        process.send(new Loop.Cast(message), runner);
        if (runner != null) {
          runner.sent();
        }
      }
    } else {
      node.send(self == null ? null : self.pid, to, Tuple.of(Calls.GEN_CAST, message));
    }
  }

  /** Casts to the server registered under {@code name} on this node. */
  static void cast(String name, Object message) {
    cast(Name.of(name), message);
  }

  /** Replies to a caller that {@code handleCall} left waiting. From any thread. */
  static void reply(From from, @Nullable Object reply) {
    Objects.requireNonNull(
        from, "from: who waits for the reply, as handleCall got it, was expected");
    Kernel.checkCaller();
    from.reply(reply);
  }

  /**
   * Calls the servers that are registered under {@code name} on {@code nodes}, all at once, and
   * waits for their replies. From any thread. {@code GenServer.multi_call/4}.
   *
   * @param timeout for all of them together; a late reply never arrives
   * @throws IllegalArgumentException if the running process is one of them
   */
  static <R> Replies<R> multiCall(
      List<Atom> nodes, String name, Call<R> request, Duration timeout) {
    Objects.requireNonNull(request, "request");
    var server = Atom.of(name);
    var servers = List.copyOf(Objects.requireNonNull(nodes, "nodes"));
    long deadline = Timers.deadline(timeout);
    return Calls.inProcess(
        "multiCall", self -> MultiCall.call(self, servers, server, request, deadline));
  }

  /**
   * Calls the servers of this name on this node and all that it is connected to, without a limit of
   * time. {@code GenServer.multi_call/2}.
   */
  static <R> Replies<R> multiCall(String name, Call<R> request) {
    return multiCall(Calls.nodes(), name, request, Duration.ofNanos(Long.MAX_VALUE));
  }

  /**
   * Casts to the servers that are registered under {@code name} on {@code nodes}; where there is
   * none, nothing happens. From any thread. {@code GenServer.abcast/3}.
   */
  static void abcast(List<Atom> nodes, String name, Object message) {
    Objects.requireNonNull(nodes, "nodes");
    Objects.requireNonNull(message, "message");
    var server = Atom.of(name);
    nodes.forEach(node -> cast(new Name(server, node), message));
  }

  /**
   * Casts to the servers of this name on this node and all that it is connected to. {@code
   * GenServer.abcast/2}.
   */
  static void abcast(String name, Object message) {
    abcast(Calls.nodes(), name, message);
  }

  /**
   * The process that {@code server} means: a pid is itself, a name of another node stays one; null
   * if nobody has the name. {@code GenServer.whereis/1}.
   */
  static @Nullable Dest whereis(Dest server) {
    Objects.requireNonNull(server, "server: a pid or a name was expected");
    return server instanceof Name(var name, var node) && (node == null || node.equals(Node.self()))
        ? Node.current().whereis(name)
        : Calls.lookUp(server);
  }

  /**
   * Asks a server to end with {@code normal}, after {@link #terminate}, and waits until it has.
   * {@code GenServer.stop/1}.
   *
   * @throws CallException if there is no such server
   */
  static void stop(Dest server) {
    stop(server, Atom.NORMAL);
  }

  /** As {@link #stop(Dest)}, for the server registered under {@code name} on this node. */
  static void stop(String name) {
    stop(Name.of(name));
  }

  /**
   * As {@link #stop(Dest)}, with another exit reason, which is logged as a crash unless it is
   * {@code shutdown} or {@code {shutdown, _}}. {@code GenServer.stop/2}.
   */
  static void stop(Dest server, Object reason) {
    Stopping.stop(server, reason, Duration.ofNanos(Long.MAX_VALUE));
  }

  /**
   * As {@link #stop(Dest, Object)}, waiting up to {@code timeout}; the server goes on ending when
   * time is up. {@code GenServer.stop/3}.
   *
   * @throws CallException with {@code timeout}, too
   */
  static void stop(Dest server, Object reason, Duration timeout) {
    Stopping.stop(server, reason, timeout);
  }
}
