package dev.retort;

import dev.retort.term.Atom;
import dev.retort.term.Pid;
import dev.retort.term.Tuple;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The process that leads the group of an application's processes: OTP's {@code application_master}.
 * It hands on what they print, and ends what is left of them when the application has ended.
 *
 * <p>It starts the {@link ApplicationRoot}, which runs the application's callbacks: the master must
 * never wait, since the callbacks print, too.
 */
final class ApplicationMaster extends Behaviour {
  private static final Atom IO_REQUEST = Atom.of("io_request");

  private final Applications applications;
  private final ApplicationSpec spec;
  private final Application application;
  private final Pid controller;

  // From the start on.
  private @Nullable Pid oldLeader;
  private @Nullable Pid root;

  /** How the start came out is known, here and to the controller. */
  private boolean started;

  /** Why the application is to end; null while it is not. */
  private @Nullable Object ending;

  ApplicationMaster(
      Applications applications, ApplicationSpec spec, Application application, Pid controller) {
    this.applications = applications;
    this.spec = spec;
    this.application = application;
    this.controller = controller;
  }

  @Override
  void init() {
    Kernel.trapExit(true);
    var self = Kernel.process("init");
    oldLeader = self.groupLeader;
    self.groupLeader = self.pid; // so the root's, and that of all that it starts
    applications.leads(self.pid, spec.name());
    root =
        self.pid.home.spawnFrom(self, new ApplicationRoot(spec, application, self.pid), true, null);
  }

  @Override
  void handle(Object message) {
    switch (message) {
      case ApplicationRoot.Started(var failure) -> {
        if (failure == null) {
          started(null);
        } else {
          ending = failure; // the root ends now
        }
      }
      case Exit(var pid, var reason) when root != null && root.equals(pid) -> rootEnded(reason);
      case Exit(var pid, var reason) when pid.equals(controller) && ending == null -> {
        ending = reason;
        Kernel.send(root(), new ApplicationRoot.Terminate());
      }
      case Decoded(var term) -> handOn(term);
      default -> handOn(message);
    }
  }

  private Pid root() {
    if (root == null) {
      throw new IllegalStateException("init has not run");
    }
    return root;
  }

  private void handOn(Object message) {
    if (oldLeader != null
        && message instanceof Tuple request
        && request.size() == 4
        && request.get(0).equals(IO_REQUEST)) {
      Kernel.send(oldLeader, request); // which answers the one that prints
    }
  }

  private void started(@Nullable Object failure) {
    started = true;
    Kernel.send(controller, new ApplicationController.Started(spec.name(), failure));
  }

  private void rootEnded(Object reason) {
    var why = ending == null ? reason : ending;
    killGroup();
    if (!started) {
      started(why);
      throw quietly(Atom.NORMAL);
    }
    throw quietly(why);
  }

  /** The application's report says it, no crash report of this process. */
  private static ProcessEnded quietly(Object reason) {
    Kernel.process("end").end(reason);
    return new ProcessEnded();
  }

  /** {@code kill_all_procs/0}: also those that the dying have started meanwhile. */
  private static void killGroup() {
    var self = Kernel.process("end");
    for (var left = group(self); !left.isEmpty(); left = group(self)) {
      var monitors = left.stream().map(Kernel::monitor).toList();
      left.forEach(pid -> Kernel.exit(pid, Atom.KILL));
      monitors.forEach(ref -> self.awaitDown(ref, Long.MAX_VALUE));
    }
  }

  private static List<Pid> group(LocalProcess self) {
    var group = new ArrayList<Pid>();
    self.pid.home.forEachProcess(
        process -> {
          if (process != self && process.groupLeader.equals(self.pid) && !process.hasEnded()) {
            group.add(process.pid);
          }
        });
    return group;
  }

  @Override
  Class<?> code() {
    return application.getClass();
  }
}
