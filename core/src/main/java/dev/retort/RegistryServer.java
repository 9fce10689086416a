package dev.retort;

import dev.retort.term.Ref;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;

/**
 * The process of one partition of a {@link Registry}. It is linked to the processes that have
 * registrations there, and takes these back when they end. And it gives out locks; its state is who
 * waits for which. Nobody asks it to look something up.
 */
final class RegistryServer implements GenServer<Map<Object, Queue<From>>> {
  /** Asks for a lock; the reply, a reference to give it back with, comes when it is free. */
  record Lock(Object key) implements Call<Ref> {}

  /** Gives a lock back. */
  record Unlock(Ref holder) {}

  private final RegistryTable table;
  private final int number;

  /** The locks that are held, by the monitors of those who hold them. */
  private final Map<Ref, Object> held = new HashMap<>();

  RegistryServer(RegistryTable table, int number) {
    this.table = table;
    this.number = number;
  }

  @Override
  public Map<Object, Queue<From>> init() {
    Kernel.trapExit(true);
    table.open(number, Kernel.process("init").pid);
    return new HashMap<>();
  }

  @Override
  public Step<Map<Object, Queue<From>>> handleCall(
      Call<?> request, From from, Map<Object, Queue<From>> waiting) {
    if (!(request instanceof Lock(var key))) {
      return GenServer.unknown(request);
    }
    var queue = waiting.get(key);
    if (queue == null) {
      waiting.put(key, new ArrayDeque<>(1));
      grant(key, from);
    } else {
      queue.add(from);
    }
    return GenServer.noReply(waiting);
  }

  /** One that has ended in the meantime gives a Down at once. */
  private void grant(Object key, From from) {
    var holder = Kernel.monitor(from.pid());
    held.put(holder, key);
    GenServer.reply(from, holder);
  }

  @Override
  public Step<Map<Object, Queue<From>>> handleInfo(
      Object message, Map<Object, Queue<From>> waiting) {
    switch (message) {
      case Exit(var pid, var reason) when !RegistryRows.isAlive(pid) ->
          table.forget(table.get(number), pid);
      case Unlock(var holder) -> {
        Kernel.demonitorFlush(holder);
        release(holder, waiting);
      }
      case Down down -> release(down.ref(), waiting);
      default -> {}
    }
    return GenServer.noReply(waiting);
  }

  private void release(Ref holder, Map<Object, Queue<From>> waiting) {
    var key = held.remove(holder);
    var queue = key == null ? null : waiting.get(key);
    if (key == null || queue == null) {
      return;
    }
    var next = queue.poll();
    if (next == null) {
      waiting.remove(key);
    } else {
      grant(key, next);
    }
  }
}
