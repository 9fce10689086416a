package dev.retort;

import dev.retort.term.Pid;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How many messages may wait in a mailbox, what happens to one more, and when to raise an alarm.
 * Mailboxes are unbounded unless told otherwise, as in OTP.
 *
 * <pre>{@code
 * Pid worker = spawn(() -> receive(), MailboxLimit.of(1_000, Overload.BLOCK));
 * Pid store = Agent.startLink(Map::of, MailboxLimit.alarmAt(10_000));
 * }</pre>
 *
 * <p>The limit is about messages from others: signals, requests to stop, and the messages that come
 * of them ({@link Down}, {@link Exit}, replies to an alias), are always let in. Where several send
 * at once, each of them may be let in over the limit by one.
 *
 * <p>An alarm is one line in the log ({@code WARNING}, from {@code dev.retort}), a {@code
 * dev.retort.MailboxAlarm} event of JFR, and, if a process is named, a {@link LongMessageQueue}
 * message to it: OTP 27's {@code long_message_queue} of {@code erlang:system_monitor/2}. It is
 * raised when the high-water mark is reached and ends when half of that is left.
 *
 * @param capacity messages that may wait, 1 or more; {@link Integer#MAX_VALUE} for no bound
 * @param overload what happens to one more
 * @param highWaterMark messages that raise the alarm, 1 or more; {@link Integer#MAX_VALUE} for none
 * @param watcher who is sent the alarm; null for nobody
 */
public record MailboxLimit(
    int capacity, Overload overload, int highWaterMark, @Nullable Pid watcher) implements Option {
  /**
   * @throws IllegalArgumentException if a number is below 1
   */
  public MailboxLimit {
    Objects.requireNonNull(overload, "overload");
    if (capacity < 1 || highWaterMark < 1) {
      throw new IllegalArgumentException(
          "a capacity and a high-water mark of 1 or more were expected, not "
              + capacity
              + " and "
              + highWaterMark);
    }
  }

  /** A bounded mailbox. */
  public static MailboxLimit of(int capacity, Overload overload) {
    return new MailboxLimit(capacity, overload, Integer.MAX_VALUE, null);
  }

  /** An unbounded mailbox with an alarm. */
  public static MailboxLimit alarmAt(int highWaterMark) {
    return new MailboxLimit(Integer.MAX_VALUE, Overload.DROP_NEWEST, highWaterMark, null);
  }

  /** The same with an alarm at {@code highWaterMark} messages. */
  public MailboxLimit withAlarmAt(int highWaterMark) {
    return new MailboxLimit(capacity, overload, highWaterMark, watcher);
  }

  /** The same, with alarms sent to {@code watcher}, too. */
  public MailboxLimit withAlarmTo(Pid watcher) {
    Objects.requireNonNull(watcher, "watcher");
    return new MailboxLimit(capacity, overload, highWaterMark, watcher);
  }
}
