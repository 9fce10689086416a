package dev.retort;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Virtual threads on an executor of our own: what the JDK has inside and does not offer yet. It
 * takes {@code --add-opens java.base/java.lang=ALL-UNNAMED}, and a JDK that has it.
 */
final class OwnThreads {
  /** {@code off} leaves runners to the JVM's own scheduler. */
  private static final String PROPERTY = "dev.retort.carriers";

  private final MethodHandle newThread;
  private final MethodHandle currentCarrier;

  private OwnThreads(MethodHandle newThread, MethodHandle currentCarrier) {
    this.newThread = newThread;
    this.currentCarrier = currentCarrier;
  }

  /** Null where this JVM does not let us. */
  static @Nullable OwnThreads find() {
    if (System.getProperty(PROPERTY, "").equals("off")
        || !Thread.class.getModule().isOpen("java.lang", OwnThreads.class.getModule())) {
      return null;
    }
    try {
      var builders = Class.forName("java.lang.ThreadBuilders");
      var lookup = MethodHandles.privateLookupIn(builders, MethodHandles.lookup());
      var newThread =
          lookup.findStatic(
              builders,
              "newVirtualThread",
              MethodType.methodType(
                  Thread.class, Executor.class, String.class, int.class, Runnable.class));
      var currentCarrier =
          MethodHandles.privateLookupIn(Thread.class, MethodHandles.lookup())
              .findStatic(
                  Thread.class, "currentCarrierThread", MethodType.methodType(Thread.class));
      return new OwnThreads(newThread, currentCarrier);
    } catch (ReflectiveOperationException e) {
      return null;
    }
  }

  /** A virtual thread that has not been started, without inheritable thread-locals. */
  Thread create(Executor executor, String name, Runnable task) {
    try {
      return (Thread) newThread.invokeExact(executor, name, NO_INHERITABLE, task);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  /** {@code Thread.NO_INHERIT_THREAD_LOCALS}. */
  private static final int NO_INHERITABLE = 1 << 2;

  /** The platform thread that the caller is, or is mounted on. */
  Thread currentCarrier() {
    try {
      return (Thread) currentCarrier.invokeExact();
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }
}
