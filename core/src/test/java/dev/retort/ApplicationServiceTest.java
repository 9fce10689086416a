package dev.retort;

import static org.assertj.core.api.Assertions.assertThat;

import dev.retort.term.Pid;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Applications that are found as services, and end with their JVM. */
@Timeout(60)
class ApplicationServiceTest {
  /** Found by its name. */
  public static final class Store implements Application {
    @Override
    public ApplicationSpec spec() {
      return ApplicationSpec.of("store").env("shelves", 3);
    }

    @Override
    public Pid start() {
      return Recorded.supervisor("store");
    }

    @Override
    public void stop() {
      System.out.println("store stopped");
    }
  }

  /** Found by its name, too, and depends on the other one. */
  public static final class Shop implements Application {
    @Override
    public ApplicationSpec spec() {
      return ApplicationSpec.of("shop").applications("store");
    }

    @Override
    public Pid start() {
      return Recorded.supervisor("shop");
    }

    @Override
    public void stop() {
      System.out.println("shop stopped");
    }
  }

  /** A program with applications, which ends as its argument says. */
  static final class Program {
    private Program() {}

    public static void main(String[] how) throws Exception {
      Application.load(new Shop());
      Application.load(new Store());
      Application.ensureAllStarted("shop", Restart.PERMANENT);
      switch (how[0]) {
        case "exit" -> System.exit(0);
        case "wait" -> {
          Application.stop("shop");
          var supervisor = Node.current().whereis("store");
          if (supervisor != null) {
            Kernel.exit(supervisor, dev.retort.term.Atom.KILL);
          }
          var reason = Node.current().onClose().join();
          System.out.println(Kernel.inspect(reason));
          System.exit(7);
        }
        default -> throw new IllegalArgumentException(how[0]);
      }
    }
  }

  @BeforeEach
  void beginAnew() {
    Node.current().close();
  }

  @AfterEach
  void leaveNothing() {
    Node.current().close();
  }

  @Test
  void aProviderOfTheServiceIsFoundByItsName(@TempDir Path folder) throws Exception {
    var services = Files.createDirectories(folder.resolve("META-INF/services"));
    Files.writeString(
        services.resolve(Application.class.getName()),
        Store.class.getName() + "\n" + Shop.class.getName() + "\n");
    var thread = Thread.currentThread();
    var before = thread.getContextClassLoader();
    try (var loader = new URLClassLoader(new URL[] {folder.toUri().toURL()}, before)) {
      thread.setContextClassLoader(loader);
      assertThat(Application.ensureAllStarted("shop")).containsExactly("store", "shop");
      assertThat(Application.getEnv("store", "shelves", 0)).isEqualTo(3);
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  @Test
  void applicationsStopInReverseOrderWhenTheJvmEnds() throws Exception {
    var result = new ChildJvm().run(50, Program.class.getName(), "exit");
    assertThat(result.output()).containsSubsequence("shop stopped", "store stopped");
    assertThat(result.status()).isZero();
  }

  @Test
  void nobodyStopsThemWhereTheHookIsOff() throws Exception {
    var result =
        new ChildJvm("-Ddev.retort.shutdownHook=off").run(50, Program.class.getName(), "exit");
    assertThat(result.output()).doesNotContain("shop stopped", "store stopped");
    assertThat(result.status()).isZero();
  }

  @Test
  void theProgramSaysWhatComesOfTheEndOfItsNode() throws Exception {
    var result = new ChildJvm().run(50, Program.class.getName(), "wait");
    assertThat(result.output())
        .contains("store stopped", "{:application_terminated, :store, :killed}");
    assertThat(result.status()).isEqualTo(7);
  }
}
