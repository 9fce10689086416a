package dev.retort.node;

import dev.retort.spi.Signal;
import dev.retort.term.Atom;
import dev.retort.term.Name;
import dev.retort.term.Pid;
import dev.retort.term.Ref;
import dev.retort.term.Tuple;
import java.math.BigInteger;
import java.net.ProtocolException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What a peer's messages mean here: each control message is done to the process it is for. Runs on
 * the connection's reading thread and never waits; what goes to a mailbox is decoded there.
 *
 * <p>Anything that the protocol does not allow ends the connection, with the reason.
 */
final class Incoming implements MessageReader.Handler {
  private final LocalNode local;
  private final Connection connection;
  private final Replies replies;
  private final SpawnRequests spawnRequests;

  /** The monitors that the peer has made by name. */
  private final Map<Ref, Monitored> monitoredNames = new ConcurrentHashMap<>();

  /** A name, and who was meant by it when the monitor was made. */
  private record Monitored(Atom name, Pid pid) {}

  Incoming(LocalNode local, Connection connection, Replies replies, SpawnRequests spawnRequests) {
    this.local = local;
    this.connection = connection;
    this.replies = replies;
    this.spawnRequests = spawnRequests;
  }

  /** A monitor is answered: the name that it was made by, null if it was made by pid. */
  @Nullable Atom endMonitor(Ref ref) {
    var monitored = monitoredNames.remove(ref);
    return monitored == null ? null : monitored.name;
  }

  @Override
  public void message(int operation, Tuple m, WirePayload payload) throws ProtocolException {
    switch (operation) {
      case Control.SEND, Control.SEND_TT, Control.SEND_SENDER, Control.SEND_SENDER_TT ->
          send(pid(m, 2), payload);
      case Control.REG_SEND, Control.REG_SEND_TT -> send(atom(m, 3), payload);
      case Control.ALIAS_SEND, Control.ALIAS_SEND_TT -> send(ref(m, 2), payload, false);
      case Control.ALTACT_SIG_SEND -> alternativeAction(m, payload);
      case Control.LINK -> link(sender(m, 1), pid(m, 2));
      case Control.UNLINK -> signal(pid(m, 2), new Signal.Unlink(sender(m, 1), 0));
      case Control.UNLINK_ID -> signal(pid(m, 3), new Signal.Unlink(sender(m, 2), id(m, 1)));
      case Control.UNLINK_ID_ACK -> signal(pid(m, 3), new Signal.UnlinkAck(sender(m, 2), id(m, 1)));
      case Control.EXIT -> broken(m, any(m, 3));
      case Control.EXIT_TT -> broken(m, any(m, 4));
      case Control.EXIT2 -> exit(sender(m, 1), pid(m, 2), any(m, 3));
      case Control.EXIT2_TT -> exit(sender(m, 1), pid(m, 2), any(m, 4));
      case Control.PAYLOAD_EXIT, Control.PAYLOAD_EXIT_TT -> broken(m, reason(payload));
      case Control.PAYLOAD_EXIT2, Control.PAYLOAD_EXIT2_TT ->
          exit(sender(m, 1), pid(m, 2), reason(payload));
      case Control.GROUP_LEADER -> {
        if (mayReach(pid(m, 2))) {
          signal(pid(m, 2), new Signal.GroupLeader(pid(m, 1)));
        }
      }
      case Control.MONITOR_P -> monitor(sender(m, 1), any(m, 2), ref(m, 3));
      case Control.DEMONITOR_P -> demonitor(sender(m, 1), any(m, 2), ref(m, 3));
      case Control.MONITOR_P_EXIT -> {
        watched(m);
        down(pid(m, 2), ref(m, 3), any(m, 4));
      }
      case Control.PAYLOAD_MONITOR_P_EXIT -> {
        watched(m);
        // who waits for the end alone decodes the reason, which may be a large result
        if (!replies.isEndExpected(ref(m, 3)) || !replies.answer(ref(m, 3), sent(payload))) {
          down(pid(m, 2), ref(m, 3), reason(payload));
        }
      }
      case Control.SPAWN_REQUEST, Control.SPAWN_REQUEST_TT -> spawn(m, sent(payload));
      case Control.SPAWN_REPLY, Control.SPAWN_REPLY_TT -> spawned(m);
      case Control.NODE_LINK -> {} // no node has sent it for decades
      default -> throw new ProtocolException("control message " + operation + " is unknown");
    }
  }

  private static WirePayload sent(WirePayload payload) throws ProtocolException {
    if (payload.isEmpty()) {
      throw new ProtocolException("a message without the term that was sent");
    }
    return payload;
  }

  /** Whether a message to an alias is what the distribution itself has asked for. */
  private boolean isAnswer(Ref alias, WirePayload payload) throws ProtocolException {
    if (!replies.isExpected(alias)) {
      return false;
    }
    try {
      return replies.answerCall(alias, payload.decode());
    } catch (IllegalArgumentException e) {
      throw new ProtocolException("a malformed answer: " + e.getMessage());
    }
  }

  private void send(Pid to, WirePayload payload) throws ProtocolException {
    sent(payload);
    if (local.isOurs(to) && mayReach(to)) {
      local.host().send(to, payload);
    }
  }

  private void send(Atom name, WirePayload payload) throws ProtocolException {
    sent(payload);
    var gate = connection.gate();
    var message = gate == null ? payload : gate.sent(name, payload);
    if (message != null) {
      local.host().send(new Name(name, null), message);
    }
  }

  /** To an alias, which only those have who are meant to send to it. */
  private void send(Ref alias, WirePayload payload, boolean priority) throws ProtocolException {
    sent(payload);
    if (!local.isOurs(alias) || isAnswer(alias, payload)) {
      return;
    }
    if (priority) {
      local.host().sendPriority(alias, payload);
    } else {
      local.host().send(alias, payload);
    }
  }

  /** {@code {37, Flags, From, To}}, since OTP 28: messages and exit signals, to what Flags say. */
  private void alternativeAction(Tuple m, WirePayload payload) throws ProtocolException {
    long flags = id(m, 1);
    boolean toAlias = (flags & Control.ALTACT_ALIAS) != 0;
    if ((flags & Control.ALTACT_EXIT) != 0) {
      if (!toAlias) {
        exit(sender(m, 2), pid(m, 3), reason(payload));
      } else if (local.isOurs(ref(m, 3))) {
        var exit = new Signal.Exit(sender(m, 2), reason(payload), false);
        local.host().signal(ref(m, 3), exit);
      }
    } else if (toAlias) {
      send(ref(m, 3), payload, (flags & Control.ALTACT_PRIO) != 0);
    } else if ((flags & Control.ALTACT_NAME) != 0) {
      send(atom(m, 3), payload);
    } else {
      send(pid(m, 3), payload);
    }
  }

  /** Whether the peer may reach one of our processes by its pid. */
  private boolean mayReach(Pid process) {
    var gate = connection.gate();
    return gate == null || gate.mayReach(process);
  }

  private boolean mayMonitor(Atom name) {
    var gate = connection.gate();
    return gate == null || gate.mayMonitor(name);
  }

  private void signal(Pid to, Signal signal) {
    if (local.isOurs(to)) {
      local.host().signal(to, signal);
    }
  }

  private void link(Pid from, Pid to) throws ProtocolException {
    checkOurs(to);
    if (local.isOurs(to) && mayReach(to)) {
      connection.tie(to);
      local.host().signal(to, new Signal.Link(from));
    } else {
      connection.signal(to, from, new Signal.Exit(to, Atom.NOPROC, true), false);
    }
  }

  /** A link is broken; where there is none, nothing happens. */
  private void broken(Tuple m, Object reason) throws ProtocolException {
    signal(pid(m, 2), new Signal.Exit(sender(m, 1), reason, true));
  }

  private void exit(Pid from, Pid to, Object reason) {
    if (local.isOurs(to) && mayReach(to)) {
      local.host().signal(to, new Signal.Exit(from, reason, false));
    }
  }

  private void monitor(Pid watcher, Object object, Ref ref) throws ProtocolException {
    Pid watched;
    Atom name = null;
    switch (object) {
      case Pid pid -> {
        checkOurs(pid);
        watched = local.isOurs(pid) && mayReach(pid) ? pid : null;
      }
      case Atom atom -> {
        name = atom;
        watched = mayMonitor(atom) ? local.host().whereis(atom) : null;
      }
      default -> throw malformed("a pid or a name to monitor");
    }
    if (watched == null) {
      connection.down(null, object, watcher, new Signal.Down(ref, Atom.NOPROC));
      return;
    }
    if (name != null) {
      monitoredNames.put(ref, new Monitored(name, watched));
    }
    connection.tie(watched);
    local.host().signal(watched, new Signal.Monitor(ref, watcher, name));
  }

  private void demonitor(Pid watcher, Object object, Ref ref) {
    var named = monitoredNames.remove(ref);
    if (named != null) {
      signal(named.pid, new Signal.Demonitor(ref, watcher));
    } else if (object instanceof Pid pid) {
      signal(pid, new Signal.Demonitor(ref, watcher));
    }
  }

  private void down(Pid watcher, Ref ref, Object reason) {
    var answer = replies.isEndExpected(ref) ? reason : new Signal.Down(ref, reason);
    if (!replies.answer(ref, answer)) {
      signal(watcher, new Signal.Down(ref, reason));
    }
  }

  private void spawn(Tuple m, WirePayload arguments) throws ProtocolException {
    if (!(any(m, 4) instanceof Tuple function && function.size() == 3)) {
      throw malformed("a function to spawn");
    }
    if (!(any(m, 5) instanceof List<?> options)) {
      throw malformed("a list of spawn options");
    }
    spawnRequests.handle(
        connection,
        new SpawnRequests.Request(ref(m, 1), sender(m, 2), pid(m, 3), function, options),
        arguments);
  }

  private void spawned(Tuple m) throws ProtocolException {
    var ref = ref(m, 1);
    var to = pid(m, 2);
    long flags = id(m, 3);
    if (replies.isEndExpected(ref)) {
      if (!(any(m, 4) instanceof Pid)) {
        replies.notStarted(ref, any(m, 4));
      }
      return;
    }
    if (any(m, 4) instanceof Pid spawned && replies.isExpected(ref)) {
      // Before anything else comes from the new process: its caller must not miss its end.
      boolean linked = (flags & Control.SPAWN_LINKED) != 0;
      boolean monitored = (flags & Control.SPAWN_MONITORED) != 0;
      signal(to, new Signal.Spawned(spawned, linked, monitored ? ref : null));
    }
    replies.answer(ref, any(m, 4));
  }

  private static Object reason(WirePayload payload) throws ProtocolException {
    try {
      return sent(payload).decode();
    } catch (IllegalArgumentException e) {
      throw new ProtocolException("a malformed exit reason: " + e.getMessage());
    }
  }

  // ---- the elements of a control message

  private static Object any(Tuple message, int index) throws ProtocolException {
    if (index >= message.size()) {
      throw malformed("element " + index);
    }
    return message.get(index);
  }

  private static Pid pid(Tuple message, int index) throws ProtocolException {
    if (any(message, index) instanceof Pid pid) {
      return pid;
    }
    throw malformed("a pid as element " + index);
  }

  /**
   * Whose signal it is: a process of the peer, since a node speaks for its own processes only. What
   * follows from links and monitors of a third node's would outlive this connection.
   */
  private Pid sender(Tuple message, int index) throws ProtocolException {
    var pid = pid(message, index);
    if (!pid.node().equals(connection.node())) {
      throw new ProtocolException(
          "a control message in the name of a process of " + pid.node().name());
    }
    return pid;
  }

  /** Who has ended: one of the peer's processes, or who had a name there. */
  private void watched(Tuple message) throws ProtocolException {
    if (any(message, 1) instanceof Pid) {
      sender(message, 1);
    }
  }

  /** A process of this node, be it of an earlier incarnation. */
  private void checkOurs(Pid pid) throws ProtocolException {
    if (!pid.node().equals(local.name())) {
      throw new ProtocolException(
          "a link or a monitor of a process of " + pid.node().name() + " is asked of this node");
    }
  }

  private static Ref ref(Tuple message, int index) throws ProtocolException {
    if (any(message, index) instanceof Ref ref) {
      return ref;
    }
    throw malformed("a reference as element " + index);
  }

  private static Atom atom(Tuple message, int index) throws ProtocolException {
    return switch (any(message, index)) {
      case Atom atom -> atom;
      case Boolean bool -> bool ? Atom.TRUE : Atom.FALSE;
      default -> throw malformed("a name as element " + index);
    };
  }

  /** An unsigned 64-bit number. */
  private static long id(Tuple message, int index) throws ProtocolException {
    return switch (any(message, index)) {
      case Long number -> number;
      case BigInteger number when number.bitLength() <= Long.SIZE -> number.longValue();
      default -> throw malformed("a number as element " + index);
    };
  }

  private static ProtocolException malformed(String expected) {
    return new ProtocolException("a control message without " + expected);
  }
}
