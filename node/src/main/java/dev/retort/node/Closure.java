package dev.retort.node;

import dev.retort.Body;

/**
 * Closures on their way to another JVM, which has Retort but not the classes of whoever wrote them.
 *
 * <p>A closure travels as one term:
 *
 * <pre>{@code
 * {:retort_closure, 1, %{"REPL.$JShell$11" => class file, ...},  the classes it needs
 *                      [{"REPL.$JShell$12", "who", "Ann"}, ...], the shell's variables it uses
 *                      {:lambda, ...}}                           itself, with what it captured
 * }</pre>
 *
 * <ul>
 *   <li>The <b>classes</b> are those that the code refers to, directly or through others, without
 *       those of the JDK and of Retort: see {@link ClosureCode}. A class that code only asks for by
 *       a computed name ({@code Class.forName}) is not found.
 *   <li>The <b>variables</b> are the shell's: JShell keeps them as static fields of its {@code
 *       REPL} classes. Their values at the time of sending count; those that no shipped code
 *       mentions stay behind, whatever they hold. Static fields of other classes are not sent:
 *       their static initializers run on the other node as they do in any new JVM, and so do those
 *       of static final fields.
 *   <li>The <b>values</b> say what they are (see {@link ClosureWriter}), so a list of records
 *       arrives as a list of the same records although a lambda does not know what is in its list.
 *       What arrives is a copy, as with every message between nodes.
 * </ul>
 *
 * <p>Classes are named on the wire here and nowhere else: who may send code may name classes. A
 * node takes closures only if it says so ({@code NodeOptions.acceptClosures}). No Java
 * serialization stream is read or written.
 *
 * <p>Each closure gets a class loader of its own, so two closures never share a variable, and all
 * of it is garbage when its process has ended.
 */
final class Closure {
  static final String TAG = "retort_closure";
  static final long VERSION = 1;

  private Closure() {}

  /**
   * The closure as a term: tuples, lists, maps, atoms, numbers and binaries.
   *
   * @throws UnsupportedOperationException if it refers to something that cannot leave this JVM, or
   *     needs more code than may travel: the message says what
   */
  static Object toTerm(Body body) {
    return new ClosureWriter().closure(body);
  }

  /**
   * The closure that {@link #toTerm} has described. Nothing of it runs yet, except static
   * initializers of classes whose variables are set.
   *
   * @throws IllegalArgumentException if the term does not describe a closure that can run here
   */
  static Body fromTerm(Object term) {
    return fromTerm(term, Closure.class.getClassLoader());
  }

  static Body fromTerm(Object term, ClassLoader parent) {
    return ClosureReader.closure(term, parent);
  }

  static UnsupportedOperationException cannotTravel(String why) {
    return new UnsupportedOperationException("This closure cannot run on another node: " + why);
  }

  static UnsupportedOperationException cannotTravel(String why, Throwable cause) {
    return new UnsupportedOperationException(
        "This closure cannot run on another node: " + why, cause);
  }
}
