package dev.retort;

import dev.retort.term.Atom;
import java.lang.invoke.MethodType;
import java.lang.invoke.SerializedLambda;
import org.jspecify.annotations.Nullable;

/** What a function of the caller's returns, where the value has come back from another node. */
final class ReturnType {
  private ReturnType() {}

  /**
   * The value as what the lambda says it returns: an {@code Integer}, although numbers come as
   * {@code Long}. Where it does not say, as what the process's own code makes of the term.
   */
  static @Nullable Object read(
      LocalProcess self, AgentFunction<?, ?> function, Agent.Request request, Object term) {
    if (term.equals(Atom.NIL) || request == Agent.Request.UPDATE) {
      return null;
    }
    var type = request == Agent.Request.GET ? of(function) : Object.class;
    var value = type == Object.class ? null : self.vocabulary().read(term, type);
    return value != null ? value : self.vocabulary().read(term);
  }

  private static Class<?> of(AgentFunction<?, ?> function) {
    try {
      var says = function.getClass().getDeclaredMethod("writeReplace");
      says.setAccessible(true);
      return says.invoke(function) instanceof SerializedLambda lambda
          ? MethodType.fromMethodDescriptorString(
                  lambda.getInstantiatedMethodType(), function.getClass().getClassLoader())
              .returnType()
          : Object.class;
    } catch (ReflectiveOperationException | RuntimeException | LinkageError e) {
      return Object.class; // no lambda, or in a package that is closed to us
    }
  }
}
