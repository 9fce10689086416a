package dev.retort.shell;

import java.lang.reflect.Executable;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import jdk.jshell.SourceCodeAnalysis;

/** What {@code h()} prints. */
final class Help {
  private Help() {}

  static String overview() {
    return """
        jex is a Java prompt in a process of its own. Semicolons at a line's end may be left out.

          flush()           takes every message out of the mailbox and prints it
          v(), v(3), v(-2)  the value of the last, the third, the last but one input
          self()            the pid of this process; it changes when an exception ends the process
          h("GenServer")    the documentation of a class or a method; h(GenServer.class), too
          i(value)          what a value is
          pid("0.107.0")    the pid with these numbers
          respawn()         goes on in a new process
          clear()           empties the screen
          exit()            ends the shell, as Ctrl-D does; so does Ctrl-C twice at an empty prompt

        All of Kernel is there (spawn, send, receive, link, monitor, println ...), and what is in
        dev.retort, dev.retort.term and the usual packages of the JDK. Tab completes, Tab twice
        shows the documentation; Ctrl-C stops what runs. System.exit ends the JVM at once.""";
  }

  /** The class's kind, name and public methods. */
  static String of(Class<?> type) {
    var methods =
        Stream.of(type.getDeclaredMethods())
            .filter(method -> Modifier.isPublic(method.getModifiers()) && !method.isSynthetic())
            .filter(method -> !isRecordNoise(type, method))
            .sorted(
                Comparator.comparing(Method::getName).thenComparing(Executable::getParameterCount))
            .map(method -> "  " + signature(method))
            .toList();
    return Stream.concat(Stream.of(heading(type)), methods.stream())
        .collect(Collectors.joining("\n"));
  }

  private static boolean isRecordNoise(Class<?> type, Method method) {
    return type.isRecord() && List.of("equals", "hashCode", "toString").contains(method.getName());
  }

  private static String heading(Class<?> type) {
    if (type.isRecord()) {
      return "record "
          + type.getSimpleName()
          + Arrays.stream(type.getRecordComponents())
              .map(part -> simple(part.getGenericType().getTypeName()) + " " + part.getName())
              .collect(Collectors.joining(", ", "(", ")"));
    }
    var kind = type.isInterface() ? "interface " : type.isEnum() ? "enum " : "class ";
    return kind + type.getTypeName();
  }

  private static String signature(Method method) {
    var parameters =
        Arrays.stream(method.getParameters())
            .map(
                each ->
                    simple(each.getParameterizedType().getTypeName())
                        + (each.isNamePresent() ? " " + each.getName() : ""))
            .collect(Collectors.joining(", ", "(", ")"));
    return (Modifier.isStatic(method.getModifiers()) ? "static " : "")
        + simple(method.getGenericReturnType().getTypeName())
        + " "
        + method.getName()
        + parameters;
  }

  /** Without the packages and the classes around it. */
  private static String simple(String type) {
    return type.replaceAll("[\\w$]+[.$](?=\\w)", "");
  }

  /** The documentation of an expression as far as JShell finds it. */
  static String of(JShellEngine engine, String expression) {
    var found = documentation(engine, expression);
    if (found.isEmpty()) {
      found = documentation(engine, expression + "(");
    }
    return found.isEmpty()
        ? "No documentation for " + expression + " was found"
        : found.stream().map(Help::text).distinct().collect(Collectors.joining("\n\n"));
  }

  private static List<SourceCodeAnalysis.Documentation> documentation(
      JShellEngine engine, String expression) {
    return engine.analysis().documentation(expression, expression.length(), true);
  }

  static String text(SourceCodeAnalysis.Documentation documentation) {
    var javadoc = documentation.javadoc();
    return javadoc == null || javadoc.isBlank()
        ? documentation.signature()
        : documentation.signature() + "\n" + Javadoc.toText(javadoc).indent(2).stripTrailing();
  }
}
