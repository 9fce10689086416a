package dev.retort.node;

import dev.retort.Down;
import dev.retort.spi.Distribution;
import dev.retort.term.Atom;
import dev.retort.term.Name;
import dev.retort.term.Pid;
import dev.retort.term.Tuple;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The process {@code global_name_server}: the part of OTP's global.erl that a visible node must
 * play, so that Erlang nodes can register names, set locks and synchronize while it is connected.
 * It keeps every name, and passes names and nodes on from one side to the other as any Erlang node
 * does.
 *
 * <p>When two nodes connect, each tells the other who its locker is ({@code init_connect}); the
 * lockers set a lock on everybody whom either side knows ({@link GlobalLocker}); then names go both
 * ways ({@code exchange}), what has become of them ({@code resolved}), and each side tells its own
 * nodes of the other's ({@code new_nodes}), who connect with each other and say so ({@code
 * in_sync}).
 *
 * <p>From OTP 25 on nodes prevent overlapping partitions: who loses a connection tells all others
 * ({@code lost_connection}), which then leave the lost node, too. This node obeys and passes it on.
 * But it never reports a loss of its own: the other side of that connection does, or is dead and
 * everybody sees it. So the nodes that a report cuts off are never others than this one.
 */
final class GlobalNameServer implements Distribution.MessageHandler, NodeListener {
  private static final Logger LOG = System.getLogger(GlobalNameServer.class.getName());

  static final Atom NAME = Atom.of("global_name_server");

  /** The version of the protocol between name servers, that of OTP 25 to 27. */
  private static final long VERSION = 8;

  /** From this version on a node tells the version of the nodes it knows. */
  private static final long VERSIONED_NODES = 7;

  /** From this version on sessions that are out of step are taken back. */
  private static final long CANCELLING = 8;

  private static final Atom YES = Atom.of("yes");
  private static final Atom LOCK = Atom.of("lock");
  private static final Atom VSN = Atom.of("vsn");
  private static final Atom LOCKER = Atom.of("locker");
  private static final Atom NOT_A_PID = Atom.of("no_longer_a_pid");
  private static final Atom UNUSED = Atom.of("unused");
  private static final Atom INSERT = Atom.of("insert");
  private static final Atom DELETE = Atom.of("delete");
  private static final Atom NONE = Atom.of("none");
  private static final Atom GLOBAL_MODULE = Atom.of("global");
  private static final Atom RESOLVE_IT = Atom.of("resolve_it");

  private final Complaints complaints = new Complaints(LOG);
  private final LocalNode local;
  private final Connections connections;
  private final Post post;
  private final Predicate<Atom> connect;
  private final GlobalCalls calls;
  private final GlobalLocks locks = new GlobalLocks();
  private final GlobalLocker locker;
  private final Thread lockerThread;
  private final GlobalRegistrar registrar;
  private final AtomicLong nextTag = new AtomicLong();

  // The process's own.
  private final GlobalNames names = new GlobalNames();
  private final GlobalSyncs syncs = new GlobalSyncs(sync -> tell(new Event.Sync(sync)));
  private final LostConnections lost = new LostConnections();
  private final Map<Atom, GlobalSession> sessions = new HashMap<>();
  private final Map<Atom, Long> known = new LinkedHashMap<>();
  private final Map<Atom, Long> pending = new HashMap<>();
  private final Set<Atom> synced = new HashSet<>();
  private volatile @Nullable Pid self;

  /** What the node tells this process. */
  private sealed interface Event {
    record Up(Atom node) implements Event {}

    record Gone(Atom node) implements Event {}

    record LockIsSet(Atom node, Object myTag, Tuple lockId) implements Event {}

    record Sync(GlobalSyncs.Sync sync) implements Event {}

    record Unreachable(Atom node) implements Event {}

    record Exchanged(Atom node, Object myTag, List<Object> ops, List<Object> resolved)
        implements Event {}
  }

  /**
   * @param connect connects with a node; whether that was possible
   */
  GlobalNameServer(
      LocalNode local,
      Connections connections,
      Replies replies,
      Post post,
      Predicate<Atom> connect) {
    this.local = local;
    this.connections = connections;
    this.post = post;
    this.connect = connect;
    this.calls = new GlobalCalls(local, connections, replies, post);
    this.locker =
        new GlobalLocker(
            local.name(),
            calls,
            locks,
            (node, tag, lockId) -> tell(new Event.LockIsSet(node, tag, lockId)),
            new Teller());
    this.lockerThread = Thread.ofVirtual().name("global locker").unstarted(locker);
    this.registrar =
        new GlobalRegistrar(
            local, new GlobalCalls(local, connections, replies, post), locks, names, syncs);
  }

  /** The process that this object is the code of. */
  void start(Pid self) {
    this.self = self;
    lockerThread.start();
    registrar.start();
  }

  void close() {
    lockerThread.interrupt();
    registrar.close();
    syncs.close();
  }

  /** What this node's own processes do with names and locks. */
  GlobalRegistrar registrar() {
    return registrar;
  }

  @Override
  public void up(Connection connection) {
    if (!connection.isHidden()) {
      tell(new Event.Up(connection.node()));
    }
  }

  @Override
  public void down(Connection connection) {
    if (!connection.isHidden()) {
      tell(new Event.Gone(connection.node()));
    }
  }

  private void tell(Event event) {
    var self = this.self;
    if (self != null) {
      local.host().send(self, event);
    }
  }

  // ---- what comes

  @Override
  public void handle(Object message) {
    switch (message) {
      case Event event -> handle(event);
      case Down down -> {
        locks.down(down.ref());
        names.down(down.ref());
      }
      default -> {
        try {
          switch (GenMessage.of(message)) {
            case GenMessage.Call call -> call(call);
            case GenMessage.Cast(Tuple cast) -> cast(cast);
            case GenMessage.Info(Tuple info) -> info(info);
            case GenMessage.Cast cast -> unexpected(cast.request());
            case GenMessage.Info info -> unexpected(info.message());
          }
        } catch (ClassCastException | IndexOutOfBoundsException e) {
          unexpected(message);
        }
      }
    }
  }

  private void unexpected(Object message) {
    complaints.log(Level.WARNING, "global_name_server received an unexpected message: " + message);
  }

  private void handle(Event event) {
    switch (event) {
      case Event.Up up -> nodeUp(up.node);
      case Event.Gone gone -> nodeDown(gone.node);
      case Event.LockIsSet set -> lockIsSet(set);
      case Event.Exchanged exchanged -> exchanged(exchanged);
      case Event.Sync(var sync) -> sync(sync);
      case Event.Unreachable(var node) -> syncs.settled(node);
    }
  }

  private void call(GenMessage.Call call) {
    var request = call.request();
    switch (GenMessage.tag(request)) {
      case "set_lock" -> post.reply(call, locks.set(tuple(tuple(request).get(1)), call.from()));
      case "del_lock" -> {
        locks.delete(tuple(tuple(request).get(1)), call.from());
        post.reply(call, true);
      }
      case "register", "register_ext" -> {
        register((Tuple) request, call.from());
        post.reply(call, YES);
      }
      case "unregister" -> {
        names.remove(tuple(request).get(1));
        post.reply(call, Atom.OK);
      }
      case "sync" ->
          sync(new GlobalSyncs.Sync(atoms(tuple(request).get(1)), () -> post.reply(call, Atom.OK)));
      case "info" -> post.reply(call, info());
      case "get_known" -> post.reply(call, List.copyOf(known.keySet()));
      case "get_synced" -> post.reply(call, List.copyOf(synced));
      case "get_protocol_version" -> post.reply(call, VERSION);
      case "get_names_ext" -> post.reply(call, List.of());
      default -> unexpected(request); // as OTP does, without an answer
    }
  }

  private void cast(Tuple cast) {
    switch (GenMessage.tag(cast)) {
      case "init_connect" -> initConnect(cast);
      case "exchange" -> exchange((Atom) cast.get(1), list(cast.get(2)), cast.get(4));
      case "resolved" ->
          resolved(
              (Atom) cast.get(1),
              new GlobalSession.Resolved(list(cast.get(2)), list(cast.get(3))),
              cast.get(6));
      case "new_nodes" -> newNodes(cast);
      case "in_sync" -> inSync((Atom) cast.get(1));
      case "lock_set" -> lockSet(cast);
      case "async_del_name", "async_del_lock" -> {} // of nodes before R14A
      default -> unexpected(cast);
    }
  }

  private void info(Tuple info) {
    switch (GenMessage.tag(info)) {
      case "lost_connection" -> lostConnection(info);
      case "remove_connection" -> removeConnection((Atom) info.get(1));
      case "cancel_connect" -> cancelConnect((Atom) info.get(1), info.get(2));
      case "init_connect_ack" -> initConnectAck((Atom) info.get(1), info.get(2), info.get(3));
      default -> unexpected(info);
    }
  }

  private static Set<Atom> atoms(Object term) {
    var atoms = new HashSet<Atom>();
    list(term).forEach(each -> atoms.add((Atom) each));
    return atoms;
  }

  private static Tuple tuple(Object term) {
    return (Tuple) term;
  }

  private static List<?> list(Object term) {
    return (List<?>) term;
  }

  private void cast(Atom node, Object request) {
    post.send(calls.caller(), new Name(NAME, node), Tuple.of(GenMessage.CAST, request));
  }

  private void inform(Atom node, Object message) {
    post.send(calls.caller(), new Name(NAME, node), message);
  }

  // ---- a session, step by step

  private void nodeUp(Atom node) {
    var session = sessions.get(node);
    if (known.containsKey(node) || (session != null && session.myTag != null)) {
      return;
    }
    var early = session == null ? null : session.early;
    begin(node);
    if (early != null) {
      initConnect(early);
    }
  }

  private void begin(Atom node) {
    var session = new GlobalSession(node);
    session.myTag = nextTag.incrementAndGet();
    sessions.put(node, session);
    cast(
        node,
        Tuple.of(
            Atom.of("init_connect"),
            Tuple.of(VERSION, session.myTag),
            local.name(),
            Tuple.of(LOCKER, NOT_A_PID, List.of(), calls.caller())));
  }

  private void initConnect(Tuple message) {
    var versionAndTag = tuple(message.get(1));
    var node = (Atom) message.get(2);
    var hisTag = versionAndTag.get(1);
    long version = (Long) versionAndTag.get(0);
    if (pending.containsKey(node)) {
      sendCancel(node, hisTag);
      restart(node);
    }
    var session = sessions.get(node);
    if (session == null || session.myTag == null) {
      session = new GlobalSession(node);
      session.early = message;
      sessions.put(node, session);
      return;
    }
    session.version = Math.min(version, VERSION);
    session.hisTag = hisTag;
    var his = (Pid) tuple(message.get(3)).get(3);
    locker.tell(new GlobalLocker.Message.HisLocker(node, his, session.myTag, hisTag));
    if (version >= CANCELLING) {
      inform(node, Tuple.of(Atom.of("init_connect_ack"), local.name(), hisTag, session.myTag));
    }
    pending.put(node, version);
  }

  private void initConnectAck(Atom node, Object hisMyTag, Object hisHisTag) {
    var session = sessions.get(node);
    boolean inStep =
        session != null && session.hasTag(hisMyTag) && hisHisTag.equals(session.hisTag);
    if (!inStep) {
      sendCancel(node, hisHisTag);
      restart(node);
    }
  }

  /** The other side has cancelled. */
  private void cancelConnect(Atom node, Object myTag) {
    var session = sessions.get(node);
    if (session != null && session.hasTag(myTag)) {
      restart(node);
    }
  }

  /** Both sides have different ideas of their session: once more from the beginning. */
  private void restart(Atom node) {
    var session = sessions.get(node);
    cancelLocker(node, () -> {});
    sessions.remove(node);
    pending.remove(node);
    if (session != null && session.myTag != null) {
      nodeUp(node);
    }
  }

  private void lockSet(Tuple message) {
    var his = (Pid) message.get(1);
    var session = sessions.get(his.node());
    if (session == null || session.myTag == null) {
      return;
    }
    boolean current = message.size() < 5 || session.hasTag(message.get(4));
    if (current) {
      boolean set = message.get(2).equals(true);
      locker.tell(new GlobalLocker.Message.LockSet(his, set, session.myTag));
    }
  }

  private final class Teller implements GlobalLocker.Teller {
    @Override
    public void lockSet(GlobalLocker.Message.HisLocker him, boolean set, List<Atom> known) {
      cast(
          him.node(),
          Tuple.of(Atom.of("lock_set"), calls.caller(), set, List.copyOf(known), him.hisTag()));
    }

    @Override
    public void refuse(Pid his, List<Atom> known) {
      post.send(
          calls.caller(),
          his,
          Tuple.of(Atom.of("lock_set"), calls.caller(), false, List.copyOf(known)));
    }
  }

  private void lockIsSet(Event.LockIsSet set) {
    var session = sessions.get(set.node);
    if (session == null || !session.hasTag(set.myTag) || session.hisTag == null) {
      cancelLocker(set.node, set.myTag, () -> {});
      return;
    }
    cast(
        set.node,
        Tuple.of(Atom.of("exchange"), local.name(), names.toTerm(), List.of(), session.hisTag));
    session.lockId = set.lockId;
    exchangeIfReady(session);
  }

  private void exchange(Atom node, List<?> hisNames, Object myTag) {
    var session = sessions.get(node);
    if (session == null || !session.hasTag(myTag)) {
      cancelLocker(node, myTag, () -> {});
      return;
    }
    session.hisNames = hisNames;
    exchangeIfReady(session);
  }

  /** Both have the lock, and we have the other's names: what is to become of them? */
  private void exchangeIfReady(GlobalSession session) {
    var hisNames = session.hisNames;
    if (session.lockId == null || hisNames == null || session.exchanging) {
      return;
    }
    session.exchanging = true;
    var ops = new ArrayList<Object>();
    var conflicts = new ArrayList<Conflict>();
    for (var element : hisNames) {
      var his = tuple(element);
      var ours = names.get(his.get(0));
      if (ours == null) {
        ops.add(Tuple.of(INSERT, his));
      } else if (!ours.pid().equals(his.get(1)) && local.name().compareTo(session.node) < 0) {
        conflicts.add(new Conflict(his, ours)); // otherwise the other side resolves it
      }
    }
    var node = session.node;
    Object tag = session.myTag == null ? 0L : session.myTag;
    if (conflicts.isEmpty()) {
      exchanged(new Event.Exchanged(node, tag, ops, new ArrayList<>()));
    } else {
      Thread.ofVirtual()
          .name("global resolver")
          .start(
              () ->
                  tell(resolve(conflicts, new Event.Exchanged(node, tag, ops, new ArrayList<>()))));
    }
  }

  /** Two processes have the same name. */
  private record Conflict(Tuple his, GlobalNames.Entry ours) {}

  /**
   * Asks for each conflict the function that it was registered with, on the node of our process.
   */
  private Event resolve(List<Conflict> conflicts, Event.Exchanged result) {
    try {
      for (var conflict : conflicts) {
        var name = conflict.his.get(0);
        var hisPid = conflict.his.get(1);
        var ours = conflict.ours;
        var arguments = List.of(ours.method(), name, hisPid, ours.pid());
        var chosen = calls.remoteCall(ours.pid().node(), GLOBAL_MODULE, RESOLVE_IT, arguments);
        if (chosen.equals(ours.pid())) {
          result.resolved.add(Tuple.of(INSERT, Tuple.of(name, ours.pid(), ours.method())));
        } else if (chosen.equals(hisPid) || isBadRpc(chosen)) {
          result.ops.add(Tuple.of(INSERT, conflict.his));
        } else {
          if (!chosen.equals(NONE)) {
            LOG.log(Level.WARNING, "global: the conflict of {0} is resolved to {1}", name, chosen);
          }
          result.ops.add(Tuple.of(DELETE, name));
          result.resolved.add(Tuple.of(DELETE, name));
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return result;
  }

  private static boolean isBadRpc(Object result) {
    return result instanceof Tuple tuple
        && tuple.size() == 2
        && tuple.get(0).equals(Atom.of("badrpc"));
  }

  private void exchanged(Event.Exchanged exchanged) {
    var session = sessions.get(exchanged.node);
    if (session == null || !session.hasTag(exchanged.myTag) || session.hisTag == null) {
      cancelLocker(exchanged.node, exchanged.myTag, () -> {});
      return;
    }
    cast(
        session.node,
        Tuple.of(
            Atom.of("resolved"),
            local.name(),
            exchanged.resolved,
            knownTerm(pending.getOrDefault(session.node, session.version)),
            UNUSED,
            List.of(),
            session.hisTag));
    session.ops = exchanged.ops;
    finishIfReady(session);
  }

  private void resolved(Atom node, GlobalSession.Resolved resolved, Object myTag) {
    var session = sessions.get(node);
    if (session == null || !session.hasTag(myTag)) {
      cancelLocker(node, myTag, () -> {});
      return;
    }
    session.resolved = resolved;
    finishIfReady(session);
  }

  /** The two partitions become one. */
  private void finishIfReady(GlobalSession session) {
    var ops = session.ops;
    var resolved = session.resolved;
    var lockId = session.lockId;
    if (ops == null || resolved == null || lockId == null) {
      return;
    }
    var all = new ArrayList<Object>(ops);
    all.addAll(resolved.ops());
    var hisNodes = versions(resolved.known());
    hisNodes.remove(local.name());
    var newNodes = new LinkedHashMap<Atom, Long>();
    newNodes.put(session.node, pending.getOrDefault(session.node, session.version));
    newNodes.putAll(hisNodes);
    var before = Map.copyOf(known);
    syncOthers(hisNodes.keySet());
    apply(all, locks.isStillHeldUnder(lockId));
    for (var node : hisNodes.keySet()) {
      pending.remove(node);
      cancelLocker(node, () -> {});
      sessions.remove(node);
    }
    var extra = List.<Object>of(Tuple.of(VSN, session.version), Tuple.of(LOCK, lockId));
    pending.remove(session.node);
    cancelLocker(session.node, () -> tellNewNodes(before, all, newNodes, extra));
    sessions.remove(session.node);
    locker.tell(new GlobalLocker.Message.AddKnown(addKnown(newNodes)));
    nowSynced(session.node);
  }

  private void tellNewNodes(
      Map<Atom, Long> nodes, List<Object> ops, Map<Atom, Long> newNodes, List<Object> extra) {
    nodes.forEach(
        (node, version) ->
            cast(
                node,
                Tuple.of(
                    Atom.of("new_nodes"),
                    local.name(),
                    ops,
                    List.of(),
                    nodesTerm(newNodes, version),
                    extra)));
  }

  /** One of our partition has met others. */
  private void newNodes(Tuple message) {
    var added = addKnown(versions(list(message.get(4))));
    syncOthers(added);
    Tuple lockId = null;
    for (var element : list(message.get(5))) {
      if (element instanceof Tuple pair && pair.size() == 2 && pair.get(0).equals(LOCK)) {
        lockId = tuple(pair.get(1));
      }
    }
    apply(list(message.get(2)), locks.isStillHeldUnder(lockId));
    locker.tell(new GlobalLocker.Message.AddKnown(added));
  }

  /** A node of the other partition knows us, and we need no session with it. */
  private void inSync(Atom node) {
    nowSynced(node);
    pending.remove(node);
    cancelLocker(node, () -> {});
    sessions.remove(node);
  }

  /**
   * Those whom the other side knew connect with us, or we with them, without a session.
   *
   * @param nodes nodes that are new to us
   */
  private void syncOthers(Iterable<Atom> nodes) {
    for (var node : nodes) {
      Thread.ofVirtual()
          .name("global sync")
          .start(
              () -> {
                if (connect.test(node)) {
                  cast(node, Tuple.of(Atom.of("in_sync"), local.name(), true));
                } else {
                  LOG.log(Level.WARNING, "global: failed to connect to {0}", node.name());
                  tell(new Event.Gone(node));
                }
              });
    }
  }

  // ---- who waits until that has happened

  /** Nodes without {@code global} are not waited for. */
  private void sync(GlobalSyncs.Sync sync) {
    sync.nodes().remove(local.name());
    sync.nodes().removeAll(synced);
    sync.nodes().removeIf(this::isHidden);
    var missing = Set.copyOf(sync.nodes());
    syncs.add(sync);
    for (var node : missing) {
      if (connections.get(node) == null) {
        Thread.ofVirtual()
            .name("global sync")
            .start(
                () -> {
                  if (!connect.test(node) || isHidden(node)) {
                    tell(new Event.Unreachable(node));
                  }
                });
      }
    }
  }

  private boolean isHidden(Atom node) {
    var connection = connections.get(node);
    return connection != null && connection.isHidden();
  }

  private void nowSynced(Atom node) {
    synced.add(node);
    syncs.settled(node);
  }

  /** The record that {@code global:info/0} gives, with what of it there is here. */
  private Tuple info() {
    return Tuple.of(
        Atom.of("state"),
        Tuple.of(Atom.of("conf"), true, true),
        Map.copyOf(known),
        List.copyOf(synced),
        List.of(),
        List.of(),
        local.name(),
        calls.caller(),
        registrar.pid(),
        Atom.of("no_trace"),
        false);
  }

  // ---- the end of a connection

  private void nodeDown(Atom node) {
    cancelLocker(node, () -> {});
    locker.tell(new GlobalLocker.Message.RemoveKnown(node));
    sessions.remove(node);
    pending.remove(node);
    known.remove(node);
    synced.remove(node);
    syncs.settled(node);
  }

  /** {@code {lost_connection, NodeA, Creation, Operation, NodeB}}: NodeA has lost NodeB. */
  private void lostConnection(Tuple report) {
    var reporter = (Atom) report.get(1);
    var gone = (Atom) report.get(4);
    if (!lost.isNew(reporter, gone, number(report.get(2)), number(report.get(3)))) {
      return;
    }
    known.forEach((node, version) -> passOn(report, reporter, node, version));
    pending.forEach((node, version) -> passOn(report, reporter, node, version));
    var leave = gone.equals(local.name()) ? reporter : gone;
    if (isPotentiallyKnown(leave)) {
      LOG.log(
          Level.WARNING,
          "global: leaving {0} to prevent overlapping partitions, since {1} has lost {2}",
          leave.name(),
          reporter.name(),
          gone.name());
      inform(leave, Tuple.of(Atom.of("remove_connection"), local.name()));
      nodeDown(leave);
    }
  }

  private void passOn(Tuple report, Atom reporter, Atom node, long version) {
    if (!node.equals(reporter) && version >= VERSIONED_NODES) {
      inform(node, report);
    }
  }

  private static BigInteger number(Object term) {
    return term instanceof BigInteger big ? big : BigInteger.valueOf((Long) term);
  }

  /** Another node must not stay connected with us. */
  private void removeConnection(Atom node) {
    if (isPotentiallyKnown(node)) {
      LOG.log(
          Level.WARNING,
          "global: {0} asks to be left to prevent overlapping partitions",
          node.name());
      var connection = connections.get(node);
      if (connection != null) {
        connection.close("global prevents overlapping partitions", NodeDownReason.DISCONNECTED);
      }
      nodeDown(node);
    }
  }

  private boolean isPotentiallyKnown(Atom node) {
    return known.containsKey(node) || pending.containsKey(node);
  }

  // ---- sessions taken back

  private void cancelLocker(Atom node, Runnable then) {
    var session = sessions.get(node);
    cancelLocker(node, session == null ? null : session.myTag, then);
  }

  private void cancelLocker(Atom node, @Nullable Object tag, Runnable then) {
    locker.tell(new GlobalLocker.Message.Cancel(node, tag, then));
    var session = sessions.get(node);
    if (session != null
        && tag != null
        && session.hasTag(tag)
        && session.hisTag != null
        && pending.getOrDefault(node, 0L) >= CANCELLING) {
      sendCancel(node, session.hisTag);
    }
  }

  private void sendCancel(Atom node, Object hisTag) {
    inform(node, Tuple.of(Atom.of("cancel_connect"), local.name(), hisTag));
  }

  // ---- names and nodes

  /** {@code {register, Name, Pid, Method}}, by a process that has the lock on names. */
  private void register(Tuple request, Pid from) {
    var name = request.get(1);
    names.put(name, (Pid) request.get(2), request.get(3));
    if (!locks.isStillHeldBy(from)) {
      names.remove(name);
    }
  }

  private void apply(List<?> ops, boolean locked) {
    for (var element : ops) {
      var op = tuple(element);
      if (op.get(0).equals(INSERT)) {
        var name = tuple(op.get(1));
        if (locked) {
          names.put(name.get(0), (Pid) name.get(1), name.get(2));
        } else {
          names.remove(name.get(0));
        }
      }
    }
    for (var element : ops) {
      if (tuple(element).get(0).equals(DELETE)) {
        names.remove(tuple(element).get(1));
      }
    }
  }

  private Object knownTerm(long version) {
    return nodesTerm(known, version);
  }

  /** Nodes as a name server of this version wants them: with or without their versions. */
  private static Object nodesTerm(Map<Atom, Long> nodes, long version) {
    if (version < VERSIONED_NODES) {
      return List.copyOf(nodes.keySet());
    }
    return nodes.entrySet().stream().map(node -> Tuple.of(node.getKey(), node.getValue())).toList();
  }

  private Map<Atom, Long> versions(List<?> nodes) {
    var versions = new LinkedHashMap<Atom, Long>();
    for (var element : nodes) {
      if (element instanceof Atom node) {
        versions.put(node, versionOf(node));
      } else {
        var node = (Atom) tuple(element).get(0);
        long version = (Long) tuple(element).get(1);
        versions.put(node, version == 0 ? versionOf(node) : version);
      }
    }
    return versions;
  }

  private long versionOf(Atom node) {
    return known.getOrDefault(node, pending.getOrDefault(node, 0L));
  }

  /** Those of the nodes that are new. */
  private List<Atom> addKnown(Map<Atom, Long> nodes) {
    var added = new ArrayList<Atom>();
    nodes.forEach(
        (node, version) -> {
          if (!node.equals(local.name())) {
            var before = known.get(node);
            if (before == null) {
              added.add(node);
            }
            if (before == null || before == 0) {
              known.put(node, version);
            }
          }
        });
    return added;
  }
}
