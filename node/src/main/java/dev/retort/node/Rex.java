package dev.retort.node;

import dev.retort.Down;
import dev.retort.Kernel;
import dev.retort.spi.Distribution;
import dev.retort.term.Atom;
import dev.retort.term.Name;
import dev.retort.term.Pid;
import dev.retort.term.Ref;
import dev.retort.term.Tuple;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The process {@code rex}, which {@code rpc} of nodes before OTP 23 and of nodes that are no Erlang
 * ones asks, and {@code rpc:block_call} of all: it calls functions that are exported here, each in
 * a process of its own.
 */
final class Rex implements Distribution.MessageHandler {
  static final Atom NAME = Atom.of("rex");
  private static final Atom EXIT = Atom.of("EXIT");
  private static final Atom BADRPC = Atom.of("badrpc");
  private static final Atom ERPC = Atom.of("erpc");
  private static final Atom FEATURES_REQUEST = Atom.of("features_request");
  private static final Atom FEATURES_REPLY = Atom.of("features_reply");
  private static final Atom NONEXISTING_NAME = Atom.of("nonexisting_name");
  private static final Atom USER = Atom.of("user");

  private final LocalNode local;
  private final Post post;

  /** Who has no answer yet, by the monitor of the process that makes it. */
  private final Map<Ref, Asker> askers = new HashMap<>();

  /** Who wants the result of a call. */
  @FunctionalInterface
  private interface Asker {
    void answer(Object result);
  }

  Rex(LocalNode local, Post post) {
    this.local = local;
    this.post = post;
  }

  @Override
  public void handle(Object message) {
    switch (message) {
      case Down down -> ended(down);
      default -> {
        switch (GenMessage.of(message)) {
          case GenMessage.Call call when call.request() instanceof Tuple request ->
              called(request, result -> post.reply(call, result));
          case GenMessage.Cast(Tuple request) -> cast(request);
          case GenMessage.Info(Tuple info)
              when info.size() == 2 && info.get(0) instanceof Pid from ->
              informed(from, info.get(1));
          default -> {} // as OTP does
        }
      }
    }
  }

  private void called(Tuple request, Asker asker) {
    var asked = Asked.of(request);
    if (asked == null) {
      return;
    }
    switch (GenMessage.tag(request)) {
      case "call" -> start(asked, asker);
      case "block_call" -> {
        var monitor = start(asked, asker);
        ended(Kernel.receive(monitor, Down.class, down -> down.ref().equals(monitor)));
      }
      default -> {}
    }
  }

  private void cast(Tuple request) {
    var asked = Asked.of(request);
    if (asked != null && GenMessage.tag(request).equals("cast")) {
      var function = asked.function;
      local
          .host()
          .spawn(
              local
                  .host()
                  .function(asked.module, function, asked.arguments.size(), () -> asked.arguments),
              leader(asked),
              null,
              null);
    }
  }

  /** What nodes send that know no {@code gen_server}; and how nodes find out what a node can. */
  private void informed(Pid from, Object what) {
    if (what.equals(FEATURES_REQUEST)) {
      post.send(null, from, Tuple.of(FEATURES_REPLY, local.name(), List.of(ERPC)));
      return;
    }
    if (!(what instanceof Tuple request)) {
      return;
    }
    var tag = GenMessage.tag(request);
    if (!tag.equals("call") && request.size() != 3) {
      return;
    }
    switch (tag) {
      case "call" -> called(request, result -> post.send(null, from, Tuple.of(NAME, result)));
      case "sbcast" -> {
        boolean there = pass(request.get(1), request.get(2));
        var answer = there ? local.name() : Tuple.of(NONEXISTING_NAME, request.get(1));
        post.send(null, from, Tuple.of(NAME, local.name(), answer));
      }
      case "send" -> {
        if (!pass(request.get(1), Tuple.of(from, request.get(2)))) {
          var answer = Tuple.of(NONEXISTING_NAME, request.get(1));
          post.send(null, from, Tuple.of(NAME, local.name(), answer));
        }
      }
      default -> {}
    }
  }

  private boolean pass(Object name, Object message) {
    if (!(name instanceof Atom atom) || local.host().whereis(atom) == null) {
      return false;
    }
    local.host().send(new Name(atom, null), message);
    return true;
  }

  private Ref start(Asked asked, Asker asker) {
    var pid =
        local
            .host()
            .spawn(
                () -> asker.answer(local.host().rpc(asked.module, asked.function, asked.arguments)),
                leader(asked),
                null,
                null);
    var monitor = Kernel.monitor(pid);
    askers.put(monitor, asker);
    return monitor;
  }

  /** The process of a call has ended; where it was not by itself, it has not answered. */
  private void ended(Down down) {
    var asker = askers.remove(down.ref());
    boolean answered = down.reason().equals(Atom.NORMAL) || down.reason().equals(Atom.NOPROC);
    if (asker != null && !answered) {
      asker.answer(Tuple.of(BADRPC, Tuple.of(EXIT, down.reason())));
    }
  }

  private Pid leader(Asked asked) {
    if (asked.leader instanceof Pid pid) {
      return pid;
    }
    var user = local.host().whereis(USER);
    return user == null ? local.nobody() : user;
  }

  /** {@code {call, Module, Function, Arguments, GroupLeader}}. */
  private record Asked(Atom module, Atom function, List<?> arguments, Object leader) {
    static @Nullable Asked of(Tuple request) {
      return request.size() == 5
              && request.get(1) instanceof Atom module
              && request.get(2) instanceof Atom function
              && request.get(3) instanceof List<?> arguments
          ? new Asked(module, function, arguments, request.get(4))
          : null;
    }
  }
}
