package dev.retort.node;

import dev.retort.spi.Distribution;
import dev.retort.term.Atom;
import dev.retort.term.Ref;
import dev.retort.term.Tuple;

/**
 * The process {@code net_kernel}, which other nodes ask whether this one is there; and to which
 * they answer the same question.
 */
final class NetKernel implements Distribution.MessageHandler {
  static final Atom NAME = Atom.of("net_kernel");
  static final Atom IS_AUTH = Atom.of("is_auth");
  static final Atom YES = Atom.of("yes");
  static final Atom NO = Atom.of("no");
  private static final Atom NOTSUP = Atom.of("notsup");

  private final Post post;
  private final Replies replies;
  private final NetKernelModule module;

  /**
   * @param module answers the same to who calls a function of it
   */
  NetKernel(Post post, Replies replies, NetKernelModule module) {
    this.post = post;
    this.replies = replies;
    this.module = module;
  }

  @Override
  public void handle(Object message) {
    switch (GenMessage.of(message)) {
      case GenMessage.Call call -> post.reply(call, answer(call.request()));
      case GenMessage.Cast cast -> {} // none is known
      case GenMessage.Info(Tuple answer)
          when answer.size() == 2 && answer.get(0) instanceof Ref ref ->
          replies.answer(ref, answer.get(1));
      case GenMessage.Info info -> {} // such as {From, registered_send, ...} of old nodes
    }
  }

  private Object answer(Object request) {
    return switch (GenMessage.tag(request)) {
      case "is_auth" -> YES;
      case "get_state" -> module.getState();
      case "longnames" -> module.longnames();
      case "nodename" -> module.nodename();
      case "allowed" -> module.allowed();
      case "allow" -> module.allow(request);
      // spawn, spawn_link, spawn_opt of nodes before OTP 23, apply, ticktime and the rest
      default -> Tuple.of(Atom.ERROR, NOTSUP);
    };
  }
}
