package dev.retort;

import dev.retort.term.Pid;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A start function that takes the {@link Strategy#extraArgument} of a DynamicSupervisor. */
record WithArgument<A>(Class<A> type, Function<? super A, @Nullable Pid> start)
    implements Callable<@Nullable Pid>, ChildSpec.Named {
  @Nullable Pid call(ChildSpec child, @Nullable Object argument) {
    if (!type.isInstance(argument)) {
      throw new IllegalStateException(
          child.describe()
              + ": its start function takes a "
              + type.getName()
              + " as the extra argument of its DynamicSupervisor, which "
              + (argument == null ? "has none" : "is " + CrashReport.inspect(argument)));
    }
    return start.apply(type.cast(argument));
  }

  @Override
  public @Nullable Pid call() {
    throw new IllegalStateException(
        "a start function that takes an extra argument can only be run by a DynamicSupervisor");
  }

  @Override
  public Class<?> code() {
    return start.getClass();
  }
}
