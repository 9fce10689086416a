package dev.retort.shell;

import dev.retort.GroupLeader;
import dev.retort.Kernel;
import dev.retort.Node;
import dev.retort.term.Atom;
import dev.retort.term.Pid;
import java.lang.reflect.Method;
import org.jspecify.annotations.Nullable;

/**
 * One shell: reads inputs from a {@link Console}, evaluates them, and shows what came out.
 *
 * <p>One thread reads, compiles and shows; the typed code itself runs in the process of the
 * session's {@link Evaluator}.
 */
final class Session {
  private static final Atom NO_NODE = Atom.of("nonode@nohost");
  private static final ThreadLocal<@Nullable Session> CURRENT = new ThreadLocal<>();

  private final Node node;
  private final Console console;
  private final Preparation preparation;
  private final Report report;
  private final Pid groupLeader;
  private final Evaluator evaluator;
  private final Values values = new Values();

  /** Null where the node has none. */
  private final @Nullable Atom nodeName;

  private int counter = 1;
  private volatile boolean leaving;

  /** Whether the user has stopped the input that is being evaluated. */
  private volatile boolean interrupted;

  /** How many processes exit signals have ended; written by the evaluator's server only. */
  private volatile int exits;

  /** Opens a session on a node; {@code preparation} may still be under way. */
  Session(Node node, Console console, Preparation preparation) {
    this.node = node;
    this.nodeName = node.name().equals(NO_NODE) ? null : node.name();
    this.console = console;
    this.preparation = preparation;
    this.report = new Report(console.style(), id -> preparation.engine().placeOf(id));
    this.groupLeader = GroupLeader.start(console::print);
    this.evaluator =
        new Evaluator(node, groupLeader, this, preparation.classes()::vocabulary, this::exited);
    preparation.runIn(this::runInProcess);
  }

  /** Ends its processes, and what they run; {@link #interact} returns when it next reads. */
  void close() {
    leaving = true;
    evaluator.close();
    Kernel.exit(groupLeader, Atom.KILL);
  }

  private Outcome runInProcess(Method code) {
    return interrupted ? new Outcome.Interrupted() : evaluator.run(code);
  }

  /** Prompts until the input ends or the user leaves; whether all of it went well. */
  boolean interact() {
    boolean well = true;
    while (!leaving) {
      String input;
      try {
        input = console.read(Prompt.of(nodeName, counter), this::isComplete);
      } catch (Console.Cancelled e) {
        continue;
      }
      if (input == null) {
        break;
      }
      interrupted = false;
      well &= evaluate(input);
    }
    return well;
  }

  /** Evaluates what was typed at a prompt, one or more snippets; whether all went well. */
  private boolean evaluate(String input) {
    int exitsBefore = exits;
    var rest = input;
    while (!rest.isBlank() && !leaving) {
      if (exits != exitsBefore) {
        return false; // the process that ran the first of it is gone
      }
      boolean counted = input.strip().indexOf('\n') >= 0;
      var place = new Place("jex:" + counter, 1, counted).after(before(input, rest));
      var piece = Piece.first(preparation.engine(), rest);
      if (piece.isEmpty()) {
        return true;
      }
      var evaluation = engine(piece, place);
      if (evaluation.failed()) {
        console.printLines(report.failure(evaluation, place));
        return false;
      }
      rest = piece.rest();
      show(evaluation, piece.endsLine());
    }
    return true;
  }

  private Evaluation engine(Piece piece, Place place) {
    try {
      return preparation.engine().evaluate(piece, place);
    } catch (VirtualMachineError | RuntimeException e) { // of the compiler: the shell goes on
      return new Evaluation.Crashed(e, null);
    }
  }

  private static String before(String input, String rest) {
    return input.substring(0, input.length() - rest.length());
  }

  /**
   * Shows a result and goes on to the next number.
   *
   * @param last whether it is the last of its line: as in iex, only its value is shown
   */
  private void show(Evaluation evaluation, boolean last) {
    switch (evaluation) {
      case Evaluation.Value(var value) when last -> {
        values.put(counter, value);
        console.printLines(report.value(value));
      }
      case Evaluation.Done done when last -> {
        values.put(counter, Atom.OK);
        console.printLines(report.value(Atom.OK));
      }
      case Evaluation.Declared(var remarks) ->
          remarks.forEach(r -> console.printLines(report.remark(r)));
      default -> {}
    }
    if (last) {
      counter++;
    }
  }

  /** Evaluates all of a text, and shows nothing but its first failure; whether there was none. */
  boolean load(String text, String name) {
    var rest = text;
    while (!rest.isBlank() && !leaving) {
      var place = new Place(name, 1, true).after(before(text, rest));
      var piece = Piece.first(preparation.engine(), rest);
      if (piece.isEmpty()) {
        return true;
      }
      var evaluation = engine(piece, place);
      if (evaluation.failed()) {
        console.printLines(report.failure(evaluation, place));
        return false;
      }
      rest = piece.rest();
    }
    return true;
  }

  private boolean isComplete(String source) {
    var engine = preparation.engine();
    var last = source;
    for (var rest = source; !rest.isBlank(); rest = Piece.first(engine, rest).rest()) {
      last = rest;
    }
    return switch (engine.next(last).completeness()) {
      case DEFINITELY_INCOMPLETE, CONSIDERED_INCOMPLETE -> false;
      case EMPTY, UNKNOWN, COMPLETE, COMPLETE_WITH_SEMI -> true;
    };
  }

  /** Stops what runs, for Ctrl-C. */
  void interrupt() {
    interrupted = true;
    evaluator.interrupt();
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // one writer
  private void exited(Pid process, Object reason) {
    exits++;
    console.printLines(report.exit(process, reason));
  }

  // ---- for the shell's functions, in the evaluating process

  /** The session whose process calls. */
  static Session current() {
    var session = CURRENT.get();
    if (session == null) {
      throw new IllegalStateException(
          "this is one of the shell's own functions: call it at the prompt, not in another process");
    }
    return session;
  }

  static void enter(Session session) {
    CURRENT.set(session);
  }

  static void leave() {
    CURRENT.remove();
  }

  Values values() {
    return values;
  }

  Console console() {
    return console;
  }

  JShellEngine engine() {
    return preparation.engine();
  }

  Node node() {
    return node;
  }

  /** Ends the session after this input. */
  void end() {
    leaving = true;
  }
}
