package dev.retort;

import dev.retort.term.Atom;
import dev.retort.term.Tuple;
import java.time.LocalDateTime;
import java.util.List;

/**
 * What a process counts for {@link Sys#statistics}: {@code sys:statistics(Name, get)}.
 *
 * @param start since when, in the time zone of its node
 * @param current when it was asked
 * @param messagesIn the messages that it has taken since; requests of {@link Sys} do not count
 * @param messagesOut the replies that its callbacks have returned since
 */
public record ServerStatistics(
    LocalDateTime start, LocalDateTime current, long messagesIn, long messagesOut) {
  /** As Erlang has it, where it also tells reductions, which nobody counts here. */
  static List<Tuple> asTerm(LocalDateTime start, LocalDateTime current, long in, long out) {
    return List.of(
        Tuple.of(Atom.of("start_time"), term(start)),
        Tuple.of(Atom.of("current_time"), term(current)),
        Tuple.of(Atom.of("reductions"), 0L),
        Tuple.of(Atom.of("messages_in"), in),
        Tuple.of(Atom.of("messages_out"), out));
  }

  static ServerStatistics of(List<?> term) {
    return new ServerStatistics(
        time(element(term, 0)),
        time(element(term, 1)),
        ((Number) element(term, 3)).longValue(),
        ((Number) element(term, 4)).longValue());
  }

  private static Object element(List<?> term, int index) {
    return ((Tuple) term.get(index)).get(1);
  }

  /** {@code {{Year, Month, Day}, {Hour, Minute, Second}}}. */
  private static Tuple term(LocalDateTime time) {
    return Tuple.of(
        Tuple.of((long) time.getYear(), (long) time.getMonthValue(), (long) time.getDayOfMonth()),
        Tuple.of((long) time.getHour(), (long) time.getMinute(), (long) time.getSecond()));
  }

  private static LocalDateTime time(Object term) {
    var date = (Tuple) ((Tuple) term).get(0);
    var time = (Tuple) ((Tuple) term).get(1);
    return LocalDateTime.of(
        number(date, 0),
        number(date, 1),
        number(date, 2),
        number(time, 0),
        number(time, 1),
        number(time, 2));
  }

  private static int number(Tuple tuple, int index) {
    return ((Number) tuple.get(index)).intValue();
  }
}
