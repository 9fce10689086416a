package dev.retort;

import dev.retort.etf.Terms;
import dev.retort.term.Atom;
import dev.retort.term.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;

/**
 * What processes run that other nodes start here by a function's name: {@code erpc}'s functions,
 * which say what came of another one, and everything else as it is.
 */
final class ForeignCode {
  static final Atom ERPC = Atom.of("erpc");
  static final Atom EXECUTE_CALL = Atom.of("execute_call");
  static final Atom EXECUTE_CAST = Atom.of("execute_cast");
  static final Atom BADRPC = Atom.of("badrpc");
  private static final Atom RETURN = Atom.of("return");

  private ForeignCode() {}

  /**
   * The body of a process that calls a function.
   *
   * @param arguments gives them, in the new process; a list
   */
  static Body body(Atom module, Atom function, int arity, Callable<Object> arguments) {
    var initialCall = Tuple.of(module, function, (long) arity);
    if (module.equals(ERPC) && function.equals(EXECUTE_CALL) && arity == 4) {
      return new Executing(initialCall, arguments);
    }
    if (module.equals(ERPC) && function.equals(EXECUTE_CAST) && arity == 3) {
      return new Calling(initialCall, () -> mfa(list(arguments.call()), 0));
    }
    return new Calling(initialCall, () -> Mfa.of(module, function, list(arguments.call())));
  }

  /** The body of a process that calls a function. */
  static Body calling(Mfa mfa) {
    var initialCall = Tuple.of(mfa.module(), mfa.function(), (long) mfa.arguments().size());
    return new Calling(initialCall, () -> mfa);
  }

  private static List<?> list(Object arguments) {
    if (arguments instanceof List<?> list) {
      return list;
    }
    throw badarg();
  }

  /** {@code [..., Module, Function, Arguments]}, behind the first elements. */
  private static Mfa mfa(List<?> all, int from) {
    var mfa =
        all.size() == from + 3 ? Mfa.of(Tuple.of(all.subList(from, from + 3).toArray())) : null;
    if (mfa == null) {
      throw badarg();
    }
    return mfa;
  }

  static ErlangException badarg() {
    return new ErlangException(ErlangException.Kind.ERROR, Atom.of("badarg"));
  }

  /** Calls it; how it ends is how the process ends. */
  private record Calling(Tuple initialCall, Callable<Mfa> what) implements Body, Origin.Named {
    @Override
    public void run() throws Exception {
      var mfa = what.call();
      try {
        var unused = mfa.applyInOwnProcess();
      } catch (ErlangException e) {
        if (e.kind() != ErlangException.Kind.EXIT) {
          Reports.line("Process " + Kernel.self() + " terminating: " + e.getMessage());
        }
        throw e;
      }
    }
  }

  /** {@code erpc:execute_call/4}: ends with what came of it, which its caller monitors. */
  private record Executing(Tuple initialCall, Callable<Object> arguments)
      implements Body, Origin.Named {
    @Override
    public void run() throws Exception {
      var all = list(arguments.call());
      var mfa = mfa(all, 1);
      throw new Executed(outcome(all.getFirst(), mfa));
    }
  }

  /** An end that costs no more than it must. */
  private static final class Executed extends ExitException {
    private static final long serialVersionUID = 1;

    Executed(Tuple outcome) {
      super(outcome, "the function is done");
    }

    @Override
    public Throwable fillInStackTrace() {
      return this;
    }
  }

  /** Calls a function in the running process: {@code {Ref, return, Value}} and its kin. */
  static Tuple outcome(Object ref, Mfa mfa) {
    try {
      return Tuple.of(ref, RETURN, Terms.toTerm(mfa.applyInOwnProcess()));
    } catch (ProcessEnded | Hibernation e) {
      throw e;
    } catch (Throwable e) {
      var raised = raised(e, mfa);
      return switch (raised.kind()) {
        case THROW -> Tuple.of(ref, Atom.of("throw"), raised.value());
        case EXIT -> Tuple.of(ref, Atom.of("exit"), raised.value());
        case ERROR -> Tuple.of(ref, Atom.ERROR, raised.value(), raised.stack());
      };
    }
  }

  /** The same as {@code rpc} says it. */
  static Object rpc(Mfa mfa) {
    var outcome = outcome(RETURN, mfa);
    var value = outcome.get(2);
    return switch (((Atom) outcome.get(1)).name()) {
      case "exit" -> badRpc(value);
      case "error" -> badRpc(Tuple.of(value, outcome.get(3)));
      default -> value;
    };
  }

  /** {@code {badrpc, {'EXIT', Reason}}}. */
  static Tuple badRpc(Object reason) {
    return Tuple.of(BADRPC, Tuple.of(Atom.of("EXIT"), reason));
  }

  /** What has left a function, as Erlang would have it. */
  static ErlangException raised(Throwable thrown, Mfa mfa) {
    return switch (thrown) {
      case ErlangException e when !e.stack().isEmpty() -> e;
      case ErlangException e -> raised(e.kind(), e.value(), List.of(), mfa, e);
      case ExitException e ->
          raised(ErlangException.Kind.EXIT, Terms.toTerm(e.reason()), List.of(), mfa, e);
      default -> {
        var crash = (Tuple) Terms.toTerm(thrown);
        yield raised(ErlangException.Kind.ERROR, crash.get(0), (List<?>) crash.get(1), mfa, thrown);
      }
    };
  }

  private static ErlangException raised(
      ErlangException.Kind kind, Object value, List<?> stack, Mfa mfa, Throwable thrown) {
    var shown = new ArrayList<Object>(ofFunction(stack));
    shown.add(Tuple.of(mfa.module(), mfa.function(), (long) mfa.arguments().size(), List.of()));
    var raised = new ErlangException(kind, value, shown, String.valueOf(thrown.getMessage()));
    raised.initCause(thrown);
    return raised;
  }

  /** The frames of the function and of what it has called, without ours. */
  private static List<?> ofFunction(List<?> stack) {
    int end = 0;
    while (end < stack.size() && !isOf(stack.get(end), ExportedFunction.class.getName())) {
      end++;
    }
    while (end > 0 && end < stack.size() && isOf(stack.get(end - 1), "java.lang.invoke.")) {
      end--;
    }
    return stack.subList(0, end);
  }

  private static boolean isOf(Object frame, String code) {
    return frame instanceof Tuple tuple
        && Objects.requireNonNull(tuple.get(0)) instanceof Atom name
        && name.name().startsWith(code);
  }
}
