package dev.retort;

import dev.retort.term.Atom;
import dev.retort.term.Pid;
import dev.retort.term.Tuple;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The process that runs an application's callbacks and is the parent of its supervision tree: what
 * {@code application_master.erl} calls X.
 */
final class ApplicationRoot extends Behaviour {
  /** Tells the master how the start came out; null for no failure. */
  record Started(@Shareable @Nullable Object failure) {}

  /** Asks for the end. */
  record Terminate() {}

  private interface Callback {
    void run() throws Exception;
  }

  private final ApplicationSpec spec;
  private final Application application;
  private final Pid master;

  // From the start on.
  private @Nullable Pid top;
  private boolean stopping;

  ApplicationRoot(ApplicationSpec spec, Application application, Pid master) {
    this.spec = spec;
    this.application = application;
    this.master = master;
  }

  String name() {
    return spec.name();
  }

  /** Whether the end's callbacks run. In this process. */
  boolean isStopping() {
    return stopping;
  }

  // ---- the start

  @Override
  void init() {
    Kernel.trapExit(true);
    var failure = failureOfStart();
    if (failure != null) {
      stopAllStarted();
    }
    Kernel.send(master, new Started(failure));
    if (failure != null) {
      throw end(Atom.NORMAL);
    }
  }

  /** Why the application does not start, as OTP's {@code application:start/1} says it. */
  private @Nullable Object failureOfStart() {
    try {
      var pid = application.start();
      if (pid == null || pid.equals(Kernel.self())) {
        return badReturn(pid == null ? Atom.NIL : pid);
      }
      top = pid;
      Kernel.link(pid);
    } catch (ProcessEnded e) {
      throw e;
    } catch (Throwable e) {
      return failure(e);
    }
    for (var phase : spec.startPhases()) {
      try {
        application.startPhase(phase);
      } catch (ProcessEnded e) {
        throw e;
      } catch (Throwable e) {
        return Tuple.of(
            e instanceof ExitException exit ? exit.reason() : e,
            Tuple.of(module(), Atom.of("start_phase"), List.of(Atom.of(phase))));
      }
    }
    return null;
  }

  private Object failure(Throwable thrown) {
    return switch (thrown) {
      case StartException e -> Tuple.of(e.reason(), call()); // what start_link returned
      case ExitException e when e.reason().equals(Atom.NORMAL) ->
          Tuple.of(ApplicationController.EXIT_NORMAL, call());
      case ExitException e -> badReturn(Tuple.of(Applications.EXIT, e.reason()));
      default -> badReturn(Tuple.of(Applications.EXIT, thrown));
    };
  }

  private Object badReturn(Object value) {
    return Tuple.of(Atom.of("bad_return"), Tuple.of(call(), value));
  }

  private Tuple call() {
    return Tuple.of(module(), Atom.of("start"), List.of());
  }

  private Atom module() {
    return Atom.of(application.getClass().getName());
  }

  /** After a start that has failed half way: ends what it has started and linked. */
  private void stopAllStarted() {
    var self = Kernel.process("start");
    var info = self.info();
    if (info != null) {
      info.links().stream()
          .filter(pid -> !pid.equals(master))
          .forEach(pid -> shutDown(pid, Atom.SHUTDOWN));
    }
  }

  private static void shutDown(Pid pid, Object reason) {
    var ref = Kernel.monitor(pid);
    Kernel.exit(pid, reason);
    var unused = Kernel.process("stop").awaitDown(ref, Long.MAX_VALUE);
  }

  // ---- the end

  @Override
  void handle(Object message) {
    switch (message) {
      case Terminate() -> stop(Atom.SHUTDOWN, Atom.NORMAL);
      case Exit(var pid, var reason) when pid.equals(master) -> stop(reason, reason);
      case Exit(var pid, var reason) when top != null && top.equals(pid) -> {
        top = null;
        stop(reason, reason);
      }
      default -> {}
    }
  }

  private void stop(Object told, Object reason) {
    stopping = true;
    call("prepStop", application::prepStop);
    if (top != null) {
      shutDown(top, told);
    }
    call("stop", application::stop);
    throw end(reason);
  }

  private void call(String callback, Callback code) {
    try {
      code.run();
    } catch (ProcessEnded e) {
      throw e;
    } catch (Throwable e) {
      ApplicationReports.callbackFailed(spec.name(), callback, e);
    }
  }

  /** The application's report says it, no crash report of this process. */
  private static ProcessEnded end(Object reason) {
    Kernel.process("end").end(reason);
    return new ProcessEnded();
  }

  @Override
  Class<?> code() {
    return application.getClass();
  }
}
