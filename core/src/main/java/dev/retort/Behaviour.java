package dev.retort;

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

  /** What it was doing, for its crash report. */
  String circumstances() {
    return "";
  }

  /** The process has ended; on the thread that ended it, which need not be its own. */
  void ended(Object reason) {}
}
