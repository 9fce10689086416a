package app;

import dev.retort.Call;
import dev.retort.From;
import dev.retort.GenServer;
import dev.retort.Step;

/** A server that counts its calls. */
public final class Counter implements GenServer<Integer> {
  public record Next() implements Call<Integer> {}

  @Override
  public Integer init() {
    return 0;
  }

  @Override
  public Step<Integer> handleCall(Call<?> request, From from, Integer count) {
    return switch (request) {
      case Next next -> next.reply(count + 1, count + 1);
      default -> GenServer.unknown(request);
    };
  }
}
