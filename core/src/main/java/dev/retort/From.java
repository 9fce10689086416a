package dev.retort;

import dev.retort.term.Atom;
import dev.retort.term.Dest;
import dev.retort.term.ImproperList;
import dev.retort.term.Pid;
import dev.retort.term.Ref;
import dev.retort.term.Tuple;
import org.jspecify.annotations.Nullable;

/** Who waits for the reply to a call: OTP's {@code from()}. Keep it to reply later. */
@Shareable
public final class From {
  private static final Atom ALIAS = Atom.of("alias");

  private final Pid pid;

  /** A {@link LocalCall}, or the tag that a caller on another node wants to see again. */
  private final Object tag;

  From(Pid pid, Object tag) {
    this.pid = pid;
    this.tag = tag;
  }

  /** The calling process; the node's {@code user} process for a thread that is no process. */
  public Pid pid() {
    return pid;
  }

  /** Whether the caller is on this node. */
  boolean isLocal() {
    return tag instanceof LocalCall;
  }

  /** Sends the reply, as {@code gen:reply/2} does. A second one is dropped. */
  void reply(@Nullable Object reply) {
    if (tag instanceof LocalCall) {
      MessageCheck.check(reply);
    }
    replyUnchecked(reply);
  }

  /** Sends a reply that may still be changed. */
  void replyUnchecked(@Nullable Object reply) {
    if (tag instanceof LocalCall call) {
      call.reply(reply);
      return;
    }
    Dest to = tag instanceof ImproperList list && isAlias(list) ? (Ref) list.tail() : pid;
    Kernel.send(to, Tuple.of(tag, reply == null ? Atom.NIL : reply));
  }

  private static boolean isAlias(ImproperList list) {
    return list.elements().size() == 1
        && list.elements().getFirst().equals(ALIAS)
        && list.tail() instanceof Ref;
  }

  @Override
  public String toString() {
    return "From[" + pid + "]";
  }
}
