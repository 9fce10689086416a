package dev.retort.shell;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import jdk.jshell.execution.LoaderDelegate;
import jdk.jshell.spi.ExecutionControl.ClassBytecodes;
import jdk.jshell.spi.ExecutionControl.ClassInstallException;
import org.jspecify.annotations.Nullable;

/**
 * Defines what is typed at the prompt as classes of this JVM.
 *
 * <p>The bytes of each class can be read as a resource of its loader, as the compiler made them:
 * from there a closure's code is shipped to other nodes, and the records that it mentions are
 * found.
 */
final class SnippetLoader implements LoaderDelegate {
  private final Snippets snippets;
  private final Consumer<Class<?>> loaded;

  /**
   * A loader whose classes see what the shell's own see.
   *
   * @param stoppable whether their loops can be ended by {@link StopCheck}
   * @param loaded gets each class; called by the thread that loads
   */
  SnippetLoader(boolean stoppable, Consumer<Class<?>> loaded) {
    this.snippets = new Snippets(stoppable);
    this.loaded = loaded;
  }

  @Override
  public void load(ClassBytecodes[] classes) throws ClassInstallException {
    var installed = new boolean[classes.length];
    try {
      classesRedefined(classes);
      for (int i = 0; i < classes.length; i++) {
        var type = snippets.loadClass(classes[i].name());
        installed[i] = true;
        loaded.accept(type);
      }
    } catch (ClassNotFoundException | LinkageError e) {
      throw new ClassInstallException("load: " + e.getMessage(), installed);
    }
  }

  @Override
  public void classesRedefined(ClassBytecodes[] classes) {
    for (var each : classes) {
      snippets.bytes.put(each.name(), each.bytecodes());
    }
  }

  /** Nothing to do: what the compiler sees, the shell's own loader has. */
  @Override
  public void addToClasspath(String path) {}

  @Override
  public Class<?> findClass(String name) throws ClassNotFoundException {
    return snippets.loadClass(name);
  }

  private static final class Snippets extends ClassLoader {
    static {
      registerAsParallelCapable();
    }

    private final Map<String, byte[]> bytes = new ConcurrentHashMap<>();
    private final @Nullable StopCheckWeaver weaver;

    Snippets(boolean stoppable) {
      super("jex", SnippetLoader.class.getClassLoader());
      this.weaver = stoppable ? new StopCheckWeaver(this) : null;
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
      var code = bytes.get(name);
      if (code == null) {
        throw new ClassNotFoundException(name);
      }
      var woven = weaver == null ? code : weaver.weave(code);
      return defineClass(name, woven, 0, woven.length);
    }

    @Override
    public @Nullable InputStream getResourceAsStream(String name) {
      if (name.endsWith(".class")) {
        var code = bytes.get(name.substring(0, name.length() - 6).replace('/', '.'));
        if (code != null) {
          return new ByteArrayInputStream(code);
        }
      }
      return super.getResourceAsStream(name);
    }
  }
}
