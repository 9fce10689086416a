package dev.retort.interop;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.ExpressionStatementTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.StatementTree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/**
 * The examples in the Javadoc of one source file, as a program: the statements of all of them one
 * after the other, so that later ones may use what earlier ones have declared, and their classes
 * beside that. What {@code ./jex} imports is imported here, too; an example says what else it
 * imports. A statement with {@code // => value} behind it gives that value, or its variable has it
 * then.
 *
 * @param imports what the examples import
 * @param body their other lines, each at its place in the file, so that the compiler's messages
 *     name that
 */
record JavadocExamples(String file, int count, List<String> imports, String body) {
  private static final Pattern CLAIM = Pattern.compile("[ \\t]*// => (.*)");

  /** As the default imports of the shell. */
  private static final String IMPORTS =
      "import static dev.retort.Kernel.*; import dev.retort.*; import dev.retort.term.*;"
          + " import java.io.*; import java.math.*; import java.nio.file.*; import java.time.*;"
          + " import java.util.*; import java.util.concurrent.*; import java.util.function.*;"
          + " import java.util.regex.*; import java.util.stream.*; ";

  /** Those of all files in a folder and below. */
  static List<JavadocExamples> in(Path sources) throws IOException {
    var examples = new ArrayList<JavadocExamples>();
    try (Stream<Path> files = Files.walk(sources)) {
      for (var file : files.filter(f -> f.toString().endsWith(".java")).sorted().toList()) {
        var found = of(file);
        if (found.count > 0) {
          examples.add(found);
        }
      }
    }
    return examples;
  }

  private static JavadocExamples of(Path file) throws IOException {
    var imports = new ArrayList<String>();
    var body = new StringBuilder();
    int count = 0;
    boolean inside = false;
    for (var line : Files.readAllLines(file)) {
      var text = line.replaceFirst("^ *\\* ?", "");
      if (inside && text.strip().equals("}</pre>")) {
        inside = false;
      } else if (inside && text.startsWith("import ")) {
        imports.add(text);
      } else if (inside) {
        body.append(text);
      } else if (text.strip().equals("<pre>{@code")) {
        inside = true;
        count++;
      }
      body.append('\n');
    }
    return new JavadocExamples(
        file.getFileName().toString(), count, List.copyOf(imports), body.toString());
  }

  /** The class whose method {@code run} is the program. */
  String className() {
    return packageName() + ".Examples";
  }

  private String packageName() {
    return "documented." + file.replace(".java", "").toLowerCase(Locale.ROOT);
  }

  @Override
  public String toString() {
    return file;
  }

  /** The program, in which every claim is an assertion. */
  List<JavaFileObject> program() throws IOException {
    var whole = examples(body);
    var task =
        (JavacTask)
            ToolProvider.getSystemJavaCompiler()
                .getTask(null, null, diagnostic -> {}, List.of("-proc:none"), null, List.of(whole));
    var unit = task.parse().iterator().next();
    var positions = Trees.instance(task).getSourcePositions();
    var text = new StringBuilder(whole.text);
    var program = new ArrayList<JavaFileObject>();
    int claims = 0;
    for (var statement : statements(unit).reversed()) {
      int start = (int) positions.getStartPosition(unit, statement);
      int end = (int) positions.getEndPosition(unit, statement);
      if (statement instanceof ClassTree type) {
        program.add(
            source(
                type.getSimpleName().toString(),
                "",
                lines(whole.text.substring(0, start)) + text.substring(start, end),
                ""));
        text.replace(start, end, lines(text.substring(start, end)));
        continue;
      }
      var claimed = claim(whole.text, end);
      if (claimed != null) {
        claims++;
        var place = file + ":" + unit.getLineMap().getLineNumber(end);
        switch (statement) {
          case VariableTree variable ->
              text.insert(end, assertion(place, variable.getName().toString(), claimed));
          case ExpressionStatementTree expression ->
              text.replace(start, end, assertion(place, text.substring(start, end - 1), claimed));
          default -> throw new AssertionError(place + " is neither an expression nor a variable");
        }
      }
    }
    if (claims != CLAIM.matcher(body).results().count()) {
      throw new AssertionError(file + ": what // => stands behind is no statement of its own");
    }
    program.add(new Source(className(), text.toString()));
    return program;
  }

  private static List<? extends StatementTree> statements(CompilationUnitTree unit) {
    var examples = (ClassTree) unit.getTypeDecls().getFirst();
    return examples.getMembers().stream()
        .filter(MethodTree.class::isInstance)
        .map(method -> ((MethodTree) method).getBody().getStatements())
        .findFirst()
        .orElseThrow();
  }

  private static @Nullable String claim(String text, int end) {
    var claim = CLAIM.matcher(text).region(end, text.length());
    return claim.lookingAt() ? claim.group(1) : null;
  }

  private static String assertion(String place, String value, String claimed) {
    return " org.assertj.core.api.Assertions.assertThat((Object) (%s)).as(\"%s\").isEqualTo(%s);"
        .formatted(value, place, claimed);
  }

  /** Nothing but the ends of the lines. */
  private static String lines(String text) {
    return "\n".repeat((int) text.chars().filter(c -> c == '\n').count());
  }

  private Source examples(String lines) {
    return source(
        "Examples",
        "public final class Examples { public static void run() throws Exception {",
        lines,
        "}}");
  }

  private Source source(String name, String before, String lines, String after) {
    return new Source(
        packageName() + "." + name,
        "package "
            + packageName()
            + "; "
            + IMPORTS
            + String.join(" ", imports)
            + before
            + lines
            + after);
  }

  private static final class Source extends SimpleJavaFileObject {
    private final String text;

    Source(String name, String text) {
      super(URI.create("string:///" + name.replace('.', '/') + ".java"), Kind.SOURCE);
      this.text = text;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return text;
    }
  }
}
