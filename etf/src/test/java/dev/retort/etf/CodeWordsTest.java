package dev.retort.etf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.retort.term.Atom;
import dev.retort.term.Tuple;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CodeWordsTest {
  record Hello(String what) {}

  enum Mood {
    GOOD
  }

  interface Deep {
    record Inside(int n) {}
  }

  static final class Server {
    record Ping(String declaredHere) {}

    Object handle(Object message) {
      return switch (message) {
        case MentionedWords.Ping(int n) -> n;
        case MentionedWords.Reply reply -> TimeUnit.SECONDS;
        case MentionedWords.Loud[] loud -> new Hello("x");
        default -> message;
      };
    }
  }

  @Test
  void codeKnowsWhatItsNestDeclares() {
    var words = Vocabulary.ofCode(Server.class).classes();
    assertThat(words).contains(Hello.class, Mood.class, Deep.Inside.class, Server.Ping.class);
  }

  @Test
  void codeKnowsWhatItMentions() {
    var words = Vocabulary.ofCode(Server.class).classes();
    assertThat(words)
        .contains(
            MentionedWords.Ping.class,
            MentionedWords.Pong.class,
            MentionedWords.Busy.class,
            MentionedWords.Loud.class)
        .doesNotContain(TimeUnit.class)
        .noneMatch(word -> word.getName().endsWith("$Unused"));
  }

  @Test
  void whatIsDeclaredGoesBeforeWhatIsMentioned() {
    var words = Vocabulary.ofCode(Server.class);
    assertThat(words.read(Tuple.of(Atom.of("ping"), "x"))).isEqualTo(new Server.Ping("x"));
    assertThat(words.read(Tuple.of(Atom.of("ping"), 1L))).isEqualTo(new MentionedWords.Ping(1));
  }

  @Test
  void aLambdaStandsForTheCodeAroundIt() {
    Callable<Object> lambda = () -> new Hello("x");
    assertThat(lambda.getClass().isHidden()).isTrue();
    assertThat(Vocabulary.ofCode(lambda.getClass()))
        .isSameAs(Vocabulary.ofCode(CodeWordsTest.class));
  }

  @Test
  void codeOfAnotherLoaderHasWordsOfItsOwn() throws ClassNotFoundException {
    var loader = new Copying(true);
    var server = loader.loadClass(Server.class.getName());
    assertThat(server).isNotEqualTo(Server.class);
    var words = Vocabulary.ofCode(server);
    assertThat(words.classes())
        .contains(
            loader.loadClass(Hello.class.getName()),
            loader.loadClass(MentionedWords.Pong.class.getName()))
        .doesNotContain(Hello.class, MentionedWords.Pong.class);
    assertThat(words.read(Tuple.of(Atom.of("hello"), "x")))
        .hasToString("Hello[what=x]")
        .isNotEqualTo(new Hello("x"));
  }

  @Test
  void withoutTheBytesOfItsClassesCodeKnowsWhatItDeclares() throws ClassNotFoundException {
    var loader = new Copying(false);
    var words = Vocabulary.ofCode(loader.loadClass(Server.class.getName())).classes();
    assertThat(words)
        .contains(loader.loadClass(Hello.class.getName()))
        .doesNotContain(loader.loadClass(MentionedWords.Pong.class.getName()));
  }

  /** Defines this package's classes anew, as a shell or a receiver of closures does. */
  private static final class Copying extends ClassLoader {
    private final boolean servesBytes;

    Copying(boolean servesBytes) {
      super(CodeWordsTest.class.getClassLoader());
      this.servesBytes = servesBytes;
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      synchronized (getClassLoadingLock(name)) {
        var loaded = findLoadedClass(name);
        if (loaded != null) {
          return loaded;
        }
        if (!name.startsWith(CodeWordsTest.class.getName())
            && !name.startsWith(MentionedWords.class.getName())) {
          return super.loadClass(name, resolve);
        }
        var path = name.replace('.', '/') + ".class";
        try (var in = CodeWordsTest.class.getResourceAsStream("/" + path)) {
          if (in == null) {
            throw new ClassNotFoundException(name);
          }
          var bytes = in.readAllBytes();
          return defineClass(name, bytes, 0, bytes.length);
        } catch (IOException unreadable) {
          throw new UncheckedIOException(unreadable);
        }
      }
    }

    @Override
    public @Nullable InputStream getResourceAsStream(String name) {
      return servesBytes ? super.getResourceAsStream(name) : null;
    }
  }
}
