package dev.retort;

import dev.retort.spi.RemoteShell;
import dev.retort.term.Atom;
import dev.retort.term.Pid;
import dev.retort.term.Ref;
import dev.retort.term.Tuple;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What terminals of other nodes call here when somebody wants a shell: {@code iex --remsh}, {@code
 * erl -remsh} and {@code jex --remsh}.
 *
 * <p>They call functions that are there on every Erlang node, and start the shell by {@code rpc}:
 * {@code IEx.start/2} up to Elixir 1.14, {@code iex:start/2} since, {@code shell:start/0} or, for
 * jex, {@code jex:start/0}. The shell is a process whose group leader is the terminal. Where the
 * node opens no shell, all of them say so, in the words that the terminal then shows.
 */
final class ShellCalls {
  private static final Atom IEX = Atom.of("Elixir.IEx");
  private static final Atom JEX = Atom.of("jex");
  private static final Atom IEX_SHELL = Atom.of("iex");
  private static final Atom ERL_SHELL = Atom.of("shell");
  private static final Atom MODULE = Atom.of("module");
  private static final Atom BEGIN = Atom.of("begin");
  private static final Atom DONE = Atom.of("done");
  private static final Tuple NO_FILE = Tuple.of(Atom.ERROR, Atom.of("nofile"));

  private static final String REFUSAL =
      "it is a Retort node, a JVM, that opens no shell to other nodes"
          + " (NodeOptions.withAcceptShells, or jex)";

  private final @Nullable RemoteShell shell;
  private final Map<Atom, Exports> modules = new HashMap<>();

  /**
   * Those of a node.
   *
   * @param shell null where it opens none
   * @param isExported which modules it has besides
   */
  ShellCalls(@Nullable RemoteShell shell, Predicate<Atom> isExported) {
    this.shell = shell;
    add("code", new Code(isExported));
    add("Elixir.IEx", new Iex());
    add("iex", new Iex());
    add("shell", new Erl());
    add("jex", new Jex());
    add("edlin_expand", new Edlin());
    add("application", new Environment());
  }

  /** The shell that the class path has. */
  static RemoteShell find() {
    return ServiceLoader.load(RemoteShell.class, ShellCalls.class.getClassLoader())
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "a node that opens shells to others needs dev.retort:retort-shell among the"
                        + " dependencies"));
  }

  private void add(String module, Object functions) {
    var exports = Exports.of(module, functions);
    modules.put(exports.module(), exports);
  }

  @Nullable ExportedFunction function(Atom module, Atom name, int arity) {
    var exports = modules.get(module);
    return exports == null ? null : exports.function(name, arity);
  }

  /** The process of a shell; without one, of what is said instead. */
  private Pid open(@Nullable Object callback) {
    return Kernel.spawn(
        () -> {
          awaitStarter(callback);
          if (shell == null) {
            Kernel.println(Node.self().name() + " gives you no shell: " + REFUSAL);
          } else {
            shell.run();
          }
        });
  }

  /**
   * Elixir's start-up goes on at the terminal's node, with its {@code -e} for example, when the
   * shell has asked for that: {@code IEx.CLI.remote_start/2}, since 1.15 {@code iex:sync_remote/2}.
   */
  private static void awaitStarter(@Nullable Object callback) {
    if (callback instanceof Tuple mfa
        && mfa.size() == 3
        && mfa.get(2) instanceof List<?> arguments
        && arguments.size() == 2
        && arguments.get(0) instanceof Pid starter
        && arguments.get(1) instanceof Ref ref) {
      var monitor = Kernel.monitor(starter);
      Kernel.send(starter, Tuple.of(BEGIN, ref, Kernel.self()));
      var done = Tuple.of(DONE, ref);
      var unused =
          Kernel.receive(
              Object.class,
              message ->
                  message.equals(done)
                      || (message instanceof Down down && down.ref().equals(monitor)));
      Kernel.demonitor(monitor);
    }
  }

  private final class Code {
    private final Predicate<Atom> isExported;

    Code(Predicate<Atom> isExported) {
      this.isExported = isExported;
    }

    /**
     * Asked before anything is started. A terminal whose shell is refused shows why, and ends: jex
     * and iex up to Elixir 1.14 the reason of a {@code badrpc}, erl and iex on OTP 26 and later
     * that of an error, which they print as an atom is printed on one line.
     *
     * @return {@code {badrpc, Text}} or {@code {error, Atom}} for a shell that is refused
     */
    @Export
    Tuple ensureLoaded(Atom module) {
      if (shell == null && (module.equals(IEX) || module.equals(JEX))) {
        return Tuple.of(ForeignCode.BADRPC, REFUSAL);
      }
      if (shell == null && (module.equals(IEX_SHELL) || module.equals(ERL_SHELL))) {
        return Tuple.of(Atom.ERROR, Atom.of(REFUSAL));
      }
      return modules.containsKey(module) || isExported.test(module)
          ? Tuple.of(MODULE, module)
          : NO_FILE;
    }
  }

  private final class Iex {
    @Export
    Pid start(Object options, Object callback) {
      return open(callback);
    }
  }

  private final class Erl {
    @Export
    Pid start() {
      return open(null);
    }

    @Export
    Pid start(Object options) {
      return open(null);
    }
  }

  private final class Jex {
    @Export
    Pid start() {
      return open(null);
    }

    /**
     * Completes a line.
     *
     * @param before the characters before the cursor, the last one first
     * @return {@code {yes | no, Insert, Choices}}
     */
    @Export
    Tuple expand(Object before, Pid session) {
      if (shell == null) {
        return Edlin.NOTHING;
      }
      var line = new StringBuilder(GroupLeader.text(before)).reverse().toString();
      var found = shell.expand(session, line);
      boolean any = !found.insert().isEmpty() || !found.choices().isEmpty();
      return Tuple.of(
          Atom.of(any ? "yes" : "no"),
          characters(found.insert()),
          found.choices().stream().map(ShellCalls::characters).toList());
    }
  }

  /** What {@code erl -remsh} completes with until the shell has said how. */
  private static final class Edlin {
    private static final Tuple NOTHING = Tuple.of(Atom.of("no"), List.of(), List.of());

    @Export
    Tuple expand(Object before) {
      return NOTHING;
    }

    @Export
    Tuple expand(Object before, Object options) {
      return NOTHING;
    }
  }

  /** Where they look for another first line; there is none. */
  private static final class Environment {
    @Export
    Object getEnv(Atom application, Atom key, Object otherwise) {
      return otherwise;
    }
  }

  private static List<Object> characters(String text) {
    return text.codePoints().<Object>mapToObj(c -> (long) c).toList();
  }
}
