package dev.retort;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The runners of this JVM by their threads. A thread-local takes longer to read, and more than
 * three times the memory.
 */
final class Runners {
  private static final Map<Thread, Runner> ALL = new ConcurrentHashMap<>();

  /** Those that asked last which they are, by the low bits of their threads' ids. */
  private static final @Nullable Runner[] RECENT = new @Nullable Runner[1024];

  private Runners() {}

  /** The runner that the calling thread is; null for any other thread. */
  static @Nullable Runner current() {
    var thread = Thread.currentThread();
    var recent = RECENT[place(thread)];
    return recent != null && recent.thread() == thread ? recent : find(thread);
  }

  private static @Nullable Runner find(Thread thread) {
    var runner = ALL.get(thread);
    if (runner != null) {
      RECENT[place(thread)] = runner;
    }
    return runner;
  }

  private static int place(Thread thread) {
    return (int) thread.threadId() & (RECENT.length - 1);
  }

  /** The calling thread is {@code runner} from now on. */
  static void enter(Runner runner) {
    ALL.put(Thread.currentThread(), runner);
  }

  /** The calling thread is no runner any more. */
  static void leave() {
    var thread = Thread.currentThread();
    ALL.remove(thread);
    RECENT[place(thread)] = null;
  }
}
