package dev.retort.node;

import dev.retort.term.Dest;
import dev.retort.term.Name;
import dev.retort.term.Pid;
import dev.retort.term.Ref;
import dev.retort.term.Via;
import org.jspecify.annotations.Nullable;

/**
 * Sends messages for the distribution's own processes, wherever there is a connection to: what they
 * have to say to a node that has been left must not bring it back.
 */
interface Post {
  /**
   * Sends a message; dropped where there is no way to it.
   *
   * @param from the process that sends
   */
  void send(@Nullable Pid from, Dest to, Object message);

  /** Answers a call. */
  default void reply(GenMessage.Call call, Object answer) {
    send(null, call.replyTo(), call.reply(answer));
  }

  /** A post that knows its own node from others. */
  static Post of(LocalNode local, Replies replies, TcpDistribution distribution) {
    return (from, to, message) -> {
      boolean here =
          switch (to) {
            case Pid pid -> local.isOurs(pid);
            case Ref ref -> local.isOurs(ref);
            case Name(var name, var node) -> node == null || node.equals(local.name());
            case Via via -> throw new IllegalArgumentException("not looked up: " + via);
          };
      if (to instanceof Ref alias && replies.answerCall(alias, message)) {
        return;
      }
      if (here) {
        local
            .host()
            .send(to instanceof Name(var name, var node) ? new Name(name, null) : to, message);
      } else {
        distribution.sendIfConnected(from, to, message);
      }
    };
  }
}
