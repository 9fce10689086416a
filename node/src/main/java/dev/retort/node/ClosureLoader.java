package dev.retort.node;

import dev.retort.term.Binary;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The classes of one closure that came from another node. They come before classes of the same name
 * that this JVM has: the closure runs with the code that it was compiled against.
 *
 * <p>Unless this JVM has the very same code for all of them (an application that runs on both
 * nodes): then it uses the application's own, whose instances it can exchange with the
 * application's processes. All of them or none: a class here must not meet two versions of another.
 * What was typed at a prompt, of which no other class can know, is always the closure's own.
 */
final class ClosureLoader extends ClassLoader {
  static {
    registerAsParallelCapable();
  }

  private final Map<String, byte[]> classes;

  private ClosureLoader(Map<String, Binary> files, ClassLoader parent) {
    super("closure", parent);
    classes = new ConcurrentHashMap<>();
    files.forEach((name, file) -> classes.put(name, file.toByteArray()));
  }

  /** What loads the classes of a closure: the parent itself if it has all that were shipped. */
  static ClassLoader of(Map<String, Binary> shipped, ClassLoader parent) {
    var application = new HashMap<>(shipped);
    application.keySet().removeIf(ClosureCode::isShell);
    var own = new HashMap<>(shipped);
    if (application.entrySet().stream()
        .allMatch(e -> ClosureCode.isHere(e.getKey(), e.getValue(), parent))) {
      own.keySet().removeAll(application.keySet());
    }
    return own.isEmpty() ? parent : new ClosureLoader(own, parent);
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    if (!classes.containsKey(name)) {
      return super.loadClass(name, resolve);
    }
    synchronized (getClassLoadingLock(name)) {
      var loaded = findLoadedClass(name);
      return loaded != null ? loaded : findClass(name);
    }
  }

  /** The class of this name, made now if it was not before. */
  Class<?> define(String name, Supplier<byte[]> file) throws ClassNotFoundException {
    synchronized (getClassLoadingLock(name)) {
      classes.computeIfAbsent(name, n -> file.get());
      return loadClass(name);
    }
  }

  @Override
  protected Class<?> findClass(String name) throws ClassNotFoundException {
    var bytes = classes.get(name);
    if (bytes == null) {
      throw new ClassNotFoundException(name);
    }
    return defineClass(name, bytes, 0, bytes.length);
  }

  /** The class files are there to be read: by {@code Vocabulary.ofCode}, or to be sent on. */
  @Override
  public @Nullable InputStream getResourceAsStream(String name) {
    if (name.endsWith(".class")) {
      var bytes =
          classes.get(name.substring(0, name.length() - ".class".length()).replace('/', '.'));
      if (bytes != null) {
        return new ByteArrayInputStream(bytes);
      }
    }
    return super.getResourceAsStream(name);
  }
}
