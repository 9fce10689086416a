/** Between the kernel and what carries its signals to other nodes; not for applications. */
@NullMarked
package dev.retort.spi;

import org.jspecify.annotations.NullMarked;
