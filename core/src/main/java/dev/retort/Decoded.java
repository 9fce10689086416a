package dev.retort;

/** A message from another node, as a term that no record has claimed yet. */
record Decoded(Object term) {}
