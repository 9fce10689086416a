package dev.retort;

import dev.retort.term.Pid;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * A start function that {@link Supervisor} makes of something of the user's.
 *
 * @param of what names the child's code in reports
 */
record Starts(Object of, Callable<@Nullable Pid> start)
    implements Callable<@Nullable Pid>, ChildSpec.Named {
  @Override
  public @Nullable Pid call() throws Exception {
    return start.call();
  }

  @Override
  public Class<?> code() {
    return of instanceof ChildSpec.Named named ? named.code() : of.getClass();
  }
}
