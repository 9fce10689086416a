package dev.retort;

/**
 * Turns the kernel's log off, for tests in which thousands of processes crash on purpose.
 *
 * <p>By reflection, since this module does not read the one behind {@link System.Logger}.
 */
final class CrashLog {
  /** Held, since it would be forgotten together with its level otherwise. */
  private static final Object LOGGER;

  static {
    try {
      LOGGER =
          Class.forName("java.util.logging.Logger")
              .getMethod("getLogger", String.class)
              .invoke(null, "dev.retort");
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private CrashLog() {}

  static void on(boolean on) {
    try {
      var level = Class.forName("java.util.logging.Level");
      LOGGER
          .getClass()
          .getMethod("setLevel", level)
          .invoke(LOGGER, on ? null : level.getField("OFF").get(null));
    } catch (ReflectiveOperationException e) {
      throw new LinkageError(e.getMessage(), e);
    }
  }
}
