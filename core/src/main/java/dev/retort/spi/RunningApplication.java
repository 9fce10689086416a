package dev.retort.spi;

import dev.retort.ApplicationSpec;
import dev.retort.term.Pid;
import org.jspecify.annotations.Nullable;

/**
 * An application that runs.
 *
 * @param spec what it is
 * @param master the leader of its processes' group; null for one without a supervision tree
 */
public record RunningApplication(ApplicationSpec spec, @Nullable Pid master) {}
