package dev.retort;

/**
 * The children of a supervisor, counted: {@code Supervisor.count_children/1}.
 *
 * @param specs all children, running or not
 * @param active those that run
 * @param supervisors those of type supervisor, running or not
 * @param workers those of type worker, running or not
 */
public record ChildCount(int specs, int active, int supervisors, int workers) {}
