package dev.retort;

import dev.retort.term.Atom;
import dev.retort.term.Dest;
import dev.retort.term.ImproperList;
import dev.retort.term.Ref;
import dev.retort.term.Tuple;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A request that has been sent to a server and whose response is still to come: a call in two
 * steps, with whatever is to be done between them. OTP's {@code request_id()}.
 *
 * <pre>{@code
 * final class Shop implements GenServer<Map<String, Integer>> {
 *   record Price(String article) implements Call<Integer> {}
 *
 *   public Map<String, Integer> init() {
 *     return Map.of("book", 12);
 *   }
 *
 *   public Step<Map<String, Integer>> handleCall(
 *       Call<?> request, From from, Map<String, Integer> prices) {
 *     return switch (request) {
 *       case Price price -> price.reply(prices.get(price.article()), prices);
 *       default          -> GenServer.unknown(request);
 *     };
 *   }
 * }
 *
 * Pid here = GenServer.startLink(Shop::new);
 * Pid there = GenServer.startLink(Shop::new);
 * var first = GenServer.sendRequest(here, new Shop.Price("book"));
 * var second = GenServer.sendRequest(there, new Shop.Price("book"));
 * int both = first.receiveResponse(Duration.ofSeconds(5))
 *     + second.receiveResponse(Duration.ofSeconds(5)); // => 24
 * }</pre>
 *
 * <p>A server does not wait: the response comes to its {@code handleInfo}, which shows its messages
 * to the request.
 *
 * <pre>{@code
 * var request = GenServer.sendRequest(here, new Shop.Price("book"));
 * Object message = receive(); // or what handleInfo gets
 * String said = switch (request.checkResponse(message)) {
 *   case Outcome.Value(var price)   -> "it costs " + price;
 *   case Outcome.Exited(var reason) -> "not to be had";
 *   case null                       -> "another message";
 * }; // => "it costs 12"
 * }</pre>
 *
 * <p>Only the process that has sent it may ask for its response. Several requests are kept in a
 * collection of Java's, with a map if they need labels; {@link #awaitAny} waits for the first.
 *
 * <p>Not for a request whose reply is awaited at once: that is {@link GenServer#call}. {@link
 * Task#async} is the same for code of one's own.
 *
 * @param <R> the type of the reply
 */
@Shareable
public final class Request<R extends @Nullable Object> {
  /**
   * The response of a server of this node, on its way through the alias {@code ref}; from other
   * nodes {@code {[alias | ref], Reply}} comes.
   */
  record Response(Ref ref, @Shareable Outcome<?> outcome) {}

  private static final List<Object> ALIAS = List.of(Atom.of("alias"));

  private final LocalProcess owner;
  private final Dest server;
  private final Call<R> request;
  private final Ref ref;
  private final ImproperList tag;

  /** Null for a server of another node. */
  private final @Nullable LocalCall call;

  /** What has come, once it has been taken. The owner's, as all that follows. */
  private @Nullable Outcome<R> outcome;

  private Request(
      LocalProcess owner, Dest server, Call<R> request, Ref ref, @Nullable LocalCall call) {
    this.owner = owner;
    this.server = server;
    this.request = request;
    this.ref = ref;
    this.tag = ImproperList.of(ALIAS, ref);
    this.call = call;
  }

  /** Sends a request for the running process. */
  static <R extends @Nullable Object> Request<R> send(Dest named, Call<R> request) {
    var term = Calls.term(Objects.requireNonNull(request, "request"));
    var server =
        Calls.lookUp(Objects.requireNonNull(named, "server: a pid or a name was expected"));
    var self = Kernel.process("sendRequest");
    var node = self.pid.home;
    if (server != null && !Calls.isLocal(node, server)) {
      var ref = Calls.send(self, server, Calls.GEN_CALL, term).ref();
      return new Request<>(self, named, request, ref, null);
    }
    MessageCheck.check(term);
    var process = server == null ? null : Calls.find(node, server);
    var ref = Kernel.alias(AliasMode.REPLY);
    var call = new LocalCall(request, self, process, ref);
    try {
      if (process == null || !process.send(call, Runner.current())) {
        call.fail(Atom.NOPROC);
      }
    } catch (RuntimeException e) { // a full mailbox that refuses
      Kernel.unalias(ref);
      throw e;
    }
    return new Request<>(self, named, request, ref, call);
  }

  /**
   * Waits for the reply; when time is up the request is given up, and its response never comes.
   * {@code gen_server:receive_response/2}.
   *
   * @throws CallException as {@link GenServer#call(Dest, Call)}
   * @throws IllegalStateException in any other process than the one that has sent it
   */
  public R receiveResponse(Duration timeout) {
    return switch (response("receiveResponse", Timers.deadline(timeout), true)) {
      case Outcome.Value<R>(var reply) -> reply;
      case Outcome.Exited<R>(var why) ->
          throw new CallException(why, server, Calls.term(request), timeout);
      case null -> throw new CallException(Atom.TIMEOUT, server, Calls.term(request), timeout);
    };
  }

  /**
   * Waits for the response without giving the request up: null when there is none in time. {@code
   * gen_server:wait_response/2}.
   *
   * @return the reply, or why there is none: {@code noproc}, {@code noconnection}, or the server's
   *     exit reason
   * @throws IllegalStateException in any other process than the one that has sent it
   */
  public @Nullable Outcome<R> waitResponse(Duration timeout) {
    return response("waitResponse", Timers.deadline(timeout), false);
  }

  /**
   * The response, if {@code message} is it; null if it is another message. {@code
   * gen_server:check_response/2}.
   *
   * @param message what the process has received, by {@code handleInfo} or {@code receive}
   * @throws IllegalStateException in any other process than the one that has sent it
   */
  public @Nullable Outcome<R> checkResponse(Object message) {
    checkOwner("checkResponse");
    return isOf(Objects.requireNonNull(message, "message")) ? taken(message) : null;
  }

  /**
   * Waits until one of several requests has its response, and gives that request: its {@link
   * #waitResponse} returns at once then. None is given up when time is up. {@code
   * gen_server:wait_response/3}.
   *
   * @return null when time is up, or there are none
   * @throws IllegalStateException in any other process than the one that has sent them
   */
  public static <T extends Request<?>> @Nullable T awaitAny(
      Collection<T> requests, Duration timeout) {
    long deadline = Timers.deadline(timeout);
    for (var each : requests) {
      Request<?> request = each; // whose private parts are not those of a T
      request.checkOwner("awaitAny");
      if (request.outcome != null) {
        return each;
      }
    }
    return requests.isEmpty()
        ? null
        : Kernel.process("awaitAny").<T>receive(message -> taker(requests, message), deadline);
  }

  private static <T extends Request<?>> @Nullable T taker(Collection<T> requests, Object message) {
    for (var each : requests) {
      Request<?> request = each;
      if (request.outcome == null && request.isOf(message)) {
        var unused = request.taken(message);
        return each;
      }
    }
    return null;
  }

  private @Nullable Outcome<R> response(String function, long deadline, boolean giveUp) {
    checkOwner(function);
    if (outcome != null) {
      return outcome;
    }
    var message = receive(deadline);
    if (message == null && giveUp) {
      giveUp();
      message = receive(System.nanoTime()); // just in time
    }
    return message == null ? null : taken(message);
  }

  private @Nullable Object receive(long deadline) {
    return owner.<Object>receiveSince(ref, message -> isOf(message) ? message : null, deadline);
  }

  private void giveUp() {
    if (call == null) {
      Kernel.demonitor(ref);
    } else {
      Kernel.unalias(ref);
      call.giveUp();
    }
  }

  private boolean isOf(Object message) {
    return switch (message) {
      case Response response -> response.ref.equals(ref);
      case Down down -> down.ref().equals(ref);
      case Decoded(Tuple tuple) -> isReply(tuple);
      case Tuple tuple -> isReply(tuple); // one that handleInfo or receive has opened
      default -> false;
    };
  }

  private boolean isReply(Tuple tuple) {
    return tuple.size() == 2 && tuple.get(0).equals(tag);
  }

  @SuppressWarnings("unchecked") // the request says what the reply is
  private Outcome<R> taken(Object message) {
    var came =
        switch (message) {
          case Response response -> (Outcome<R>) response.outcome;
          case Down down -> new Outcome.Exited<R>(down.reason());
          case Decoded(Tuple tuple) -> replied(tuple);
          case Tuple tuple -> replied(tuple);
          default -> throw new AssertionError(message);
        };
    outcome = came;
    return came;
  }

  private Outcome<R> replied(Tuple tuple) {
    return new Outcome.Value<>(Calls.typed(request, new Decoded(tuple.get(1))));
  }

  private void checkOwner(String function) {
    var self = Kernel.process(function);
    if (self != owner) {
      throw new IllegalStateException(
          this + " was sent by " + owner.pid + ": only that may " + function + ", not " + self.pid);
    }
  }

  /** What was asked of whom. */
  @Override
  public String toString() {
    return "Request[" + CrashReport.inspect(Calls.term(request)) + " to " + server + "]";
  }
}
