/** The external term format: bytes to terms to Java records, and back. */
@NullMarked
package dev.retort.etf;

import org.jspecify.annotations.NullMarked;
