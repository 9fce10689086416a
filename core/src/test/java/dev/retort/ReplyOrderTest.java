package dev.retort;

import static dev.retort.Kernel.exit;
import static dev.retort.Kernel.monitor;
import static dev.retort.Kernel.spawn;
import static org.assertj.core.api.Assertions.assertThat;

import dev.retort.term.Atom;
import dev.retort.term.Pid;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A reply does not overtake the signals that its server has sent to the caller before. */
class ReplyOrderTest {
  private record WatchMe(Pid pid) implements Call<Atom> {}

  /** Monitors whoever calls, replies, and passes on why they ended. */
  private record Watchman(BlockingQueue<Object> reasons) implements GenServer<Atom> {
    @Override
    public Atom init() {
      return Atom.OK;
    }

    @Override
    public Step<Atom> handleCall(Call<?> request, From from, Atom state) {
      if (request instanceof WatchMe watch) {
        monitor(watch.pid);
        return watch.reply(Atom.OK, state);
      }
      return GenServer.unknown(request);
    }

    @Override
    public Step<Atom> handleInfo(Object message, Atom state) {
      if (message instanceof Down down) {
        reasons.add(down.reason());
      }
      return GenServer.noReply(state);
    }
  }

  @Test
  void aMonitorThatWasMadeBeforeTheReplySeesWhyTheCallerEndsAfterIt() throws Exception {
    var reasons = new LinkedBlockingQueue<Object>();
    var watchman = GenServer.start(() -> new Watchman(reasons));
    for (int i = 0; i < 300; i++) {
      var boom = Atom.of("boom" + i);
      spawn(
          () -> {
            GenServer.call(watchman, new WatchMe(Kernel.self()));
            exit(boom);
          });
      assertThat(reasons.poll(20, TimeUnit.SECONDS)).isEqualTo(boom);
    }
    GenServer.stop(watchman);
  }
}
