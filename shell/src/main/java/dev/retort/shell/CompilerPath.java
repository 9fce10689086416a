package dev.retort.shell;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Where the compiler finds the classes of this JVM. */
final class CompilerPath {
  private CompilerPath() {}

  /**
   * What the compiler has to be told: it takes the class path by itself, but where the shell runs
   * as modules, typed code is outside of them and sees their jars as a class path.
   */
  static Optional<String> ofThisJvm() {
    var modules = System.getProperty("jdk.module.path");
    if (modules == null || modules.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        Stream.of(modules.split(File.pathSeparator))
            .map(Path::of)
            .flatMap(CompilerPath::jars)
            .map(Path::toString)
            .collect(Collectors.joining(File.pathSeparator)));
  }

  /** A module path names jars, folders of jars, and folders of classes. */
  private static Stream<Path> jars(Path entry) {
    if (!Files.isDirectory(entry) || Files.exists(entry.resolve("module-info.class"))) {
      return Stream.of(entry);
    }
    var jars = entry.toFile().listFiles((folder, name) -> name.endsWith(".jar"));
    return jars == null ? Stream.of() : Stream.of(jars).map(File::toPath);
  }
}
