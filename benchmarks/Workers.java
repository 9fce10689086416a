import static dev.retort.Kernel.*;

import dev.retort.term.Atom;
import dev.retort.term.Pid;
import java.util.function.IntFunction;

/** The processes of a workload: they are there before the clock starts, and work when told to. */
final class Workers {
  static final Atom DONE = Atom.of("done");

  /** Tells a process to do its work so many times, and to say {@link #DONE} then. */
  record Go(int times) {}

  private Workers() {}

  static Pid[] pids(int count, IntFunction<Pid> start) {
    var pids = new Pid[count];
    for (int i = 0; i < count; i++) {
      pids[i] = start.apply(i);
    }
    return pids;
  }

  /** A process that on {@link Go} does its work so many times, and says so. */
  static Pid worker(Pid starter, Runnable work) {
    return spawn(
        () -> {
          while (true) {
            int times = receive(Go.class).times();
            for (int i = 0; i < times; i++) {
              work.run();
            }
            send(starter, DONE);
          }
        });
  }

  static void go(Pid[] workers, int times) {
    for (var worker : workers) {
      send(worker, new Go(times));
    }
    for (int i = 0; i < workers.length; i++) {
      receive();
    }
  }

  static void end(Pid... pids) {
    for (var pid : pids) {
      exit(pid, Atom.KILL);
    }
  }
}
