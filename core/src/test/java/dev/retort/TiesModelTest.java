package dev.retort;

import dev.retort.spi.Signal;
import dev.retort.term.Atom;
import dev.retort.term.Pid;
import dev.retort.term.Ref;
import java.time.Duration;
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
  void aLinkMadeAfterAnUnlinkIsMutualThoughAnotherThreadAcknowledgesTheUnlink() {
    Model.check(LinkAgainstAcknowledgement.class, 2);
  }

  /** {@code applied}, which sends an UnlinkAck without the lock, against {@code Kernel.link}. */
  public static class LinkAgainstAcknowledgement extends Two {
    public LinkAgainstAcknowledgement() {
      still.link(one, other);
      one.send((Body) () -> Kernel.link(other.pid));
      one.signal(other.removeLink(one.pid, 1));
    }

    @Operation(runOnce = true)
    public void info() {
      one.info();
    }

    @Override
    public void law() {
      mutual();
    }
  }

  @Test
  void nobodyIsLeftLinkedToAProcessThatWasKilledWhileItLinked() {
    Model.check(LinkAgainstKill.class, 2);
  }

  /** {@code Kernel.link} between addLink and the signal against {@code end} and announce. */
  public static class LinkAgainstKill extends Two {
    public LinkAgainstKill() {
      other.trapExit(true);
      one.send((Body) () -> Kernel.link(other.pid));
    }

    @Operation(runOnce = true)
    public void kill() {
      still.exit(one, Atom.KILL);
    }

    @Override
    public void law() {
      still.runReady();
      Model.isTrue(!linked(other, one.pid), "linked to a dead process; got " + otherGot.got);
    }
  }

  @Test
  void nobodyIsLeftMonitoredByAProcessThatWasKilledWhileItMonitored() {
    Model.check(MonitorAgainstKill.class, 2);
  }

  /** {@code Kernel.monitor} between addMonitor and the signal against {@code end} and announce. */
  public static class MonitorAgainstKill extends Two {
    public MonitorAgainstKill() {
      one.send((Body) () -> Kernel.monitor(other.pid));
    }

    @Operation(runOnce = true)
    public void kill() {
      still.exit(one, Atom.KILL);
    }

    @Override
    public void law() {
      still.runReady();
      var info = other.info();
      Model.isTrue(info != null && info.monitoredBy().isEmpty(), "monitored by a dead process");
    }
  }

  @Test
  void nothingOfAKilledProcessComesAfterItsDown() {
    Model.check(SendAgainstKill.class, 2);
  }

  /** {@code Kernel.send} between checkEnded and the push against {@code end} and announce. */
  public static class SendAgainstKill extends Two {
    public SendAgainstKill() {
      monitor(other, one);
      one.send((Body) () -> Kernel.send(other.pid, "late"));
    }

    @Operation(runOnce = true)
    public void kill() {
      still.exit(one, Atom.KILL);
    }

    @Override
    public void law() {
      still.runReady();
      Model.isTrue(otherGot.got.size() < 2 || otherGot.got.getLast() instanceof Down, otherGot.got);
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

  @Test
  void anExitThatComesAsTrappingEndsTakesEffectAtOnce() {
    Model.check(ExitAgainstNoTrap.class, 2);
  }

  /** {@code isUrgent}'s look at trapExit and the push against trapExit(false) and its settle. */
  public static class ExitAgainstNoTrap extends Two {
    private volatile boolean sent;
    private boolean livesOn;

    public ExitAgainstNoTrap() {
      one.trapExit(true);
      one.send(
          (Body)
              () -> {
                Kernel.trapExit(false);
                while (!sent) {
                  Thread.onSpinWait();
                }
                // While it still trapped exits it may have become a message, which it stays.
                livesOn = !one.hasEnded() && Kernel.receive(Exit.class, Duration.ZERO) == null;
              });
    }

    @Operation(runOnce = true)
    public void exit() {
      still.exit(one, Atom.of("boom"));
      sent = true;
    }

    @Override
    public void law() {
      Model.isTrue(!livesOn, "it neither traps the exit nor has it ended");
    }
  }

  @Test
  void ofTwoMessagesThroughAReplyAliasOneArrives() {
    Model.check(ReplyAgainstReply.class, 3);
  }

  /** {@code Ties.use} for one message against the look for an alias on behalf of another. */
  public static class ReplyAgainstReply extends Two {
    private final Ref alias = still.node.newRef();

    public ReplyAgainstReply() {
      one.addAlias(alias, new Alias(AliasMode.REPLY, false));
    }

    @Operation(runOnce = true)
    public void reply() {
      still.node.send(null, alias, "reply");
    }

    @Operation(runOnce = true)
    public void another() {
      still.node.send(null, alias, "another");
    }

    @Override
    public void law() {
      still.runReady();
      Model.isTrue(oneGot.got.size() == 1, oneGot.got);
      Model.isTrue(still.node.aliases.isEmpty(), "the alias is still there");
    }
  }

  @Test
  void nothingComesThroughAnAliasThatWasTakenBackInTime() {
    Model.check(ReplyAgainstUnalias.class, 2);
  }

  /** {@code Kernel.unalias} against a message that is under way. */
  public static class ReplyAgainstUnalias extends Two {
    private final Ref alias = still.node.newRef();
    private boolean inTime;

    public ReplyAgainstUnalias() {
      one.addAlias(alias, new Alias(AliasMode.REPLY, false));
      one.send((Body) () -> inTime = Kernel.unalias(alias));
    }

    @Operation(runOnce = true)
    public void reply() {
      still.node.send(null, alias, "reply");
    }

    @Override
    public void law() {
      still.runReady();
      Model.isTrue(oneGot.got.size() == (inTime ? 0 : 1), oneGot.got);
    }
  }

  @Test
  void ofTheReplyAndTheEndOfItsSenderOneArrives() {
    Model.check(ReplyAgainstEnd.class, 3);
  }

  /** {@code applyToAlias}, which takes the monitor back, against {@code applyDown}. */
  public static class ReplyAgainstEnd extends Two {
    private final Ref ref = still.node.newRef();

    public ReplyAgainstEnd() {
      one.addMonitor(ref, new Watch(other.pid), new Alias(AliasMode.REPLY_DEMONITOR, false));
      other.signal(new Signal.Monitor(ref, one.pid, null));
    }

    @Operation(runOnce = true)
    public void reply() {
      still.node.send(null, ref, "reply");
    }

    @Operation(runOnce = true)
    public void kill() {
      still.exit(other, Atom.KILL);
    }

    @Override
    public void law() {
      still.runReady();
      Model.isTrue(oneGot.got.size() == 1, oneGot.got);
    }
  }
}
