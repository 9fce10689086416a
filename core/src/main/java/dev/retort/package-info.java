/** Processes and behaviours: spawn, send, receive, links, monitors, GenServer, Supervisor. */
@NullMarked
package dev.retort;

import org.jspecify.annotations.NullMarked;
