package dev.retort;

/** An alias that its process takes messages through. */
record Alias(AliasMode mode, boolean priority) {}
