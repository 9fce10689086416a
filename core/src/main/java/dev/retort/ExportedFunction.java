package dev.retort;

import dev.retort.etf.SnakeCase;
import dev.retort.etf.Vocabulary;
import dev.retort.term.Atom;
import java.lang.System.Logger.Level;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A method that other nodes may call, ready to be called with terms.
 *
 * @param name its name for them
 * @param handle the method, bound to its object; takes an array of the arguments
 */
record ExportedFunction(Atom name, Method method, MethodHandle handle) {
  static ExportedFunction of(Method method, @Nullable Object target) {
    var given = method.getAnnotation(Export.class).value();
    var name = Atom.of(given.isEmpty() ? SnakeCase.of(method.getName()) : given);
    if (!method.trySetAccessible()) {
      throw new IllegalArgumentException(
          method
              + " cannot be called: make it public in an exported package, or add 'opens "
              + method.getDeclaringClass().getPackageName()
              + " to dev.retort.core' to the module-info of "
              + method.getDeclaringClass().getModule().getName());
    }
    try {
      var handle = MethodHandles.lookup().unreflect(method).asFixedArity();
      if (handle.type().parameterCount() > method.getParameterCount()) {
        handle = handle.bindTo(target);
      }
      int arity = method.getParameterCount();
      handle = handle.asType(handle.type().generic()).asSpreader(Object[].class, arity);
      return new ExportedFunction(name, method, handle);
    } catch (IllegalAccessException e) {
      throw new IllegalArgumentException(method + " cannot be called", e);
    }
  }

  int arity() {
    return method.getParameterCount();
  }

  /** The records and enums that its arguments may be. */
  Vocabulary vocabulary() {
    return Vocabulary.ofCode(method.getDeclaringClass());
  }

  /**
   * Calls it in the running process.
   *
   * @param call what was asked for, with arguments as terms; or values, where they come from here
   * @return a value that need not be a term; {@code ok} where the method gives nothing
   * @throws ErlangException {@code function_clause} if an argument is not of the parameter's type
   */
  Object apply(Mfa call) throws Exception {
    var arguments = arguments(call);
    try {
      Object value = handle.invokeExact(arguments);
      return method.getReturnType() == void.class ? Atom.OK : value == null ? Atom.NIL : value;
    } catch (Exception | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  private @Nullable Object[] arguments(Mfa call) {
    var parameters = method.getParameters();
    var values = new @Nullable Object[parameters.length];
    for (int i = 0; i < values.length; i++) {
      var term = call.arguments().get(i);
      values[i] = vocabulary().read(term, parameters[i].getParameterizedType());
      if (values[i] == null && (!term.equals(Atom.NIL) || parameters[i].getType().isPrimitive())) {
        throw mismatch(call, i, parameters[i]);
      }
    }
    return values;
  }

  private static ErlangException mismatch(Mfa call, int index, Parameter parameter) {
    var message =
        call.shortForm()
            + ": argument "
            + (index + 1)
            + " should be a "
            + parameter.getParameterizedType().getTypeName()
            + ", it is "
            + CrashReport.inspect(call.arguments().get(index));
    CrashReport.log(Level.WARNING, message);
    return new ErlangException(
        ErlangException.Kind.ERROR, Atom.of("function_clause"), List.of(call.frame()), message);
  }
}
