package dev.retort;

import dev.retort.term.Tuple;
import org.jspecify.annotations.Nullable;

/** A call of {@link Rpc} has no value. Uncaught it ends its process with {@code {badrpc, why}}. */
public final class BadRpcException extends ExitException {
  private static final long serialVersionUID = 1;

  private final transient Object why;

  BadRpcException(Object why, @Nullable Throwable cause) {
    super(Tuple.of(ForeignCode.BADRPC, why), "{:badrpc, " + CrashReport.inspect(why) + "}");
    this.why = why;
    if (cause != null) {
      initCause(cause);
    }
  }

  /**
   * What {@code rpc} says: {@code nodedown}, {@code timeout}, or {@code {'EXIT', Reason}} with what
   * has ended the function.
   */
  public Object why() {
    return why;
  }
}
