package dev.retort.node;

import dev.retort.term.Atom;
import dev.retort.term.Pid;
import dev.retort.term.Tuple;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Sets the lock under which two nodes, and everybody whom either knows, become one cluster: "the
 * locker" of global.erl. One node of a pair locks its own partition, tells the other, and when both
 * have done so the name servers exchange what they know; then the lock goes.
 *
 * <p>One virtual thread, from the start of the node to its end, told what to do by messages.
 */
final class GlobalLocker implements Runnable {
  private static final long FIRST_TRY_MILLIS = 200;
  private static final long MAX_PAUSE_MILLIS = 3000;

  /** What the locker is told. */
  sealed interface Message {
    /** A node that is to be synchronized with. */
    record HisLocker(Atom node, Pid locker, Object myTag, Object hisTag) implements Message {}

    /**
     * The work with a node is done, or in vain.
     *
     * @param myTag which work, null if there is none
     * @param then what to do while the lock is still set
     */
    record Cancel(Atom node, @Nullable Object myTag, Runnable then) implements Message {}

    /** The other locker has, or has not, set its lock. */
    record LockSet(Pid locker, boolean set, Object myTag) implements Message {}

    /** These nodes belong to our partition now. */
    record AddKnown(List<Atom> nodes) implements Message {}

    /** This one does no more. */
    record RemoveKnown(Atom node) implements Message {}
  }

  /** Says that the lock is set on both sides. */
  @FunctionalInterface
  interface Locked {
    void lockIsSet(Atom node, Object myTag, Tuple lockId);
  }

  /** Tells the other locker, by way of the name servers, whether our lock is set. */
  interface Teller {
    void lockSet(Message.HisLocker him, boolean set, List<Atom> known);

    /** To a locker that we know nothing of: it must not wait for us. */
    void refuse(Pid locker, List<Atom> known);
  }

  private final Atom self;
  private final GlobalCalls calls;
  private final GlobalLocks locks;
  private final Locked locked;
  private final Teller teller;
  private final BlockingQueue<Message> inbox = new LinkedBlockingQueue<>();

  // The thread's own.
  private final ArrayDeque<Message> kept = new ArrayDeque<>();
  private final List<Message.HisLocker> others = new ArrayList<>();
  private final List<Atom> known = new ArrayList<>();
  private boolean justSynced;

  GlobalLocker(Atom self, GlobalCalls calls, GlobalLocks locks, Locked locked, Teller teller) {
    this.self = self;
    this.calls = calls;
    this.locks = locks;
    this.locked = locked;
    this.teller = teller;
  }

  void tell(Message message) {
    inbox.add(message);
  }

  @Override
  public void run() {
    try {
      for (; ; ) {
        var message = next();
        if (message != null) {
          handle(message);
        } else {
          selectNode();
        }
      }
    } catch (InterruptedException e) {
      // the node is closed
    }
  }

  /** The next message; null when it is time to set a lock ourselves. */
  private @Nullable Message next() throws InterruptedException {
    var message = kept.poll();
    if (message != null) {
      return message;
    }
    if (others.isEmpty()) {
      return inbox.take();
    }
    // more than nothing, or others of our partition would hardly ever get the lock
    long pause =
        justSynced
            ? 0
            : known.isEmpty()
                ? FIRST_TRY_MILLIS
                : Math.min(1000 + 100L * known.size(), MAX_PAUSE_MILLIS);
    message = inbox.poll(pause, TimeUnit.MILLISECONDS);
    justSynced = false;
    return message;
  }

  /** The first message that {@code match} wants; the others are kept for later. */
  private <T> T await(Function<Message, @Nullable T> match) throws InterruptedException {
    for (var iterator = kept.iterator(); iterator.hasNext(); ) {
      var result = match.apply(iterator.next());
      if (result != null) {
        iterator.remove();
        return result;
      }
    }
    for (; ; ) {
      var message = inbox.take();
      var result = match.apply(message);
      if (result != null) {
        return result;
      }
      kept.add(message);
    }
  }

  private void handle(Message message) throws InterruptedException {
    switch (message) {
      case Message.HisLocker him -> others.add(him);
      case Message.Cancel cancel -> {
        if (cancel.myTag != null) {
          cancel.then.run();
          remove(cancel.node, cancel.myTag);
        }
      }
      case Message.LockSet lockSet -> {
        if (lockSet.set) {
          answer(lockSet);
        }
      }
      case Message.AddKnown add -> add(add.nodes);
      case Message.RemoveKnown remove -> known.remove(remove.node);
    }
  }

  private void add(List<Atom> nodes) {
    for (var node : nodes) {
      if (!known.contains(node)) {
        known.add(node);
      }
    }
  }

  private void remove(Atom node, Object myTag) {
    others.removeIf(him -> him.node().equals(node) && him.myTag().equals(myTag));
  }

  /** The other side has locked its partition: we lock ours. */
  private void answer(Message.LockSet lockSet) throws InterruptedException {
    var him = find(lockSet);
    if (him == null) {
      teller.refuse(lockSet.locker, known);
      return;
    }
    var lockId = lockId(him.locker());
    boolean set = lockSafely(lockId, List.of());
    teller.lockSet(him, set, known);
    justSynced = set;
    if (set) {
      var nodes = new ArrayList<>(known);
      nodes.add(self);
      locked.lockIsSet(him.node(), him.myTag(), lockId);
      awaitCancel(him, lockId, nodes);
      justSynced = true;
    }
  }

  private Message.@Nullable HisLocker find(Message.LockSet lockSet) {
    for (var him : others) {
      if (him.node().equals(lockSet.locker.node()) && him.myTag().equals(lockSet.myTag)) {
        return him;
      }
    }
    return null;
  }

  /** We take the first step with one of those who wait. */
  private void selectNode() throws InterruptedException {
    if (locks.isGlobalSet()) {
      return;
    }
    others.removeIf(him -> known.contains(him.node()));
    if (others.isEmpty()) {
      return;
    }
    var him = others.get(ThreadLocalRandom.current().nextInt(others.size()));
    var lockId = lockId(him.locker());
    // the other node itself is locked, too: both partitions cannot be locked under different names
    if (!lockSafely(lockId, List.of(him.node()))) {
      return;
    }
    var nodes = new ArrayList<>(known);
    nodes.add(self);
    nodes.add(him.node());
    teller.lockSet(him, true, known);
    awaitHim(him, lockId, nodes);
  }

  private void awaitHim(Message.HisLocker him, Tuple lockId, List<Atom> nodes)
      throws InterruptedException {
    Predicate<Message> his =
        message ->
            switch (message) {
              case Message.LockSet set ->
                  set.locker.node().equals(him.node()) && set.myTag.equals(him.myTag());
              case Message.Cancel cancel ->
                  cancel.node.equals(him.node()) && him.myTag().equals(cancel.myTag);
              default -> false;
            };
    switch (await(message -> his.test(message) ? message : null)) {
      case Message.LockSet set when set.set -> {
        locked.lockIsSet(him.node(), him.myTag(), lockId);
        awaitCancel(him, lockId, nodes);
        justSynced = true;
      }
      case Message.Cancel cancel -> {
        cancel.then.run();
        deleteLock(lockId, nodes);
        remove(him.node(), him.myTag());
      }
      default -> deleteLock(lockId, nodes);
    }
  }

  /** The name servers do their work; then the lock goes. */
  private void awaitCancel(Message.HisLocker him, Tuple lockId, List<Atom> nodes)
      throws InterruptedException {
    var cancel =
        await(
            message ->
                message instanceof Message.Cancel c
                        && c.node.equals(him.node())
                        && him.myTag().equals(c.myTag)
                    ? c
                    : null);
    cancel.then.run();
    deleteLock(lockId, nodes);
    remove(him.node(), him.myTag());
  }

  /** Both sides use the same name for the lock, so nodes that both know can be locked by both. */
  private Tuple lockId(Pid his) {
    var pids = new ArrayList<>(List.of(calls.caller(), his));
    pids.sort(PidOrder.ERLANG);
    return Tuple.of(GlobalLocks.GLOBAL, List.copyOf(pids));
  }

  // ---- locks on many nodes

  /** The greatest node first, which decides between several lockers; then us; then all others. */
  private boolean lockSafely(Tuple lockId, List<Atom> extra) throws InterruptedException {
    var boss = boss(known);
    if (!boss.equals(self) && !locks.canSet(lockId)) {
      return false;
    }
    var first = List.of(boss);
    if (!setLock(lockId, first)) {
      return false;
    }
    var second = new ArrayList<Atom>(extra);
    second.add(self);
    second.removeAll(first);
    if (!setLock(lockId, second)) {
      calls.deleteLock(lockId, first);
      return false;
    }
    var rest = new ArrayList<>(known);
    rest.removeAll(first);
    if (!setLock(lockId, rest)) {
      second.addAll(first);
      calls.deleteLock(lockId, second);
      return false;
    }
    return true;
  }

  private Atom boss(List<Atom> nodes) {
    var all = new ArrayList<>(nodes);
    all.add(self);
    return Collections.max(all);
  }

  private boolean setLock(Tuple lockId, Collection<Atom> nodes) throws InterruptedException {
    return calls.setLock(locks, lockId, nodes);
  }

  /** The lock on the greatest node goes last. */
  private void deleteLock(Tuple lockId, List<Atom> nodes) throws InterruptedException {
    var boss = Collections.max(nodes);
    var rest = new ArrayList<>(nodes);
    rest.removeIf(boss::equals);
    calls.deleteLock(lockId, rest);
    calls.deleteLock(lockId, List.of(boss));
  }
}
