package dev.retort.examples.guide;

import dev.retort.Outcome;
import dev.retort.StreamOptions;
import dev.retort.TaskSupervisor;
import dev.retort.term.Name;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** Asks exchanges what a share costs: some of them answer, some take too long. */
final class Exchanges {
  private static final StreamOptions OPTIONS =
      StreamOptions.DEFAULT.maxConcurrency(10).onTimeout(StreamOptions.OnTimeout.KILL_TASK);

  private Exchanges() {}

  /** The prices of all that answer in time, which is 5 seconds where it is not said. */
  static List<Price> ask(String symbol, List<String> exchanges) {
    return TaskSupervisor.asyncStreamNolink(
            Name.of("tasks"), exchanges, exchange -> ask(symbol, exchange), OPTIONS)
        .flatMap(
            outcome ->
                switch (outcome) {
                  case Outcome.Value(var price) -> Stream.of(price);
                  case Outcome.Exited(var reason) -> Stream.empty();
                })
        .toList();
  }

  /** In place of an HTTP request, which may block as this does. */
  private static Price ask(String symbol, String exchange) throws InterruptedException {
    return switch (exchange) {
      case "london" -> new Price(symbol, 9_930);
      case "paris" -> new Price(symbol, 9_940);
      default -> {
        Thread.sleep(Duration.ofHours(1));
        throw new IllegalStateException(exchange + " is closed");
      }
    };
  }
}
