package dev.retort;

/**
 * Whether a supervisor ends by itself, with {@code shutdown}, when significant children have ended
 * by themselves: {@code auto_shutdown} of OTP's supervisor flags.
 *
 * <p>A child ends by itself when it is not started again: a {@link Restart#TEMPORARY} one always, a
 * {@link Restart#TRANSIENT} one that ends normally. One that the supervisor stops, because somebody
 * asked for it or since a sibling ended, does not count.
 */
public enum AutoShutdown {
  /** Never; a significant child is refused then. */
  NEVER,
  /** When one of them has. */
  ANY_SIGNIFICANT,
  /** When the last one of them that ran has. */
  ALL_SIGNIFICANT
}
