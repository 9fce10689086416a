package dev.retort.term;

/**
 * Where a message can be sent: a process, an alias, or a registered name here or on another node,
 * or a registry's name.
 *
 * <p>Answers to {@code Process.dest()} of Elixir.
 */
public sealed interface Dest permits Pid, Ref, Name, Via {}
