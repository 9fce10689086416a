package dev.retort;

import dev.retort.spi.Distribution;
import dev.retort.spi.ProcessDetails;
import dev.retort.spi.RunningApplication;
import dev.retort.spi.Signal;
import dev.retort.spi.SystemModules;
import dev.retort.term.Atom;
import dev.retort.term.Dest;
import dev.retort.term.Pid;
import dev.retort.term.Ref;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What a distribution may do to the node it serves. */
final class NodeHost implements Distribution.Host {
  private final Node node;

  NodeHost(Node node) {
    this.node = node;
  }

  @Override
  public void send(Dest to, Object message) {
    node.send(null, to, message);
  }

  @Override
  public void sendPriority(Ref alias, Object message) {
    node.sendPriority(null, alias, message);
  }

  @Override
  public void signal(Dest to, Signal signal) {
    node.signal(node.user(), to, signal);
  }

  @Override
  public Pid pid(int id, int serial) {
    return node.pid(id, serial);
  }

  @Override
  public boolean hasEnded(Pid pid) {
    return LocalPid.ended(pid);
  }

  @Override
  public Ref newRef() {
    return node.newRef();
  }

  @Override
  public Pid spawn(
      Body body, Pid groupLeader, @Nullable Pid link, Signal.@Nullable Monitor monitor) {
    return node.create(body, groupLeader, link, monitor).pid;
  }

  @Override
  public Body function(Atom module, Atom function, int arity, Callable<Object> arguments) {
    return ForeignCode.body(module, function, arity, arguments);
  }

  @Override
  public Object rpc(Atom module, Atom function, List<?> arguments) {
    return ForeignCode.rpc(Mfa.of(module, function, arguments));
  }

  @Override
  public boolean register(Atom name, Pid process) {
    return node.register(name, process);
  }

  @Override
  public Pid serve(Distribution.MessageHandler handler) {
    return node.create(new Service(handler), node.user(), null, null).pid;
  }

  @Override
  public void later(Runnable task) {
    Carriers.INSTANCE.later(task);
  }

  @Override
  public Thread lendingThread(String name, Consumer<Distribution.Lender> task, Runnable relief) {
    return Carriers.INSTANCE.lendingThread(name, task, relief);
  }

  @Override
  public @Nullable Pid whereis(Atom name) {
    return node.whereis(name);
  }

  @Override
  public void provide(SystemModules modules) {
    node.provide(modules);
  }

  @Override
  public @Nullable Exports exported(Atom module) {
    return node.exported(module);
  }

  @Override
  public @Nullable ProcessDetails details(Pid pid, boolean withStack) {
    var process = Kernel.local(pid);
    return process == null ? null : process.details(withStack);
  }

  @Override
  public List<Object> messages(Pid pid) {
    var process = Kernel.local(pid);
    return process == null ? List.of() : process.messages();
  }

  @Override
  public List<ApplicationSpec> loadedApplications() {
    return node.applications().loaded();
  }

  @Override
  public List<RunningApplication> runningApplications() {
    return node.applications().runningApplications();
  }

  private static final class Service extends Behaviour {
    private final Distribution.MessageHandler handler;

    Service(Distribution.MessageHandler handler) {
      this.handler = handler;
    }

    @Override
    void init() {}

    @Override
    void handle(Object message) throws Exception {
      try {
        handler.handle(message instanceof Decoded(var term) ? term : message);
      } catch (ExitException e) {
        throw e;
      } catch (RuntimeException | StackOverflowError e) {
        // nobody would start it again, and all peers need it
        CrashReport.unhandled(Kernel.self(), handler.getClass().getSimpleName(), e);
      }
    }

    @Override
    Class<?> code() {
      return handler.getClass();
    }
  }
}
