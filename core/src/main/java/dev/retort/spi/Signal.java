package dev.retort.spi;

import dev.retort.term.Atom;
import dev.retort.term.Pid;
import dev.retort.term.Ref;
import org.jspecify.annotations.Nullable;

/**
 * What one process can do to another apart from sending it a message; erl_dist_protocol's control
 * messages without SEND.
 *
 * <p>Signals from one process to another arrive in the order sent, together with its messages.
 */
public abstract sealed class Signal {
  private Signal() {}

  /** LINK: {@code from} is now linked to the receiver. */
  public static final class Link extends Signal {
    public final Pid from;

    public Link(Pid from) {
      this.from = from;
    }
  }

  /** UNLINK_ID: {@code from} takes its link back; the receiver answers with {@link UnlinkAck}. */
  public static final class Unlink extends Signal {
    public final Pid from;
    public final long id;

    public Unlink(Pid from, long id) {
      this.from = from;
      this.id = id;
    }
  }

  /** UNLINK_ID_ACK: {@code from} has seen the {@link Unlink} with this id. */
  public static final class UnlinkAck extends Signal {
    public final Pid from;
    public final long id;

    public UnlinkAck(Pid from, long id) {
      this.from = from;
      this.id = id;
    }
  }

  /**
   * EXIT ({@code linked}: a link is broken since {@code from} exited) or EXIT2 ({@code exit/2}).
   */
  public static final class Exit extends Signal {
    public final Pid from;
    public final Object reason;
    public final boolean linked;

    public Exit(Pid from, Object reason, boolean linked) {
      this.from = from;
      this.reason = reason;
      this.linked = linked;
    }
  }

  /** MONITOR_P: {@code watcher} wants a {@link Down} with {@code ref} when the receiver ends. */
  public static final class Monitor extends Signal {
    public final Ref ref;
    public final Pid watcher;

    /** The name that was monitored, null where it was a pid. */
    public final @Nullable Atom name;

    public Monitor(Ref ref, Pid watcher, @Nullable Atom name) {
      this.ref = ref;
      this.watcher = watcher;
      this.name = name;
    }
  }

  /** DEMONITOR_P: {@code watcher} no longer wants it. */
  public static final class Demonitor extends Signal {
    public final Ref ref;
    public final Pid watcher;

    public Demonitor(Ref ref, Pid watcher) {
      this.ref = ref;
      this.watcher = watcher;
    }
  }

  /** MONITOR_P_EXIT: what the receiver monitored under {@code ref} has ended. */
  public static final class Down extends Signal {
    public final Ref ref;
    public final Object reason;

    public Down(Ref ref, Object reason) {
      this.ref = ref;
      this.reason = reason;
    }
  }

  /** ALIAS_SEND: a message through an alias of the receiver; dropped if that is not active. */
  public static final class ToAlias extends Signal {
    public final Ref alias;
    public final Object message;

    /** Whether it goes before ordinary messages, if the alias takes such ones. */
    public final boolean priority;

    public ToAlias(Ref alias, Object message, boolean priority) {
      this.alias = alias;
      this.message = message;
      this.priority = priority;
    }
  }

  /** GROUP_LEADER: the receiver's output goes to {@code leader} from now on. */
  public static final class GroupLeader extends Signal {
    public final Pid leader;

    public GroupLeader(Pid leader) {
      this.leader = leader;
    }
  }

  /**
   * The connection to {@code node} is lost: the receiver's links and monitors to it end with {@code
   * noconnection}. Local only; a {@link Distribution} sends it to every process with a tie to that
   * node.
   */
  public static final class NoConnection extends Signal {
    public final Atom node;

    public NoConnection(Atom node) {
      this.node = node;
    }
  }

  /**
   * SPAWN_REPLY: the process that the receiver has asked another node to start is {@code pid}, and
   * from now on the receiver is linked with it, or monitors it, as it asked. Local only; a {@link
   * Distribution} gives it before anything that comes from the new process, so that its end cannot
   * be missed.
   */
  public static final class Spawned extends Signal {
    public final Pid pid;
    public final boolean linked;

    /** The reference of the monitor, null where none was asked for. */
    public final @Nullable Ref monitor;

    public Spawned(Pid pid, boolean linked, @Nullable Ref monitor) {
      this.pid = pid;
      this.linked = linked;
      this.monitor = monitor;
    }
  }
}
