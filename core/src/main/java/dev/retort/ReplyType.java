package dev.retort;

import dev.retort.etf.Vocabulary;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import org.jspecify.annotations.Nullable;

/**
 * The {@code R} that a request's class gives {@code Call<R>}: what a reply from another node
 * becomes.
 */
final class ReplyType {
  private static final ClassValue<Type> TYPES =
      new ClassValue<>() {
        @Override
        protected Type computeValue(Class<?> request) {
          for (var type : request.getGenericInterfaces()) {
            if (type instanceof ParameterizedType call && call.getRawType() == Call.class) {
              return call.getActualTypeArguments()[0];
            }
          }
          return Object.class;
        }
      };

  private ReplyType() {}

  static @Nullable Object read(Call<?> request, Object term) {
    var type = TYPES.get(request.getClass());
    var vocabulary = Vocabulary.ofCode(request.getClass());
    if (type == Object.class) {
      return vocabulary.read(term);
    }
    if (type == Void.class) {
      return null;
    }
    var reply = vocabulary.read(term, type);
    if (reply == null) {
      throw new ClassCastException(
          "the reply to "
              + CrashReport.inspect(request)
              + " should be a "
              + type.getTypeName()
              + ", it is "
              + CrashReport.inspect(term));
    }
    return reply;
  }
}
