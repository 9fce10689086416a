package dev.retort;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Set;
import java.util.stream.BaseStream;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A stream that is closed when its terminal operation returns or throws, as Elixir's are: so what
 * it holds is gone even if the consumer has stopped halfway, without a try statement. The
 * operations of a pipeline go through here, its elements do not.
 */
final class ClosingStream implements InvocationHandler {
  /** They end a pipeline, or ask about it, and leave it open. */
  private static final Set<String> OPEN = Set.of("iterator", "spliterator", "isParallel");

  private final BaseStream<?, ?> stream;

  private ClosingStream(BaseStream<?, ?> stream) {
    this.stream = stream;
  }

  @SuppressWarnings("unchecked")
  static <T extends @Nullable Object> Stream<T> of(Stream<T> stream) {
    return (Stream<T>) wrap(stream);
  }

  private static Object wrap(BaseStream<?, ?> stream) {
    var type =
        switch (stream) {
          case IntStream ints -> IntStream.class;
          case LongStream longs -> LongStream.class;
          case DoubleStream doubles -> DoubleStream.class;
          default -> Stream.class;
        };
    return Proxy.newProxyInstance(
        ClosingStream.class.getClassLoader(), new Class<?>[] {type}, new ClosingStream(stream));
  }

  @Override
  public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments)
      throws Throwable {
    if (method.getDeclaringClass() == Object.class
        || BaseStream.class.isAssignableFrom(method.getReturnType())
        || OPEN.contains(method.getName())) {
      var result = call(method, arguments);
      return result instanceof BaseStream<?, ?> next ? wrap(next) : result;
    }
    try (stream) {
      return call(method, arguments);
    }
  }

  private @Nullable Object call(Method method, Object @Nullable [] arguments) throws Throwable {
    try {
      return method.invoke(stream, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }
}
