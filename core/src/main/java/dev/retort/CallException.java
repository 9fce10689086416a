package dev.retort;

import dev.retort.term.Atom;
import dev.retort.term.Dest;
import dev.retort.term.Pid;
import dev.retort.term.Tuple;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A call got no reply: there was no such server, it ended, or time was up. Its exit reason is what
 * OTP's would be: {@code {noproc, {GenServer, :call, [server, request, timeout]}}}.
 */
public final class CallException extends ExitException {
  private static final long serialVersionUID = 1;
  private static final Atom GEN_SERVER = Atom.of("Elixir.GenServer");
  private static final Atom CALL = Atom.of("call");
  private static final Atom STOP = Atom.of("stop");

  private final transient Object cause;

  CallException(Object cause, Dest server, Object request, Duration timeout) {
    this(cause, CALL, server, request, timeout);
  }

  /** A server could not be stopped: {@code {noproc, {GenServer, :stop, [server, reason, _]}}}. */
  static CallException ofStop(Object cause, Dest server, Object reason, Duration timeout) {
    return new CallException(cause, STOP, server, reason, timeout);
  }

  /**
   * No reply came in time.
   *
   * @param circle the processes that wait for each other, if that is why
   */
  static CallException ofTimeout(
      Dest server, Object request, Duration timeout, @Nullable List<Pid> circle) {
    return new CallException(
        Atom.TIMEOUT,
        CALL,
        server,
        request,
        timeout,
        explain(Atom.TIMEOUT, server, timeout) + explain(circle));
  }

  private static String explain(@Nullable List<Pid> circle) {
    return circle == null
        ? ""
        : "; it could never come, since these processes wait for each other: "
            + circle.stream().map(Pid::toString).collect(Collectors.joining(" calls "));
  }

  private CallException(
      Object cause, Atom function, Dest server, Object request, Duration timeout) {
    this(cause, function, server, request, timeout, explain(cause, server, timeout));
  }

  private CallException(
      Object cause,
      Atom function,
      Dest server,
      Object request,
      Duration timeout,
      String explanation) {
    super(
        Tuple.of(cause, Tuple.of(GEN_SERVER, function, List.of(server, request, millis(timeout)))),
        function.name()
            + " of "
            + server
            + " with "
            + CrashReport.inspect(request)
            + " failed: "
            + explanation);
    this.cause = cause;
    if (cause instanceof Throwable thrown) {
      initCause(thrown);
    }
  }

  /**
   * Why: {@code noproc}, {@code timeout}, {@code noconnection}, {@code calling_self}, or the
   * server's exit reason.
   */
  public Object why() {
    return cause;
  }

  private static Object millis(Duration timeout) {
    long nanos = Timers.nanos(timeout);
    return nanos == Long.MAX_VALUE ? Atom.INFINITY : (Object) (nanos / 1_000_000);
  }

  private static String explain(Object cause, Dest server, Duration timeout) {
    if (cause.equals(Atom.NOPROC)) {
      return "no process (:noproc): it has ended, or nothing is registered under that name";
    }
    if (cause.equals(Atom.TIMEOUT)) {
      return "no reply within " + millis(timeout) + " ms (:timeout)";
    }
    if (cause.equals(Atom.NOCONNECTION)) {
      return "no connection to its node (:noconnection)";
    }
    if (cause.equals(LocalProcess.OVERLOAD)) {
      return "its mailbox is full (:overload)";
    }
    if (cause.equals(Calls.CALLING_SELF)) {
      return "a process cannot call itself (:calling_self): it would wait for itself";
    }
    return "the server ended with " + CrashReport.inspect(cause);
  }
}
