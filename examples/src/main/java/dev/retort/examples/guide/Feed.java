package dev.retort.examples.guide;

import dev.retort.Call;
import dev.retort.From;
import dev.retort.GenServer;
import dev.retort.Step;
import dev.retort.term.Name;
import dev.retort.term.Pid;
import java.util.function.Consumer;

/**
 * Takes lines such as {@code ACME 9950} from outside, and counts them.
 *
 * @param out where the prices go
 */
record Feed(Consumer<Price> out) implements GenServer<Integer> {
  /** A line; the reply says how many there were since the feed has started. */
  record Line(String text) implements Call<Integer> {}

  static Pid startLink(Consumer<Price> out) {
    return GenServer.startLink(() -> new Feed(out), GenServer.name("feed"));
  }

  static int line(String text) {
    return GenServer.call(Name.of("feed"), new Line(text));
  }

  @Override
  public Integer init() {
    return 0;
  }

  @Override
  public Step<Integer> handleCall(Call<?> request, From from, Integer count) {
    return switch (request) {
      case Line line -> {
        out.accept(Price.parse(line.text()));
        yield line.reply(count + 1, count + 1);
      }
      default -> GenServer.unknown(request);
    };
  }
}
