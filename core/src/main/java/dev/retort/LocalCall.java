package dev.retort;

import dev.retort.spi.Signal;
import dev.retort.term.Pid;
import dev.retort.term.Ref;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A call between a server and a caller of the same node: the message in the server's mailbox, and
 * the place where the caller finds the reply.
 *
 * <p>It has one outcome: a reply, a failure (the server's exit reason), or the caller's having
 * given up; whoever is first sets it, so a late reply never arrives anywhere. A server that ends
 * fails the calls in its mailbox and those it has not answered: what a monitor per call does in
 * OTP.
 */
final class LocalCall {
  private static final VarHandle OUTCOME;

  static {
    try {
      OUTCOME = MethodHandles.lookup().findVarHandle(LocalCall.class, "outcome", Object.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /** How often a plain thread looks again before it parks. */
  private static final int SPIN = Runtime.getRuntime().availableProcessors() > 1 ? 400 : 0;

  private record Failed(Object reason) {}

  private static final Object NULL = new Object();
  private static final Object GIVEN_UP = new Object();

  final Object request;

  /** The calling process; null if the caller is a thread that is none. */
  final @Nullable LocalProcess caller;

  /** The process that is called; null where the call is an implementation's own. */
  final @Nullable LocalProcess server;

  /** The processes that wait for each other in a circle with this call, once that is known. */
  volatile @Nullable List<Pid> circle;

  /** Where the outcome is sent to as a message; null where the caller waits for it here. */
  private final @Nullable Ref alias;

  private final @Nullable Thread thread;
  private volatile @Nullable Object outcome;

  LocalCall(Object request, @Nullable LocalProcess caller, @Nullable LocalProcess server) {
    this(request, caller, server, null);
  }

  /** As a {@link Request} is sent. */
  LocalCall(
      Object request,
      @Nullable LocalProcess caller,
      @Nullable LocalProcess server,
      @Nullable Ref alias) {
    this.request = request;
    this.alias = alias;
    this.caller = caller;
    this.server = server;
    this.thread = caller == null ? Thread.currentThread() : null;
  }

  /** The calling process; the node's {@code user} stands for a thread that is none. */
  Pid callerPid(Node node) {
    return caller == null ? node.user() : caller.pid;
  }

  /** The request as a server without Java types for it sees it. */
  Object term() {
    return switch (request) {
      case Call.Term(var term) -> term;
      case SystemRequest(var term) -> term;
      default -> request;
    };
  }

  boolean isDone() {
    return outcome != null;
  }

  void reply(@Nullable Object reply) {
    complete(reply == null ? NULL : reply);
  }

  void fail(Object reason) {
    complete(new Failed(reason));
  }

  private void complete(Object result) {
    if (caller == null) {
      StackReserve.toWake();
      if (OUTCOME.compareAndSet(this, null, result)) {
        Runner.wake(thread);
      }
    } else if (alias != null) {
      StackReserve.forSignals();
      if (OUTCOME.compareAndSet(this, null, result)) {
        var response = new Request.Response(alias, outcome());
        caller.signal(new Signal.ToAlias(alias, response, false));
      }
    } else if (OUTCOME.compareAndSet(this, null, result)) {
      try {
        caller.replied();
      } catch (VirtualMachineError e) {
        caller.pid.home.scheduler.neglected = true; // without a call: there is no stack for it
      }
    }
  }

  /** Waits for the outcome until {@code deadline}; false if it has passed: then no reply counts. */
  boolean await(long deadline) {
    boolean inTime = caller != null ? caller.await(this, deadline) : awaitOnThread(deadline);
    return inTime || !OUTCOME.compareAndSet(this, null, GIVEN_UP);
  }

  private boolean awaitOnThread(long deadline) {
    for (int i = 0; i < SPIN && outcome == null; i++) {
      Thread.onSpinWait();
    }
    boolean interrupted = false;
    while (outcome == null) {
      long nanos = Timers.left(deadline);
      if (nanos <= 0) {
        break;
      }
      LockSupport.parkNanos(this, nanos);
      interrupted |= Thread.interrupted();
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return outcome != null;
  }

  @SuppressWarnings("NullAway") // the request says whether its reply may be null
  private Outcome<?> outcome() {
    return outcome instanceof Failed(var reason)
        ? new Outcome.Exited<>(reason)
        : new Outcome.Value<>(result());
  }

  /** No reply counts any more. */
  void giveUp() {
    OUTCOME.compareAndSet(this, null, GIVEN_UP);
  }

  /** Why it failed; null if it has a reply. */
  @Nullable Object failure() {
    return outcome instanceof Failed(var reason) ? reason : null;
  }

  @Nullable Object result() {
    var result = outcome;
    return result == NULL ? null : result;
  }
}
