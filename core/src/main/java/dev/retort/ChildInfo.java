package dev.retort;

import dev.retort.term.Pid;
import org.jspecify.annotations.Nullable;

/**
 * A child as {@code Supervisor.which_children/1} lists it.
 *
 * @param id its id in the child specification
 * @param pid its pid; null if it is not running
 * @param restarting whether it is between attempts to start it again
 * @param type whether it is a supervisor itself
 */
public record ChildInfo(Object id, @Nullable Pid pid, boolean restarting, ChildSpec.Type type) {}
