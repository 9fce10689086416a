/** What Java lacks of Erlang's types: atoms, pids, references, tuples, bitstrings, funs. */
@NullMarked
package dev.retort.term;

import org.jspecify.annotations.NullMarked;
