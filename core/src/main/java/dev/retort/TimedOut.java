package dev.retort;

/**
 * A timer of a behaviour's own has fired: a message to itself, for which there is always room. It
 * is known by its identity; one that was cancelled too late is nobody's.
 */
final class TimedOut {}
