package dev.retort;

import dev.retort.term.Atom;
import dev.retort.term.Pid;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/** A pid of this JVM; carries the process, so that a send is a field read. */
final class LocalPid extends Pid {
  private static final VarHandle PROCESS;

  static {
    try {
      PROCESS = MethodHandles.lookup().findVarHandle(LocalPid.class, "process", LocalProcess.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  final Node home;

  /** Null once the process has ended: a kept pid keeps nothing else. */
  volatile @Nullable LocalProcess process;

  LocalPid(Node home, int id, int serial) {
    super(id, serial);
    this.home = home;
  }

  /** Leads to {@code process} from now on; before anybody else has this pid. */
  void bear(LocalProcess process) {
    PROCESS.set(this, process); // an atomic operation follows: the table's
  }

  /** Whether its process has ended; those who are to know may not have been told yet. */
  boolean hasEnded() {
    var process = this.process;
    return process == null || process.hasEnded();
  }

  /** Whether this was a process of a node of this JVM and has ended. */
  static boolean ended(Pid pid) {
    return pid instanceof LocalPid local && local.hasEnded();
  }

  @Override
  public Atom node() {
    return home.name();
  }

  @Override
  public int creation() {
    return home.creation();
  }

  @Override
  protected int channel() {
    return 0;
  }
}
