package dev.retort.interop;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.module.ModuleDescriptor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.lang.model.element.Modifier;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaFileObject;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is public is a promise, and says what it promises. */
class DocumentationTest {
  private static final String GUIDE = "docs/guide";
  private static final Path PROGRAM =
      Nodes.HOME.resolve("examples/src/main/java/dev/retort/examples/guide");
  private static final Pattern CODE = Pattern.compile("`([^`]+)`");
  private static final Pattern METHOD =
      Pattern.compile("\\b([A-Z]\\w*)\\.(?!class\\b)([a-z][a-zA-Z0-9]*)\\b");
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)#\\s]+)(?:#[^)]*)?\\)");

  @ParameterizedTest
  @ValueSource(strings = {"etf", "core", "node", "shell"})
  void everythingPublicIsDocumented(String module) throws IOException {
    var silent = new ArrayList<String>();
    for (var unit : sources(module)) {
      silent.addAll(unit.undocumented());
    }
    assertThat(silent).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"etf", "core", "node", "shell"})
  void whatIsNotExportedIsNotPublic(String module) throws IOException {
    var exported = exports(module);
    var leaking = new ArrayList<String>();
    for (var unit : sources(module)) {
      if (!exported.contains(unit.packageName())) {
        leaking.addAll(unit.publicTypes());
      }
    }
    assertThat(leaking).isEmpty();
  }

  @Test
  void everyPackageIsNullMarked() throws IOException {
    for (var module : List.of("etf", "core", "node", "shell")) {
      try (var files = Files.walk(source(module))) {
        files
            .filter(file -> file.toString().endsWith(".java"))
            .map(Path::getParent)
            .filter(folder -> !folder.equals(source(module)))
            .distinct()
            .forEach(
                folder ->
                    assertThat(folder.resolve("package-info.java"))
                        .content()
                        .contains("@NullMarked"));
      }
    }
  }

  /** Each block is a compact source file; that of the guide is looked at by its own test. */
  @Test
  void theJavaInDocumentsCompiles(@TempDir Path folder) throws IOException {
    var programs = new ArrayList<Path>();
    for (var document : documents("", "docs", "docs/adr", "examples", "benchmarks")) {
      for (var block : Markdown.blocks(document)) {
        if (block.language().equals("java")) {
          var program = folder.resolve("Program" + programs.size() + ".java");
          var lines = "\n".repeat(block.line() - 2) + block.text();
          programs.add(
              Files.writeString(
                  program, "import dev.retort.*; import dev.retort.term.*;\n" + lines));
        }
      }
    }
    assertThat(programs).as("the README has some").isNotEmpty();
    var compiler = ToolProvider.getSystemJavaCompiler();
    var errors = new DiagnosticCollector<JavaFileObject>();
    try (var manager = compiler.getStandardFileManager(null, null, null)) {
      for (var program : programs) { // one by one: they may have names in common
        var options =
            List.of(
                "-proc:none",
                "-d",
                folder.toString(),
                "-cp",
                System.getProperty("java.class.path"));
        compiler
            .getTask(null, manager, errors, options, null, manager.getJavaFileObjects(program))
            .call();
      }
    }
    assertThat(errors.getDiagnostics())
        .filteredOn(each -> each.getKind() == Diagnostic.Kind.ERROR)
        .isEmpty();
  }

  @Test
  void linksInDocumentsLeadSomewhere() throws IOException {
    var broken = new ArrayList<String>();
    for (var document : documents("", "docs", "docs/adr", GUIDE, "examples", "benchmarks")) {
      LINK.matcher(withoutBlocks(document))
          .results()
          .map(link -> link.group(1))
          .filter(link -> !link.startsWith("http"))
          .filter(link -> !Files.exists(document.resolveSibling(link)))
          .forEach(link -> broken.add(Nodes.HOME.relativize(document) + " -> " + link));
    }
    assertThat(broken).isEmpty();
  }

  /** What its programs print, and what comes in its shells, has a test of its own. */
  @Test
  void theJavaOfTheGuideIsThatOfTheExamples() throws IOException {
    var sources = new ArrayList<String>();
    try (var files = Files.list(PROGRAM)) {
      for (var file : files.sorted().toList()) {
        sources.add(unindented(Files.readString(file)));
      }
    }
    for (var chapter : documents(GUIDE)) {
      for (var block : Markdown.blocks(chapter)) {
        if (block.language().equals("java")) {
          var code = unindented(block.text()) + "\n";
          assertThat(sources).as(block.toString()).anyMatch(source -> source.contains(code));
        }
      }
    }
  }

  private static String unindented(String code) {
    return code.replaceAll("(?m)^ +", "");
  }

  @Test
  void everyMethodThatTheGuideNamesExists() throws IOException {
    var wrong = new ArrayList<String>();
    for (var chapter : documents(GUIDE)) {
      CODE.matcher(withoutBlocks(chapter))
          .results()
          .flatMap(code -> METHOD.matcher(code.group(1)).results())
          .filter(method -> !exists(method.group(1), method.group(2)))
          .forEach(method -> wrong.add(chapter.getFileName() + ": " + method.group()));
    }
    assertThat(wrong).isEmpty();
  }

  /** Whether the class has such a method, or none of its packages such a class. */
  private static boolean exists(String type, String method) {
    for (var place : List.of("dev.retort.", "dev.retort.term.")) {
      try {
        var found = Class.forName(place + type);
        return Stream.of(found.getMethods()).anyMatch(each -> each.getName().equals(method));
      } catch (ClassNotFoundException e) {
        // not there
      }
    }
    return true; // somebody else's
  }

  private static String withoutBlocks(Path document) throws IOException {
    return Files.readString(document).replaceAll("(?s)```.*?```", "");
  }

  private static List<Path> documents(String... folders) throws IOException {
    var documents = new ArrayList<Path>();
    for (var folder : folders) {
      documents.addAll(Markdown.in(Nodes.HOME.resolve(folder)));
    }
    return documents;
  }

  private static Path source(String module) {
    return Nodes.HOME.resolve(module).resolve("src/main/java");
  }

  /** The packages that the module gives to others, be it to all or to its neighbours. */
  private static List<String> exports(String module) throws IOException {
    var compiled = Nodes.HOME.resolve(module).resolve("target/classes/module-info.class");
    try (var in = Files.newInputStream(compiled)) {
      return ModuleDescriptor.read(in).exports().stream()
          .map(ModuleDescriptor.Exports::source)
          .toList();
    }
  }

  private static List<Source> sources(String module) throws IOException {
    var compiler = ToolProvider.getSystemJavaCompiler();
    try (var manager = compiler.getStandardFileManager(null, null, null);
        Stream<Path> files = Files.walk(source(module))) {
      var java =
          files
              .filter(file -> file.toString().endsWith(".java"))
              .filter(file -> !file.endsWith("module-info.java"))
              .toList();
      var task =
          (JavacTask)
              compiler.getTask(
                  null,
                  manager,
                  null,
                  List.of("-proc:none"),
                  null,
                  manager.getJavaFileObjectsFromPaths(java));
      var units = new ArrayList<Source>();
      task.parse().forEach(unit -> units.add(new Source(unit, DocTrees.instance(task))));
      return units;
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  /** One file, parsed. */
  private record Source(CompilationUnitTree unit, DocTrees docs) {
    String packageName() {
      return unit.getPackageName().toString();
    }

    List<String> publicTypes() {
      return unit.getTypeDecls().stream()
          .filter(type -> type instanceof ClassTree named && isPublic(named))
          .map(type -> packageName() + "." + ((ClassTree) type).getSimpleName())
          .toList();
    }

    private static boolean isPublic(ClassTree type) {
      return type.getModifiers().getFlags().contains(Modifier.PUBLIC);
    }

    /** Public types and methods without a comment, as "file:line name". */
    List<String> undocumented() {
      var silent = new ArrayList<String>();
      new TreePathScanner<@Nullable Void, @Nullable Void>() {
        @Override
        public @Nullable Void visitClass(ClassTree type, @Nullable Void nothing) {
          boolean member = getCurrentPath().getParentPath().getLeaf() instanceof ClassTree;
          if (!isPublic(type) && !(member && isInterface(parent()))) {
            return null; // what it hides needs no promise
          }
          check(type.getSimpleName().toString());
          return super.visitClass(type, null);
        }

        @Override
        public @Nullable Void visitMethod(MethodTree method, @Nullable Void nothing) {
          var flags = method.getModifiers().getFlags();
          boolean overrides =
              method.getModifiers().getAnnotations().stream()
                  .anyMatch(
                      annotation -> annotation.getAnnotationType().toString().equals("Override"));
          boolean promised =
              flags.contains(Modifier.PUBLIC)
                  || (isInterface(parent()) && !flags.contains(Modifier.PRIVATE));
          boolean constructor = method.getReturnType() == null; // makes what its class describes
          if (promised && !overrides && !constructor) {
            check(method.getName().toString());
          }
          return null; // what stands inside a method is nobody's business
        }

        private ClassTree parent() {
          TreePath path = getCurrentPath().getParentPath();
          return (ClassTree) path.getLeaf();
        }

        private static boolean isInterface(ClassTree type) {
          return type.getKind() == Tree.Kind.INTERFACE;
        }

        private void check(String name) {
          if (docs.getDocComment(getCurrentPath()) == null) {
            long position =
                docs.getSourcePositions().getStartPosition(unit, getCurrentPath().getLeaf());
            silent.add(
                Path.of(unit.getSourceFile().toUri()).getFileName()
                    + ":"
                    + unit.getLineMap().getLineNumber(position)
                    + " "
                    + name);
          }
        }
      }.scan(unit, null);
      return silent;
    }
  }
}
