package dev.retort.shell;

import static dev.retort.Kernel.println;
import static dev.retort.Kernel.receive;

import dev.retort.ExitException;
import dev.retort.Kernel;
import dev.retort.Node;
import dev.retort.term.Atom;
import dev.retort.term.Pid;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What can be called at the prompt beside {@link Kernel}; imported there. IEx.Helpers.
 *
 * <p>Those that act on the shell itself ({@code v}, {@code exit}, {@code respawn}, {@code h},
 * {@code clear}) throw an {@link IllegalStateException} when another process calls them.
 */
public final class ShellFunctions {
  private ShellFunctions() {}

  /** Takes every message out of the mailbox and prints it. {@code flush/0}. */
  public static Atom flush() {
    for (var message = receive(Duration.ZERO); message != null; message = receive(Duration.ZERO)) {
      println(Kernel.inspect(message));
    }
    return Atom.OK;
  }

  /** The value of the last input. {@code v/0}. */
  public static @Nullable Object v() {
    return v(-1);
  }

  /**
   * The value of an earlier input. {@code v/1}.
   *
   * @param input its number, or counted from the last, which is -1; the last 100 are kept
   * @throws java.util.NoSuchElementException if it has no value
   */
  public static @Nullable Object v(int input) {
    return Session.current().values().get(input);
  }

  /** Prints what can be called at the prompt. {@code h/0}. */
  public static Atom h() {
    println(Help.overview());
    return Atom.OK;
  }

  /**
   * Prints the public methods of a class. {@code h/1}.
   *
   * @param type such as {@code GenServer.class}
   */
  public static Atom h(Class<?> type) {
    println(Help.of(type));
    return Atom.OK;
  }

  /**
   * Prints what there is to say of a class or a method.
   *
   * @param expression as it would be typed: {@code "GenServer"}, {@code "Node.spawnLink"}
   */
  public static Atom h(String expression) {
    println(Help.of(Session.current().engine(), expression));
    return Atom.OK;
  }

  /** Prints what a value is. {@code i/1}. */
  public static Atom i(@Nullable Object value) {
    println(Info.of(value));
    return Atom.OK;
  }

  /** Empties the screen. {@code clear/0}. */
  public static Atom clear() {
    Session.current().console().clear();
    return Atom.OK;
  }

  /** Ends the shell, and the JVM with it, as Ctrl-D does. */
  public static void exit() {
    Session.current().end();
    throw new Left();
  }

  /** Goes on in a new process; variables and declarations stay. {@code respawn/0}. */
  public static void respawn() {
    Session.current(); // not for other processes
    throw new Left();
  }

  /**
   * The pid with these numbers. {@code pid/1}.
   *
   * @param numbers such as {@code 0.107.0}, as it is printed
   * @throws IllegalArgumentException if they are not three numbers
   */
  public static Pid pid(String numbers) {
    var parts = numbers.replaceFirst("^#PID", "").replaceAll("[<>]", "").split("\\.", -1);
    if (parts.length != 3) {
      throw new IllegalArgumentException(
          "three numbers were expected, such as \"0.107.0\"; this is \"" + numbers + "\"");
    }
    return pid(
        Integer.parseUnsignedInt(parts[0]),
        Integer.parseUnsignedInt(parts[1]),
        Integer.parseUnsignedInt(parts[2]));
  }

  /**
   * The pid with these numbers. {@code pid/3}.
   *
   * @param node 0, for this node: what other nodes' pids are printed with leads nowhere
   */
  public static Pid pid(int node, int id, int serial) {
    if (node != 0) {
      throw new IllegalArgumentException(
          "only a pid of this node can be made from its numbers, the first of which is 0");
    }
    return Node.current().process(id, serial);
  }

  /** Leaves the code of an input, and its process, without a word. */
  static final class Left extends ExitException {
    private static final long serialVersionUID = 1;

    Left() {
      super(Atom.NORMAL);
    }
  }
}
