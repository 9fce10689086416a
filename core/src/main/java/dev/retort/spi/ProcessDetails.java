package dev.retort.spi;

import dev.retort.ProcessInfo;
import dev.retort.term.Atom;
import dev.retort.term.Pid;
import dev.retort.term.Tuple;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a process was at one moment, as Erlang's tools ask for it.
 *
 * @param info what its own node's users see, too
 * @param initialCall {@code {Module, Function, Arity}}; of a behaviour {@code proc_lib}'s
 * @param translatedCall the function behind {@code proc_lib}'s, which its dictionary has under
 *     {@code $initial_call}; null for a plain process
 * @param behaviour {@code gen_server}, {@code gen_statem} or {@code supervisor}; null for none
 * @param ancestors the names or pids of who has started it, nearest first
 * @param callers on whose behalf a task runs
 * @param dictionary the values that it keeps, which need not be terms
 * @param handled how many messages it has taken, modulo 2^32
 */
public record ProcessDetails(
    ProcessInfo info,
    Tuple initialCall,
    @Nullable Tuple translatedCall,
    @Nullable Atom behaviour,
    List<Object> ancestors,
    List<Pid> callers,
    Map<Object, Object> dictionary,
    long handled) {}
