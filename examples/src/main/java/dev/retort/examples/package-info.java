/** Small programs to read and to run; each shows one idea. */
@NullMarked
package dev.retort.examples;

import org.jspecify.annotations.NullMarked;
