package dev.retort.examples.guide;

/** What a customer is told: the share costs as much as they have waited for. */
record Reached(String symbol, int cents) {}
