package dev.retort;

import dev.retort.etf.Terms;
import dev.retort.term.Atom;
import dev.retort.term.Tuple;
import java.util.List;
import java.util.Objects;

/**
 * An exception as Erlang has them, of one of three kinds: what {@link Erpc} throws when the
 * function that it has called raised one, or could not be called; and what a function of {@link
 * Exports} throws to raise one that is no Java exception.
 *
 * <p>Uncaught it ends its process with the reason that Erlang would give: {@code {value, stack}} of
 * an error, {@code value} of an exit, {@code {{:nocatch, value}, stack}} of a throw.
 */
public final class ErlangException extends ExitException {
  private static final long serialVersionUID = 1;
  private static final Atom NOCATCH = Atom.of("nocatch");

  /** Erlang's classes of exceptions. */
  public enum Kind {
    /** {@code throw/1}: a value for whoever catches it. */
    THROW,
    /** {@code exit/1}: the process is to end. */
    EXIT,
    /** {@code error/1}: something is wrong. */
    ERROR
  }

  private final Kind kind;
  private final transient Object value;
  private final transient List<Object> stack;

  /**
   * An exception to be raised.
   *
   * @param value a value that has a term
   */
  public ErlangException(Kind kind, Object value) {
    this(kind, Terms.toTerm(value), List.of(), kind + " " + CrashReport.inspect(value));
  }

  /**
   * An exception that was raised at a known place.
   *
   * @param value a value that has a term
   * @param stack where that was, as Erlang shows it: terms
   */
  public ErlangException(Kind kind, Object value, List<?> stack) {
    this(
        kind,
        Terms.toTerm(value),
        Objects.requireNonNull(stack, "stack: a list was expected, perhaps an empty one"),
        kind + " " + CrashReport.inspect(value));
  }

  ErlangException(Kind kind, Object value, List<?> stack, String message) {
    super(reason(kind, value, stack), message);
    this.kind = kind;
    this.value = value;
    this.stack = List.copyOf(stack);
  }

  private static Object reason(Kind kind, Object value, List<?> stack) {
    return switch (kind) {
      case THROW -> Tuple.of(Tuple.of(NOCATCH, value), stack);
      case EXIT -> value;
      case ERROR -> Tuple.of(value, stack);
    };
  }

  /** Its class, in Erlang's sense. */
  public Kind kind() {
    return kind;
  }

  /** What was thrown, or the reason of the exit or error: a term. */
  public Object value() {
    return value;
  }

  /** Where it was raised, as Erlang shows it; empty if that is not known. */
  public List<Object> stack() {
    return stack;
  }
}
