package dev.retort;

import dev.retort.term.Pid;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A part of a {@link Registry}: what some keys lead to, and which registrations some processes
 * have, which need not belong together ({@link RegistryTable}). Any thread.
 *
 * @param server the process that is linked to those in {@code held}
 * @param rows what keys lead to
 * @param held written by the processes themselves, and by {@code server} when they have ended
 */
record RegistryPartition(LocalPid server, RegistryRows rows, Map<Pid, RegistryHeld> held) {
  static RegistryPartition of(LocalPid server, Registry.Keys keys) {
    return new RegistryPartition(
        server,
        keys == Registry.Keys.UNIQUE ? new RegistryRows.Unique() : new RegistryRows.Duplicate(),
        new ConcurrentHashMap<>());
  }
}
