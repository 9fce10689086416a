package dev.retort.examples;

import static dev.retort.GenServer.name;
import static dev.retort.Kernel.println;
import static dev.retort.Kernel.receive;
import static dev.retort.Kernel.register;
import static dev.retort.Kernel.send;
import static dev.retort.Kernel.spawnLink;
import static dev.retort.Supervisor.child;
import static dev.retort.Supervisor.oneForOne;

import dev.retort.Call;
import dev.retort.From;
import dev.retort.GenServer;
import dev.retort.Node;
import dev.retort.NodeOptions;
import dev.retort.Step;
import dev.retort.Supervisor;
import dev.retort.term.Dest;
import dev.retort.term.Pid;
import java.util.ArrayList;
import java.util.List;

/**
 * A server with a state, in a node of a cluster. With {@code --sname java} Elixir can use it:
 *
 * <pre>{@code
 * iex> GenServer.call({:stack, :"java@host"}, :pop)
 * "hello"
 * iex> GenServer.cast({:stack, :"java@host"}, {:push, "again"})
 * :ok
 * iex> send({:greeter, :"java@host"}, {:hello, self()})
 * iex> flush()
 * {:hello, "Hello from java"}
 * }</pre>
 */
public final class StackServer implements GenServer<List<String>> {
  /** {@code :pop}; the type of its reply belongs to the request. */
  public record Pop() implements Call<String> {}

  /** {@code {:push, element}}. */
  public record Push(String element) {}

  /** {@code {:hello, what}}. */
  public record Hello(Object what) {}

  /** Starts one that others find by the name {@code stack}. */
  public static Pid startLink() {
    return GenServer.startLink(StackServer::new, name("stack"));
  }

  /** Takes the topmost element off. The stack crashes when it has none. */
  public static String pop(Dest stack) {
    return GenServer.call(stack, new Pop());
  }

  /** Puts an element on top. */
  public static void push(Dest stack, String element) {
    GenServer.cast(stack, new Push(element));
  }

  // What runs in the server's process: one request after the other, from a state to the next.

  @Override
  public List<String> init() {
    return List.of("hello", "world");
  }

  @Override
  public Step<List<String>> handleCall(Call<?> request, From from, List<String> stack) {
    return switch (request) {
      case Pop pop -> pop.reply(stack.getFirst(), List.copyOf(stack.subList(1, stack.size())));
      default -> GenServer.unknown(request);
    };
  }

  @Override
  public Step<List<String>> handleCast(Object message, List<String> stack) {
    return switch (message) {
      case Push(var element) -> {
        var pushed = new ArrayList<>(stack);
        pushed.addFirst(element);
        yield GenServer.noReply(List.copyOf(pushed));
      }
      default -> GenServer.unknown(message);
    };
  }

  /** A plain process beside it, which answers whoever says hello. */
  static Pid startGreeter() {
    var greeter = spawnLink(StackServer::greet);
    register("greeter", greeter);
    return greeter;
  }

  private static void greet() {
    while (true) {
      switch (receive()) {
        case Hello(Pid sender) -> send(sender, new Hello("Hello from java"));
        default -> println("I don't understand");
      }
    }
  }

  /** Both under a supervisor: a stack that has crashed starts again with its first elements. */
  static Pid start() {
    return Supervisor.start(
        oneForOne(),
        List.of(
            child("stack", StackServer::startLink), child("greeter", StackServer::startGreeter)));
  }

  /**
   * Starts a node with both: {@code --sname NAME}, {@code --name NAME@HOST}, {@code --cookie C}.
   */
  public static void main(String... arguments) throws Exception {
    var node = Node.start(options(arguments));
    start();
    println(node.name().name() + " is ready");
    Thread.currentThread().join(); // until it is killed
  }

  private static NodeOptions options(String... arguments) {
    var options = NodeOptions.shortName("java");
    String cookie = null; // the one in ~/.erlang.cookie
    for (int i = 0; i + 1 < arguments.length; i += 2) {
      var value = arguments[i + 1];
      switch (arguments[i]) {
        case "--sname" -> options = NodeOptions.shortName(value);
        case "--name" -> options = NodeOptions.longName(value);
        case "--cookie" -> cookie = value;
        default ->
            throw new IllegalArgumentException(
                "--sname NAME, --name NAME@HOST or --cookie C, not " + arguments[i]);
      }
    }
    return cookie == null ? options : options.withCookie(cookie);
  }
}
