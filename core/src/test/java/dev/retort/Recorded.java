package dev.retort;

import static dev.retort.Supervised.waiting;
import static dev.retort.Supervisor.oneForOne;

import dev.retort.term.Pid;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** An application of tests, which notes when its callbacks are called. */
final class Recorded implements Application {
  interface Start {
    @Nullable Pid start() throws Exception;
  }

  private final ApplicationSpec spec;
  private final List<String> notes;
  private final Start start;

  private Recorded(ApplicationSpec spec, List<String> notes, Start start) {
    this.spec = spec;
    this.notes = notes;
    this.start = start;
  }

  static List<String> notes() {
    return new CopyOnWriteArrayList<>();
  }

  /** One whose supervisor has a child and is registered under the application's name. */
  static Recorded of(String name, List<String> notes, String... applications) {
    return new Recorded(
        ApplicationSpec.of(name).applications(applications), notes, () -> supervisor(name));
  }

  static Pid supervisor(String name) {
    return Supervisor.startLink(oneForOne(), List.of(waiting("child")), GenServer.name(name));
  }

  Recorded with(UnaryOperator<ApplicationSpec> change) {
    return new Recorded(change.apply(spec), notes, start);
  }

  Recorded starting(Start start) {
    return new Recorded(spec, notes, start);
  }

  /** Makes it known to the current node. */
  void load() {
    Application.load(this);
  }

  @Override
  public ApplicationSpec spec() {
    return spec;
  }

  @Override
  public @Nullable Pid start() throws Exception {
    var pid = start.start();
    note("start");
    return pid;
  }

  @Override
  public void startPhase(String phase) {
    note("phase " + phase);
    if (phase.equals("bad")) {
      throw new IllegalStateException("no phase");
    }
  }

  @Override
  public void prepStop() {
    note("prepStop" + (Kernel.whereis(spec.name()) == null ? " without a tree" : ""));
  }

  @Override
  public void stop() {
    note("stop" + (Kernel.whereis(spec.name()) == null ? "" : " with a tree"));
  }

  private void note(String what) {
    notes.add(spec.name() + " " + what);
  }
}
