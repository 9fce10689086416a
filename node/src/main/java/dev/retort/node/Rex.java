package dev.retort.node;

import dev.retort.spi.Distribution;
import dev.retort.term.Atom;
import dev.retort.term.Tuple;

/**
 * The process {@code rex}, which {@code rpc} of nodes before OTP 23 asks, and {@code
 * rpc:block_call} still does: there are no functions to call here, and it says so at once.
 */
final class Rex implements Distribution.MessageHandler {
  static final Atom NAME = Atom.of("rex");
  private static final Tuple NOT_SUPPORTED = Tuple.of(Atom.of("badrpc"), Atom.of("notsup"));

  private final Post post;

  Rex(Post post) {
    this.post = post;
  }

  @Override
  public void handle(Object message) {
    if (GenMessage.of(message) instanceof GenMessage.Call call) {
      post.reply(call, NOT_SUPPORTED);
    }
  }
}
