package dev.retort.shell;

import dev.retort.ExitException;
import dev.retort.GroupLeader;
import dev.retort.shell.TerminalServer.Asked;
import dev.retort.term.Atom;
import dev.retort.term.Tuple;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * Reads at this terminal what shells of other nodes ask for, by Erlang's I/O protocol: lines,
 * characters, and as many lines as a function of theirs wants ({@code io:request/2}'s {@code
 * get_until}), which is called where it is.
 */
final class TerminalInput {
  private static final Set<String> READS =
      Set.of("get_line", "get_chars", "get_until", "get_password");

  private static final Tuple TERMINATED = FarTerminal.TERMINATED;
  private static final Tuple INTERRUPTED = Tuple.of(Atom.ERROR, Atom.of("interrupted"));
  private static final Tuple NOT_SUPPORTED = Tuple.of(Atom.ERROR, Atom.of("enotsup"));
  private static final Atom START = Atom.of("start");
  private static final Atom STOP = Atom.of("stop");
  private static final Atom EOF = Atom.of("eof");

  private final Console console;
  private final BlockingQueue<Asked> asked = new LinkedBlockingQueue<>();
  private final CompletableFuture<Object> left = new CompletableFuture<>();

  /** What was typed and not asked for yet; the reading thread's. */
  private final StringBuilder rest = new StringBuilder();

  private volatile boolean binary;
  private volatile boolean echo = true;

  /** The user leaves. */
  private static final class LeftException extends Exception {
    private static final long serialVersionUID = 1;
  }

  TerminalInput(Console console) {
    this.console = console;
  }

  /** Whether it is a request for input. */
  static boolean reads(Tuple request) {
    return READS.contains(TerminalServer.name(request));
  }

  /** Answers it when its turn comes. Any thread. */
  void add(Asked request) {
    asked.add(request);
  }

  /** Completed when the user has left. */
  CompletableFuture<Object> left() {
    return left;
  }

  boolean isBinary() {
    return binary;
  }

  boolean echoes() {
    return echo;
  }

  /** {@code {setopts, Options}}; those that mean nothing here are taken, too. */
  Object setOptions(Tuple request) {
    if (request.size() != 2 || !(request.get(1) instanceof List<?> options)) {
      return NOT_SUPPORTED;
    }
    for (var option : options) {
      switch (option) {
        case Atom name when name.equals(Atom.of("binary")) -> binary = true;
        case Atom name when name.equals(Atom.of("list")) -> binary = false;
        case Tuple pair when pair.size() == 2 && pair.get(0).equals(Atom.of("binary")) ->
            binary = pair.get(1).equals(true);
        case Tuple pair when pair.size() == 2 && pair.get(0).equals(Atom.of("echo")) ->
            echo = pair.get(1).equals(true);
        default -> {}
      }
    }
    return Atom.OK;
  }

  /** What the reading thread runs. */
  void serve() {
    try {
      while (true) {
        var request = asked.take();
        try {
          request.answer(read(request));
        } catch (Console.Cancelled e) {
          rest.setLength(0);
          request.answer(INTERRUPTED);
        } catch (LeftException e) {
          request.answer(TERMINATED); // never eof: at that a shell would halt its node
          left.complete(TERMINATED);
          return;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      left.complete(TERMINATED);
    }
  }

  private Object read(Asked asked) throws Console.Cancelled, LeftException {
    var request = withoutEncoding(asked.request());
    var name = TerminalServer.name(request);
    if (request.size() == 2 && name.equals("get_line")) {
      return form(line(prompt(request, asked)));
    }
    if (request.size() == 3 && name.equals("get_chars") && request.get(2) instanceof Long count) {
      return characters(prompt(request, asked), count);
    }
    if (request.size() == 5
        && name.equals("get_until")
        && request.get(3) instanceof Atom function) {
      return until(request, prompt(request, asked), function, asked);
    }
    return name.equals("get_password") && request.size() <= 2 ? password() : NOT_SUPPORTED;
  }

  /** A line that is not shown, always as a list; OTP has no other. */
  private Object password() throws Console.Cancelled, LeftException {
    if (console.extent() == null) {
      return NOT_SUPPORTED; // it would be shown
    }
    var typed = console.readSecret();
    if (typed == null) {
      throw new LeftException();
    }
    return characters(typed);
  }

  /** Requests had none before R13; it is Unicode here whatever they say. */
  private static Tuple withoutEncoding(Tuple request) {
    int bare =
        switch (TerminalServer.name(request)) {
          case "get_line" -> 2;
          case "get_chars" -> 3;
          default -> 5;
        };
    if (request.size() != bare + 1) {
      return request;
    }
    var parts = new Object[bare];
    for (int i = 0; i < bare; i++) {
      parts[i] = request.get(i == 0 ? 0 : i + 1);
    }
    return Tuple.of(parts);
  }

  /** Text; anything else is shown as Erlang does, by {@code io_lib:format_prompt/1}. */
  private static String prompt(Tuple request, Asked asked) {
    var prompt = request.get(1);
    try {
      return GroupLeader.text(
          prompt instanceof Tuple || prompt instanceof Atom
              ? asked.call("io_lib", "format_prompt", List.of(prompt))
              : prompt);
    } catch (IllegalArgumentException | ExitException e) {
      return "";
    }
  }

  /** The next line with its end: what is left of earlier ones comes first. */
  private String line(String prompt) throws Console.Cancelled, LeftException {
    if (rest.isEmpty()) {
      var typed = console.read(Prompt.line(prompt), source -> true);
      if (typed == null) {
        throw new LeftException();
      }
      rest.append(typed).append('\n');
    } else if (echo && !rest.toString().isBlank()) {
      console.print(prompt + rest.substring(0, end()));
    }
    int end = end();
    var line = rest.substring(0, end);
    rest.delete(0, end);
    return line;
  }

  /** Behind the first line. */
  private int end() {
    int newline = rest.indexOf("\n");
    return newline < 0 ? rest.length() : newline + 1;
  }

  /** As the asker has set it. */
  private Object form(String text) {
    return binary ? text : characters(text);
  }

  private static List<Object> characters(String text) {
    return text.codePoints().<Object>mapToObj(c -> (long) c).toList();
  }

  private Object characters(String prompt, long count) throws Console.Cancelled, LeftException {
    var all = new StringBuilder();
    while (all.codePointCount(0, all.length()) < count) {
      all.append(line(prompt));
    }
    int end = all.offsetByCodePoints(0, (int) count);
    rest.insert(0, all.substring(end));
    return form(all.substring(0, end));
  }

  /**
   * As many lines as a function takes until it has what it wants; Erlang's shell reads expressions
   * so. {@code io_lib:get_until/4} knows how to call it, and what was too much.
   */
  private Object until(Tuple request, String prompt, Atom function, Asked asked)
      throws Console.Cancelled, LeftException {
    var what = Tuple.of(request.get(2), function, request.get(4));
    Object state = START;
    try {
      while (true) {
        var typed = form(line(prompt));
        var next =
            asked.call("io_lib", "get_until", List.of(state, typed, FarTerminal.UNICODE, what));
        if (next instanceof Tuple done && done.size() == 3 && done.get(0).equals(STOP)) {
          if (!done.get(2).equals(EOF)) {
            rest.insert(0, GroupLeader.text(done.get(2)));
          }
          return done.get(1);
        }
        state = next;
      }
    } catch (IllegalArgumentException | ExitException e) {
      return Tuple.of(Atom.ERROR, function);
    }
  }
}
