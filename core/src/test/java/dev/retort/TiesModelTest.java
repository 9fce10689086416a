package dev.retort;

import dev.retort.spi.Signal;
import dev.retort.term.Atom;
import dev.retort.term.Pid;
import dev.retort.term.Ref;
import java.util.ArrayList;
import java.util.List;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Validate;
import org.junit.jupiter.api.Test;

/** What holds of links, monitors and exits between two processes. */
class TiesModelTest {
  /** Does what it is sent, and keeps everything else. */
  private static final class Doer extends Behaviour {
    final List<Object> got = new ArrayList<>();

    @Override
    void init() {}

    @Override
    void handle(Object message) throws Exception {
      if (message instanceof Body body) {
        body.run();
      } else {
        got.add(message);
      }
    }

    @Override
    Class<?> code() {
      return Doer.class;
    }
  }

  /** Two servers. */
  public abstract static class Two {
    final StillNode still = new StillNode();
    final Doer oneGot = new Doer();
    final Doer otherGot = new Doer();
    final LocalProcess one = still.process(oneGot);
    final LocalProcess other = still.process(otherGot);

    void monitor(LocalProcess watcher, LocalProcess watched) {
      Ref ref = still.node.newRef();
      watcher.addMonitor(ref, new Watch(watched.pid), null);
      watched.signal(new Signal.Monitor(ref, watcher.pid, null));
    }

    static boolean linked(LocalProcess from, Pid to) {
      var info = from.info();
      return info != null && info.links().contains(to);
    }

    void mutual() {
      still.runReady();
      for (int i = 0; i < 3; i++) {
        one.settle();
        other.settle();
      }
      boolean there = linked(one, other.pid);
      boolean back = linked(other, one.pid);
      Model.isTrue(there == back, there ? "linked one way" : "linked the other way");
    }

    @Operation(runOnce = true)
    public void turn() {
      still.runReady();
    }

    @Validate
    public abstract void law();
  }

  @Test
  void linksFromBothSidesEndMutualOrAbsent() {
    Model.check(LinkAgainstUnlink.class, 2);
  }

  /** {@code link} on one side against {@code unlink} on the other, of a link that is there. */
  public static class LinkAgainstUnlink extends Two {
    public LinkAgainstUnlink() {
      still.link(one, other);
      one.send(
          (Body)
              () -> {
                Kernel.unlink(other.pid);
                Kernel.link(other.pid);
              });
    }

    /** As the other process would, on a thread of its own. */
    @Operation(runOnce = true)
    public void unlink() {
      var signal = other.removeLink(one.pid, 1);
      if (signal != null) {
        still.node.signal(other.pid, one.pid, signal);
      }
    }

    @Override
    public void law() {
      mutual();
    }
  }

  @Test
  void thereIsExactlyOneDownForEachMonitor() {
    Model.check(MonitorAgainstEnd.class, 2);
  }

  /** {@code Kernel.monitor}'s push against {@code close}'s. */
  public static class MonitorAgainstEnd extends Two {
    public MonitorAgainstEnd() {
      one.send((Body) () -> Kernel.monitor(other.pid));
    }

    @Operation(runOnce = true)
    public void kill() {
      still.exit(other, Atom.KILL);
    }

    @Override
    public void law() {
      still.runReady();
      Model.isTrue(oneGot.got.size() == 1 && oneGot.got.getFirst() instanceof Down, oneGot.got);
    }
  }

  @Test
  void thereIsNoDownAfterADemonitorThatFoundTheMonitor() {
    Model.check(DemonitorAgainstEnd.class, 2);
  }

  /** {@code removeMonitor} against {@code applyDown}. */
  public static class DemonitorAgainstEnd extends Two {
    private boolean active;

    public DemonitorAgainstEnd() {
      var ref = still.node.newRef();
      one.addMonitor(ref, new Watch(other.pid), null);
      other.signal(new Signal.Monitor(ref, one.pid, null));
      one.send((Body) () -> active = Kernel.demonitor(ref));
    }

    @Operation(runOnce = true)
    public void kill() {
      still.exit(other, Atom.KILL);
    }

    @Override
    public void law() {
      still.runReady();
      Model.isTrue(oneGot.got.size() == (active ? 0 : 1), oneGot.got);
    }
  }
}
