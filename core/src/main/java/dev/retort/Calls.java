package dev.retort;

import dev.retort.term.Atom;
import dev.retort.term.Dest;
import dev.retort.term.ImproperList;
import dev.retort.term.Name;
import dev.retort.term.Pid;
import dev.retort.term.Ref;
import dev.retort.term.Tuple;
import dev.retort.term.Via;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Calls of servers here and on other nodes: OTP's {@code gen:call/4}. */
final class Calls {
  static final Atom GEN_CALL = Atom.of("$gen_call");
  static final Atom GEN_CAST = Atom.of("$gen_cast");
  static final Atom CALLING_SELF = Atom.of("calling_self");
  private static final Atom ALIAS = Atom.of("alias");

  private Calls() {}

  /**
   * Sends a request and waits for the reply.
   *
   * @param request what the server gets if it is on this node
   * @param term what it gets otherwise
   * @return the reply; {@link Decoded} if it came from another node
   * @throws CallException if there is none
   */
  static @Nullable Object call(Dest server, Object request, Object term, Duration timeout) {
    Objects.requireNonNull(term, "a request is never null: Atom.NIL for nil");
    return call(server, request, term, timeout, Timers.deadline(timeout));
  }

  /**
   * As above, until {@code deadline}: for a place in a bounded mailbox, and for the reply.
   *
   * @param timeout what the caller has said, for the error
   */
  static @Nullable Object call(
      Dest named, Object request, Object term, Duration timeout, long deadline) {
    var server = lookUp(Objects.requireNonNull(named, "server: a pid or a name was expected"));
    if (server == null) {
      throw new CallException(Atom.NOPROC, named, term, timeout);
    }
    var self = Runner.currentProcess();
    if (self != null) {
      self.checkEnded();
    }
    var node = self == null ? Node.current() : self.pid.home;
    if (isLocal(node, server)) {
      var process = find(node, server);
      if (process != null && process == self) {
        throw new CallException(CALLING_SELF, server, term, timeout);
      }
      MessageCheck.check(term);
      var call = new LocalCall(request, self, process);
      if (process == null || !process.send(call, Runner.current(), deadline)) {
        throw new CallException(Atom.NOPROC, server, term, timeout);
      }
      return outcome(call, server, term, timeout, deadline);
    }
    return inProcess(
        "call", caller -> callRemote(caller, server, GEN_CALL, term, timeout, deadline));
  }

  /** Does what only a process can: the running one, or else one of its own. */
  static <T> T inProcess(String function, Function<LocalProcess, T> action) {
    if (Runner.currentProcess() != null) {
      return action.apply(Kernel.process(function));
    }
    try {
      return Node.current().run(() -> action.apply(Kernel.process(function)));
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /** {@code [node() | nodes()]}. */
  static List<Atom> nodes() {
    return Stream.concat(Stream.of(Node.self()), Node.list().stream()).toList();
  }

  private static @Nullable Object outcome(
      LocalCall call, Dest server, Object term, Duration timeout, long deadline) {
    if (!call.await(deadline)) {
      throw CallException.ofTimeout(server, term, timeout, call.circle);
    }
    var failure = call.failure();
    if (failure != null) {
      throw new CallException(failure, server, term, timeout);
    }
    return call.result();
  }

  static boolean isLocal(Node node, Dest server) {
    Objects.requireNonNull(server, "server: a pid or a name was expected");
    return switch (server) {
      case LocalPid pid -> true;
      case Pid pid -> pid.node().equals(node.name());
      case Name name -> name.node() == null || name.node().equals(node.name());
      case Ref ref ->
          throw new IllegalArgumentException("a pid or a name was expected, not " + ref);
      case Via via -> throw new IllegalArgumentException("not looked up: " + via);
    };
  }

  /** Whether a server, by whatever name, is of this node; also where nobody has the name. */
  static boolean isHere(Dest server) {
    var found = lookUp(Objects.requireNonNull(server, "server: a pid or a name was expected"));
    return found == null || isLocal(Node.current(), found);
  }

  /** The node of a server elsewhere; null for one that is here, and where nobody has the name. */
  static @Nullable Atom foreignNode(Dest server) {
    var found = lookUp(Objects.requireNonNull(server, "server: a pid or a name was expected"));
    if (found == null || isLocal(Node.current(), found)) {
      return null;
    }
    return found instanceof Pid pid ? pid.node() : ((Name) found).node();
  }

  /** Looks a registry's name up; null if nobody has it. Every other destination is as it is. */
  static @Nullable Dest lookUp(Dest server) {
    return !(server instanceof LocalPid) && server instanceof Via via ? via.whereis() : server;
  }

  static @Nullable LocalProcess find(Node node, Dest server) {
    var pid =
        switch (server) {
          case LocalPid local -> local;
          case Name name -> node.whereis(name.name());
          case Pid other when other.creation() == node.creation() ->
              node.pid(other.id(), other.serial());
          default -> null;
        };
    return pid == null ? null : pid.process;
  }

  /** A request as a server without Java types sees it. */
  static Object term(Object request) {
    return request instanceof Call.Term(var term) ? term : request;
  }

  /** A reply as the request's class types it. */
  @SuppressWarnings({"unchecked", "NullAway"}) // a server may reply null; R says whether it does
  static <R> R typed(Call<R> request, @Nullable Object reply) {
    return reply instanceof Decoded(var term) ? (R) ReplyType.read(request, term) : (R) reply;
  }

  private static Object callRemote(
      LocalProcess self, Dest server, Atom label, Object request, Duration timeout, long deadline) {
    return switch (send(self, server, label, request).await(self, deadline)) {
      case null -> throw new CallException(Atom.TIMEOUT, server, request, timeout);
      case Down down -> throw new CallException(down.reason(), server, request, timeout);
      case Object reply -> reply;
    };
  }

  /** Sends a request to another node's server. */
  static Sent send(LocalProcess self, Dest server, Atom label, Object request) {
    var ref = Kernel.monitor(server, AliasMode.REPLY_DEMONITOR);
    var tag = ImproperList.of(List.of(ALIAS), ref);
    self.pid.home.send(self.pid, server, Tuple.of(label, Tuple.of(self.pid, tag), request));
    return new Sent(ref, tag);
  }

  /**
   * A request whose reply comes to an alias that ends with it, with the monitor that tells of the
   * server's end, or when time is up: so exactly one of them comes, and none comes late.
   */
  record Sent(Ref ref, ImproperList tag) {
    /**
     * Waits for what comes.
     *
     * @return the reply, {@link Decoded}; the {@link Down} of a server that has ended; null when
     *     the deadline has passed
     */
    @Nullable Object await(LocalProcess self, long deadline) {
      var reply = self.<Object>receiveSince(ref, message -> reply(message, tag, ref), deadline);
      if (reply == null && !Kernel.demonitor(ref)) { // one of the two has come just now
        reply = self.receiveSince(ref, message -> reply(message, tag, ref), Long.MAX_VALUE);
      }
      return reply;
    }
  }

  /**
   * Sends a request of {@link Sys}, for which every mailbox has room, and waits for the answer.
   *
   * @return the answer, a term if it came from another node
   * @throws CallException if there is none
   */
  static @Nullable Object system(Dest named, Object request, Duration timeout) {
    Objects.requireNonNull(named, "server");
    var server = lookUp(named);
    if (server == null) {
      throw new CallException(Atom.NOPROC, named, request, timeout);
    }
    long deadline = Timers.deadline(timeout);
    var self = Runner.currentProcess();
    var node = Node.current();
    if (!isLocal(node, server)) {
      var answer =
          inProcess(
              "Sys",
              caller ->
                  callRemote(caller, server, SystemRequest.SYSTEM, request, timeout, deadline));
      return answer instanceof Decoded(var term) ? term : answer;
    }
    var process = find(node, server);
    if (process != null && process == self) {
      throw new CallException(CALLING_SELF, server, request, timeout);
    }
    var call = new LocalCall(new SystemRequest(request), self, process);
    if (process == null || !process.sendSystem(call)) {
      throw new CallException(Atom.NOPROC, server, request, timeout);
    }
    return outcome(call, server, request, timeout, deadline);
  }

  /** Asks a process to end; nobody waits for the answer, and it does not arrive. */
  static void terminate(LocalProcess self, Dest server, Object reason) {
    var node = self.pid.home;
    var request = Tuple.of(SystemRequest.TERMINATE, reason);
    if (isLocal(node, server)) {
      var process = find(node, server);
      if (process != null) {
        process.sendSystem(new LocalCall(new SystemRequest(request), self, process));
      }
    } else {
      var nobody = ImproperList.of(List.of(ALIAS), node.newRef()); // no alias
      node.send(
          self.pid, server, Tuple.of(SystemRequest.SYSTEM, Tuple.of(self.pid, nobody), request));
    }
  }

  private static @Nullable Object reply(Object message, Object tag, Ref ref) {
    return switch (message) {
      case Down down when down.ref().equals(ref) -> down;
      case Decoded(Tuple tuple) when tuple.size() == 2 && tuple.get(0).equals(tag) ->
          new Decoded(tuple.get(1));
      default -> null;
    };
  }
}
