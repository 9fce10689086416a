package dev.retort;

/** When an alias stops taking messages: the options of {@code alias/1} and {@code monitor/3}. */
public enum AliasMode {
  /** When it is taken back with {@link Kernel#unalias}. {@code explicit_unalias}. */
  EXPLICIT_UNALIAS,

  /** When the first message has come through it. {@code reply}; for {@link Kernel#alias}. */
  REPLY,

  /**
   * When the monitor that it belongs to is taken back or has fired. {@code {alias, demonitor}}; for
   * {@link Kernel#monitor(dev.retort.term.Dest, AliasMode)}.
   */
  DEMONITOR,

  /**
   * As {@link #DEMONITOR}, or when the first message has come through it, which takes the monitor
   * back, too. {@code {alias, reply_demonitor}}.
   */
  REPLY_DEMONITOR;

  boolean endsWithReply() {
    return this == REPLY || this == REPLY_DEMONITOR;
  }

  boolean endsWithMonitor() {
    return this == DEMONITOR || this == REPLY_DEMONITOR;
  }
}
