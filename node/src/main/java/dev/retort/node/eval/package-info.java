/** What evaluates functions that were typed into the shells of Erlang and Elixir nodes. */
@NullMarked
package dev.retort.node.eval;

import org.jspecify.annotations.NullMarked;
