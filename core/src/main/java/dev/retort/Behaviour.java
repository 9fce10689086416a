package dev.retort;

import dev.retort.term.Pid;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A process that is driven by callbacks: it holds no thread between messages. All but {@link
 * #ended} is called by the process itself.
 */
abstract class Behaviour {
  private boolean started;

  final boolean started() {
    return started;
  }

  final void start() throws Exception {
    started = true;
    init();
  }

  /** Before the first message. */
  abstract void init() throws Exception;

  /** Handles one message; {@link Decoded} if it came from another node. */
  abstract void handle(Object message) throws Exception;

  /**
   * An exception has left {@link #init} or {@link #handle}; one from here replaces it as the
   * reason.
   */
  void crashed(Object reason) throws Exception {}

  /** The class whose records are the vocabulary of its messages. */
  abstract Class<?> code();

  /** What it is, for its crash report: {@code GenServer}. */
  String describe() {
    return "Process";
  }

  /** What it was doing, for its crash report: the name of each thing, and its value. */
  Map<String, Object> circumstances() {
    return Map.of();
  }

  /** Who has started it; null if that is not known. */
  @Nullable Pid starter() {
    return null;
  }

  /** On whose behalf it runs, nearest first. */
  List<Pid> callers() {
    return List.of();
  }

  /** Whose call it was handling when it crashed; null if it was none. */
  @Nullable Pid client() {
    return null;
  }

  /** The process has ended; on the thread that ended it, which need not be its own. */
  void ended(Object reason) {}

  /** All who are linked with the process, or monitor it, have been told; on that thread, too. */
  void announced(Object reason) {}
}
