package dev.retort;

import dev.retort.etf.Terms;
import dev.retort.term.Atom;
import dev.retort.term.Pid;
import dev.retort.term.Tuple;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * The start function of a child that another node has described: a function that is exported here.
 * It gives a pid or {@code {ok, Pid}}, nothing or {@code ignore}, or {@code {error, Reason}}.
 *
 * @param caught whether an exception is {@code {'EXIT', Reason}}, as in OTP's supervisor, or the
 *     reason itself, as in Elixir's DynamicSupervisor
 */
record ForeignStart(Mfa function, boolean caught) implements Callable<@Nullable Pid> {
  /** The same with this before its arguments, as Elixir's {@code extra_arguments} are. */
  ForeignStart with(Object first) {
    return new ForeignStart(function.with(first), caught);
  }

  @Override
  public @Nullable Pid call() throws Exception {
    Object result;
    try {
      result = Terms.toTerm(function.apply());
    } catch (ProcessEnded | StartException e) {
      throw e;
    } catch (Throwable e) {
      result = failed(ForeignCode.raised(e, function));
    }
    return switch (result) {
      case Pid pid -> pid;
      case Atom atom when atom.equals(Atom.NIL) || atom.name().equals("ignore") -> null;
      case Tuple tuple
          when tuple.size() >= 2
              && tuple.get(0).equals(Atom.OK)
              && tuple.get(1) instanceof Pid pid ->
          pid;
      case Tuple tuple when tuple.size() == 2 && tuple.get(0).equals(Atom.ERROR) ->
          throw new StartException(tuple.get(1));
      default -> throw new StartException(result);
    };
  }

  private Object failed(ErlangException e) {
    var reason =
        switch (e.kind()) {
          case THROW -> null;
          case EXIT -> e.value();
          case ERROR -> Tuple.of(e.value(), e.stack());
        };
    if (reason == null) {
      return e.value(); // as if it had been returned
    }
    return Tuple.of(Atom.ERROR, caught ? Tuple.of(Atom.of("EXIT"), reason) : reason);
  }
}
