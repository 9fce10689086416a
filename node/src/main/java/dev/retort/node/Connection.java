package dev.retort.node;

import dev.retort.PeerAccess;
import dev.retort.spi.Distribution;
import dev.retort.spi.Signal;
import dev.retort.term.Atom;
import dev.retort.term.Dest;
import dev.retort.term.Name;
import dev.retort.term.Pid;
import dev.retort.term.Ref;
import dev.retort.term.Tuple;
import dev.retort.term.Via;
import java.io.EOFException;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.math.BigInteger;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The connection with one node, from the end of the handshake to the end of either.
 *
 * <p>Two threads belong to it, one that reads and, from when it is needed, one that writes. They
 * are platform threads: with them one pair of processes makes 22,000 to 27,000 round trips a second
 * with an Erlang node on the same machine, with virtual ones, which a poller has to wake first,
 * 10,000; a hundred pairs make 50,000 to 80,000 either way. And processes that compute cannot keep
 * the node from showing that it lives. Senders encode their messages themselves.
 */
final class Connection {
  private static final Logger LOG = System.getLogger(Connection.class.getName());
  private static final Atom UNUSED = Atom.of("");
  private static final Atom NO_TERM = Atom.of("no_term");

  /** What the connection's owner wants to know. */
  interface Owner {
    /** It has ended; called once, by its reading thread, after the last message from it. */
    void ended(Connection connection, String why);
  }

  private final LocalNode local;
  private final Handshake.Peer peer;
  private final Line line;
  private final Owner owner;
  private final Frames frames;
  private final ConnectionWriter writer;
  private final ConnectionReader reader;
  private final Incoming incoming;
  private final @Nullable Gate gate;

  /** Local processes with links or monitors over this connection, now or once. */
  private final Set<Pid> tied = ConcurrentHashMap.newKeySet();

  /** Held while a process is born for the peer, which must not hear of it before its birth. */
  private final ReentrantReadWriteLock births = new ReentrantReadWriteLock();

  private final AtomicReference<@Nullable String> closed = new AtomicReference<>();
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile Atom reason = NodeDownReason.CONNECTION_CLOSED;

  Connection(
      LocalNode local,
      Handshake.Peer peer,
      Line line,
      Replies replies,
      SpawnRequests spawnRequests,
      Traffic traffic,
      @Nullable PeerAccess access,
      Owner owner) {
    this.local = local;
    this.peer = peer;
    this.line = line;
    this.owner = owner;
    this.frames = new Frames(peer);
    this.writer = new ConnectionWriter(line, this, local, traffic);
    this.gate = access == null ? null : new Gate(access, local, this);
    this.incoming = new Incoming(local, this, replies, spawnRequests);
    var messages = new MessageReader(new WireIdentities(local, this), incoming);
    this.reader = new ConnectionReader(line, writer, traffic, messages);
  }

  /** A thread reads from now on, until the connection ends. */
  void startReading() {
    local
        .host()
        .lendingThread("from " + peer.node().name(), this::read, this::startReading)
        .start();
  }

  /** Whether the caller reads from a node, and may therefore never wait for room to write. */
  private static boolean isReading() {
    return Thread.currentThread() instanceof Distribution.Lender;
  }

  Atom node() {
    return peer.node();
  }

  int creation() {
    return peer.creation();
  }

  boolean isHidden() {
    return peer.isHidden();
  }

  boolean isRetort() {
    return peer.retort();
  }

  boolean isOpen() {
    return closed.get() == null;
  }

  // ---- what goes out

  /**
   * Sends a message.
   *
   * @param from null where no process sends
   * @throws IllegalArgumentException if the message has no term
   */
  void send(@Nullable Pid from, Dest to, Object message) {
    send(from, to, message, false);
  }

  /**
   * Sends a message that goes before others, if the receiver takes such ones and its node can tell
   * it: OTP 28 and later.
   */
  void sendPriority(@Nullable Pid from, Ref alias, Object message) {
    send(from, alias, message, true);
  }

  private void send(@Nullable Pid from, Dest to, Object message, boolean priority) {
    var control =
        switch (to) {
          case Pid pid ->
              from != null && peer.has(DistributionFlags.SEND_SENDER)
                  ? Tuple.of(Control.SEND_SENDER, from, pid)
                  : Tuple.of(Control.SEND, UNUSED, pid);
          case Name(var name, var node) ->
              Tuple.of(Control.REG_SEND, from == null ? local.nobody() : from, UNUSED, name);
          case Ref alias -> toAlias(from == null ? local.nobody() : from, alias, priority);
          case Via via -> throw new IllegalArgumentException("not looked up: " + via);
        };
    if (!(to instanceof Ref) || peer.has(DistributionFlags.ALIAS)) {
      write(from, true, frames.of(control, message));
    }
  }

  private Tuple toAlias(Pid from, Ref alias, boolean priority) {
    if (!peer.has(DistributionFlags.ALTACT_SIG)) {
      return Tuple.of(Control.ALIAS_SEND, from, alias);
    }
    int flags = Control.ALTACT_ALIAS | (priority ? Control.ALTACT_PRIO : 0);
    return Tuple.of(Control.ALTACT_SIG_SEND, flags, from, alias);
  }

  /**
   * Sends a signal; the one that a signal to a lost node has is the caller's business.
   *
   * @param itself whether the process sends it, and not its end or somebody in its name
   */
  void signal(Pid from, Dest to, Signal signal, boolean itself) {
    switch (signal) {
      case Signal.Link link -> tie(from, Tuple.of(Control.LINK, from, to));
      case Signal.Unlink unlink ->
          write(from, itself, Tuple.of(Control.UNLINK_ID, unsigned(unlink.id), from, to));
      case Signal.UnlinkAck ack ->
          write(from, itself, Tuple.of(Control.UNLINK_ID_ACK, unsigned(ack.id), from, to));
      case Signal.Exit exit -> exit(from, to, exit, itself);
      case Signal.Monitor monitor ->
          tie(from, Tuple.of(Control.MONITOR_P, from, object(to), monitor.ref));
      case Signal.Demonitor demonitor ->
          write(from, itself, Tuple.of(Control.DEMONITOR_P, from, object(to), demonitor.ref));
      case Signal.Down down -> {
        var name = incoming.endMonitor(down.ref);
        down(from, name != null ? name : local.isOurs(from) ? from : local.nobody(), to, down);
        if (down.reason.equals(Atom.NOPROC)) {
          untie(from);
        }
      }
      case Signal.GroupLeader leader ->
          write(from, itself, Tuple.of(Control.GROUP_LEADER, leader.leader, to));
      case Signal.Spawned spawned -> throw new IllegalArgumentException("a local signal");
      case Signal.NoConnection lost -> throw new IllegalArgumentException("a local signal");
      case Signal.ToAlias message -> throw new IllegalArgumentException("a local signal");
    }
  }

  private static Object object(Dest to) {
    return to instanceof Name(var name, var node) ? name : to;
  }

  private static Number unsigned(long id) {
    return id >= 0 ? id : new BigInteger(Long.toUnsignedString(id));
  }

  private void exit(Pid from, Dest to, Signal.Exit exit, boolean itself) {
    if (peer.has(DistributionFlags.EXIT_PAYLOAD)) {
      int operation = exit.linked ? Control.PAYLOAD_EXIT : Control.PAYLOAD_EXIT2;
      write(from, itself, withReason(Tuple.of(operation, from, to), exit.reason));
    } else {
      int operation = exit.linked ? Control.EXIT : Control.EXIT2;
      write(from, itself, Tuple.of(operation, from, to, exit.reason));
    }
    if (exit.linked && exit.reason.equals(Atom.NOPROC)) {
      untie(from);
    }
  }

  /**
   * MONITOR_P_EXIT.
   *
   * @param from the process that has ended; null if there was none
   * @param object what was monitored: a pid or a name of this node
   */
  void down(@Nullable Pid from, Object object, Dest watcher, Signal.Down down) {
    if (peer.has(DistributionFlags.EXIT_PAYLOAD)) {
      var control = Tuple.of(Control.PAYLOAD_MONITOR_P_EXIT, object, watcher, down.ref);
      write(from, false, withReason(control, down.reason));
    } else {
      var control = Tuple.of(Control.MONITOR_P_EXIT, object, watcher, down.ref, down.reason);
      write(from, false, control);
    }
  }

  /** A reason that has no term must not keep the end of a process from those who wait for it. */
  private List<ByteBuffer[]> withReason(Tuple control, Object reason) {
    try {
      return frames.of(control, reason);
    } catch (IllegalArgumentException e) {
      return frames.of(control, Tuple.of(NO_TERM, String.valueOf(e.getMessage())));
    }
  }

  /**
   * SPAWN_REQUEST with the arguments of the function.
   *
   * @param itself whether the process waits for the answer; otherwise it may have ended
   */
  void spawnRequest(
      Ref request,
      Pid from,
      Pid groupLeader,
      Tuple function,
      List<?> options,
      List<?> arguments,
      boolean itself) {
    if (itself) {
      tie(from);
    }
    var control = Tuple.of(Control.SPAWN_REQUEST, request, from, groupLeader, function, options);
    write(from, itself, frames.of(control, arguments));
  }

  /**
   * SPAWN_REPLY with a new process.
   *
   * @param start starts the process, which may end at once
   */
  void spawnReply(Ref request, Pid to, int flags, Supplier<Pid> start) {
    births.writeLock().lock();
    try {
      var pid = start.get();
      if (gate != null) {
        gate.started(pid);
      }
      if (flags != 0) {
        tie(pid);
      }
      // without waiting for room: the end of other processes waits for us
      reply(request, to, flags, pid, false);
      if (flags != 0 && !isOpen()) {
        local.host().signal(pid, new Signal.NoConnection(node()));
      }
    } finally {
      births.writeLock().unlock();
    }
  }

  /** SPAWN_REPLY with the reason why there is no process. */
  void spawnReply(Ref request, Pid to, Atom why) {
    reply(request, to, 0, why, !isReading());
  }

  private void reply(Ref request, Pid to, int flags, Object result, boolean mayWait) {
    var control = Tuple.of(Control.SPAWN_REPLY, request, to, flags, result);
    writer.send(null, false, frames.of(control), mayWait);
  }

  /** Says that this side lives. */
  void tick() {
    writer.tick();
  }

  private void write(@Nullable Pid from, boolean itself, Tuple control) {
    write(from, itself, frames.of(control));
  }

  private void write(@Nullable Pid from, boolean itself, List<ByteBuffer[]> message) {
    awaitBirths();
    writer.send(from, itself, message, !isReading());
  }

  /**
   * Nothing of a process may come before the news of its birth. Whoever has been born runs after
   * the lock was taken, and sees that it is. It is not kept while something is written: the reading
   * thread must never wait for room.
   */
  private void awaitBirths() {
    if (births.isWriteLocked()) {
      births.readLock().lock();
      try {
        // whoever had been born before has been told of
      } finally {
        births.readLock().unlock();
      }
    }
  }

  // ---- ties

  /** A process makes a tie, unless it has ended meanwhile. */
  private void tie(Pid process, Tuple control) {
    tie(process);
    write(process, true, control);
    if (local.host().hasEnded(process)) {
      untie(process);
    }
  }

  /** A local process has a link or a monitor over this connection: it will be told of its end. */
  void tie(Pid process) {
    tied.add(process);
  }

  void untie(Pid process) {
    tied.remove(process);
  }

  /** Whether a local process has or had a link or a monitor over this connection. */
  boolean isTied(Pid process) {
    return tied.contains(process);
  }

  /** What the peer may do; null if it may do everything. */
  @Nullable Gate gate() {
    return gate;
  }

  // ---- its life

  /** Reads until it ends, or until another thread does it; the caller's thread is for that. */
  void read(Distribution.Lender thread) {
    boolean relieved = false;
    try {
      relieved = reader.run(thread);
    } catch (EOFException e) {
      close("closed by the other side");
    } catch (ClosedChannelException | ClosedSelectorException e) {
      close("closed");
    } catch (ProtocolException e) {
      fail(String.valueOf(e.getMessage()));
    } catch (IOException e) {
      close(String.valueOf(e.getMessage()));
    } catch (OutOfMemoryError e) {
      fail("no memory is left for its messages");
    } catch (RuntimeException | Error e) {
      LOG.log(Level.ERROR, "reading from " + node().name(), e);
      fail("an error in this node: " + e);
    } finally {
      if (!relieved) {
        end();
      }
    }
  }

  /** Ends the connection because of something that should not have happened. Any thread. */
  void fail(String why) {
    fail(why, NodeDownReason.CONNECTION_CLOSED);
  }

  /** The same, with what those who monitor nodes get as its reason. */
  void fail(String why, Atom reason) {
    if (isOpen()) {
      LOG.log(Level.WARNING, "the connection to {0} is closed: {1}", node().name(), why);
    }
    close(why, reason);
  }

  /** Ends the connection; what follows from that is done by the reading thread. Any thread. */
  void close(String why) {
    close(why, NodeDownReason.CONNECTION_CLOSED);
  }

  /**
   * The same.
   *
   * @param reason for those who monitor nodes, one of {@link NodeDownReason}
   */
  void close(String why, Atom reason) {
    if (!closed.compareAndSet(null, why)) {
      return;
    }
    this.reason = reason;
    LOG.log(Level.DEBUG, "the connection to {0} ends: {1}", node().name(), why);
    writer.close();
    try {
      line.bytes().close();
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "closing the connection to " + node().name(), e);
    }
    writer.wakeUp();
    reader.wakeUp();
  }

  private void end() {
    try {
      reader.close();
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "ending to read from " + node().name(), e);
    }
    var why = closed.get();
    for (var process : tied) {
      local.host().signal(process, new Signal.NoConnection(node()));
    }
    owner.ended(this, why == null ? "closed" : why);
    ended.countDown();
  }

  /** Why it has ended, for those who monitor nodes. */
  Atom reason() {
    return reason;
  }

  /** Waits until everybody has been told of the end. */
  boolean awaitEnd(long time, TimeUnit unit) throws InterruptedException {
    return ended.await(time, unit);
  }

  /** Where the other side is; null where that cannot be said any more. */
  @Nullable InetSocketAddress remote() {
    try {
      return line.socket().getRemoteAddress() instanceof InetSocketAddress address ? address : null;
    } catch (IOException e) {
      return null; // closed
    }
  }

  boolean isTls() {
    return line.bytes() != line.socket();
  }

  /** How often something has come over it. */
  long received() {
    return reader.received();
  }

  /** How often something has been written to it. */
  long written() {
    return writer.written();
  }

  /** Whether something waits to be written to it. */
  boolean isPending() {
    return writer.isPending();
  }

  @Override
  public String toString() {
    return "Connection[" + node() + ", creation " + Integer.toUnsignedString(creation()) + "]";
  }
}
