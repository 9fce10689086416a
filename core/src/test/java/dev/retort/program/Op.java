package dev.retort.program;

import dev.retort.AliasMode;
import dev.retort.term.Atom;

/**
 * What one step of a {@link Program} does. Processes are numbered in the order of their birth, as
 * references (of monitors and aliases) are in that of their making; {@code {send, 2, a, 7}} is how
 * an Erlang node gets one. Nodes have numbers, too; the driver's is 0.
 */
public sealed interface Op {
  /**
   * Starts worker {@code slot} on a node; {@code monitor} names its monitor, if it is born with
   * one.
   */
  record Spawn(Kind kind, Birth birth, int slot, int monitor, int node) implements Op {}

  /** Starts a process that ends at once, on the actor's node. */
  record SpawnEnding(Object reason, Birth birth, int slot, int monitor) implements Op {}

  /** Sends message {@code n} of one of two types. */
  record Send(int to, Type type, int n) implements Op {}

  /** Sends to a name of the actor's node. */
  record SendName(Atom name, Type type, int n) implements Op {}

  /** Sends to {@code {name, node}}. */
  record SendNameNode(Atom name, int node, Type type, int n) implements Op {}

  record Link(int to) implements Op {}

  record Unlink(int to) implements Op {}

  record Monitor(int monitor, int to) implements Op {}

  record MonitorName(int monitor, Atom name) implements Op {}

  /** Monitors {@code {name, node}}. */
  record MonitorNameNode(int monitor, Atom name, int node) implements Op {}

  /** Monitors, with an alias that has the monitor's reference. */
  record MonitorAlias(int monitor, int to, AliasMode mode) implements Op {}

  record MonitorNameAlias(int monitor, Atom name, AliasMode mode) implements Op {}

  record Alias(int alias, AliasMode mode) implements Op {}

  record PriorityAlias(int alias, AliasMode mode) implements Op {}

  /** Takes back an alias of its own; of others, it fails. */
  record Unalias(int ref) implements Op {}

  /** Sends through a reference, which may be an alias. */
  record SendAlias(int ref, Type type, int n) implements Op {}

  /** Sends through a reference what is to go before all else. */
  record SendPriority(int ref, Type type, int n) implements Op {}

  /** The reference may be an alias and no monitor. */
  record Demonitor(int monitor) implements Op {}

  record DemonitorFlush(int monitor) implements Op {}

  /** Ends itself: {@code exit/1}. */
  record ExitSelf(Object reason) implements Op {}

  /** Ends itself with an error. */
  record Crash() implements Op {}

  /** Ends by having nothing more to do. */
  record Return() implements Op {}

  /** {@code exit/2}. */
  record ExitOther(int to, Object reason) implements Op {}

  record TrapExit(boolean on) implements Op {}

  record Register(Atom name, int slot) implements Op {}

  record Unregister(Atom name) implements Op {}

  record Whereis(Atom name) implements Op {}

  record Alive(int slot) implements Op {}

  /** Takes all messages of a type out of the mailbox. */
  record Take(Type type) implements Op {}

  /** Takes all messages of any type out of the mailbox, in order. */
  record Drain() implements Op {}

  /** What {@link Take} can tell apart. */
  enum Type {
    A,
    B,
    EXIT,
    DOWN
  }
}
