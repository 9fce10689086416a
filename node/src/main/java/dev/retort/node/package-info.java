/** A named node: epmd, handshake, distribution. */
@NullMarked
package dev.retort.node;

import org.jspecify.annotations.NullMarked;
