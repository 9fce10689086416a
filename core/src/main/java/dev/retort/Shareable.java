package dev.retort;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Says that processes may share a value although it can be changed, so that the check of messages
 * lets it pass: on a class of your own (and those that extend or implement it), or on a record's
 * component or a field that holds somebody else's.
 *
 * <pre>{@code
 * import java.util.concurrent.atomic.*;
 *
 * record Import(Path file, @Shareable ConcurrentMap<String, Integer> seen) {}
 *
 * @Shareable
 * final class Metrics { // its methods may be called by many threads
 *   final AtomicInteger requests = new AtomicInteger();
 * }
 * }</pre>
 *
 * <h2>The check</h2>
 *
 * <p>Messages are immutable values: whoever receives one reads it while its sender goes on. In
 * development and in tests, {@code send}, {@code sendAfter}, {@code call}, {@code cast} and replies
 * look at what they carry to a process of this JVM, and say where it can still be changed: {@code
 * Order.lines[2].tags is an ArrayList, which can still be changed: pass List.copyOf(tags)}. The
 * system property {@value #PROPERTY} says what comes of it:
 *
 * <ul>
 *   <li>{@code report}: a warning of the logger {@code dev.retort}, once for each class of message
 *       and place in it. This is the default where assertions are enabled for Retort ({@code -ea}),
 *       as IDEs and test runners do.
 *   <li>{@code throw}: an {@link IllegalArgumentException} in the sender. Set it for your tests.
 *   <li>{@code off}: nothing is looked at, at no cost. This is the default in production, that is,
 *       without {@code -ea}.
 * </ul>
 *
 * <p>It reports what it is sure of: arrays, the JDK's collections, {@code Atomic...}s, {@code
 * StringBuilder}s, {@code Date}s and their like, and fields that are not final. It looks through
 * records, terms, the JDK's unmodifiable collections, {@code Optional}, the values that a lambda
 * has captured, and objects whose fields are all final. It takes for granted: what {@code
 * Collections.unmodifiableList} and its kin wrap, arrays that a class keeps to itself, {@code
 * transient} fields, enums, exceptions, classes with an annotation named {@code Immutable}, and
 * whatever threads are meant to share: locks, latches, futures, blocking queues, executors, and all
 * that is {@link AutoCloseable}. What it may not look into (a package that is not open to {@code
 * dev.retort.core}) passes. In a large message it looks at the first elements of each collection.
 *
 * <p>Classes of libraries that are immutable and do not look it can be named in the property
 * {@value #TRUST}: the beginnings of their names, or of those of a class or interface that they
 * extend, with commas between, such as {@code com.acme.model.,org.joda.}. Those of protobuf,
 * Clojure and Scala are known.
 */
@Documented
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.FIELD})
public @interface Shareable {
  /**
   * The system property that says what comes of the check: {@code report, throw} or {@code off}.
   */
  String PROPERTY = "dev.retort.messages";

  /** The system property with the beginnings of names of classes that are trusted. */
  String TRUST = "dev.retort.messages.trust";
}
