package dev.retort.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A reply's type belongs to its request: what does not fit does not compile. */
class TypedRepliesTest {
  private static final String SERVER =
      """
      import dev.retort.*;
      import dev.retort.term.*;
      import java.util.List;

      final class Stack implements GenServer<List<String>> {
        record Pop() implements Call<String> {}
        public List<String> init() { return List.of(); }
        public Step<List<String>> handleCall(Call<?> request, From from, List<String> stack) {
          return switch (request) {
            case Pop pop -> %s;
            default -> GenServer.unknown(request);
          };
        }
        static void use(Pid stack) { %s; }
      }
      """;

  private static final String RIGHT_REPLY = "pop.reply(stack.getFirst(), stack)";
  private static final String RIGHT_USE = "String top = GenServer.call(stack, new Pop())";

  @TempDir Path classes;

  private List<String> errors(String reply, String use) {
    var source = SERVER.formatted(reply, use);
    var file =
        new SimpleJavaFileObject(URI.create("string:///Stack.java"), JavaFileObject.Kind.SOURCE) {
          @Override
          public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return source;
          }
        };
    var found = new DiagnosticCollector<JavaFileObject>();
    ToolProvider.getSystemJavaCompiler()
        .getTask(
            null, null, found, List.of("-proc:none", "-d", classes.toString()), null, List.of(file))
        .call();
    return found.getDiagnostics().stream()
        .filter(diagnostic -> diagnostic.getKind() == Diagnostic.Kind.ERROR)
        .map(diagnostic -> diagnostic.getMessage(Locale.ENGLISH))
        .toList();
  }

  @Test
  void theRightTypesCompile() {
    assertThat(errors(RIGHT_REPLY, RIGHT_USE)).isEmpty();
  }

  @Test
  void aServerCannotReplyWithAnotherType() {
    assertThat(errors("pop.reply(42, stack)", RIGHT_USE))
        .singleElement()
        .asString()
        .contains("incompatible types: int cannot be converted to java.lang.String");
  }

  @Test
  void aCallerCannotTakeAnotherType() {
    assertThat(errors(RIGHT_REPLY, "int top = GenServer.call(stack, new Pop())"))
        .singleElement()
        .asString()
        .contains("incompatible types");
  }

  @Test
  void aServerCannotGoOnWithAnotherState() {
    assertThat(errors("pop.reply(\"top\", \"no list\")", RIGHT_USE))
        .singleElement()
        .asString()
        .contains("incompatible types");
  }
}
