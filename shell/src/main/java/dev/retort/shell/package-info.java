/**
 * jex, the interactive shell.
 *
 * <p>{@link dev.retort.shell.Jex} is the command. It runs best from a class path (JShell compiles
 * what is typed against it), with these options of the JVM:
 *
 * <ul>
 *   <li>{@code --enable-native-access=ALL-UNNAMED}: JLine reaches the terminal through a small
 *       native library;
 *   <li>{@code -XX:AOTCache=FILE}: most of the start-up time is loading the compiler's classes.
 *       Make the file with {@code -XX:AOTCacheOutput=FILE -Djex.rehearsal=true} and typical inputs
 *       as the standard input: they become the keys of an imaginary terminal, so that the line
 *       editor's classes are in it, too.
 * </ul>
 */
@NullMarked
package dev.retort.shell;

import org.jspecify.annotations.NullMarked;
