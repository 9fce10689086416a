%% What the BEAM's sides of the benchmarks share, as Side.java and Workers.java do for the JVM's: a
%% BEAM that measures when told to, and processes that work when told to.
-module(side).
-export([serve/2, rate/3, pids/2, times/2, worker/2, go/2, await_done/1, finish/1]).

%% Reads commands, one a line, and answers each with a line of numbers that begins with "= ".
%% Options is how erl was started, for those who read.
serve(Options, Measure) ->
    logger:set_primary_config(level, none),
    io:format("= ~s, ~s~n", [string:trim(erlang:system_info(system_version)), Options]),
    commands(Measure).

commands(Measure) ->
    case io:get_line("") of
        eof ->
            halt();
        Line ->
            [Name, Millis | Sizes] = string:lexemes(string:trim(Line), " "),
            Arguments = [list_to_integer(Millis) | [list_to_integer(Size) || Size <- Sizes]],
            {Pid, Monitor} =
                spawn_monitor(fun() -> exit({measured, Measure(Name, Arguments)}) end),
            receive
                {'DOWN', Monitor, process, Pid, {measured, none}} ->
                    io:format("= none~n");
                {'DOWN', Monitor, process, Pid, {measured, Values}} ->
                    Numbers = [io_lib:format("~.6f", [Value * 1.0]) || Value <- Values],
                    io:format("= ~s~n", [lists:join(" ", Numbers)]);
                {'DOWN', Monitor, process, Pid, Reason} ->
                    io:format("= failed ~0p~n", [Reason])
            end,
            commands(Measure)
    end.

%% Runs a workload of so many operations again and again until the time has passed; operations a
%% second.
rate(Millis, Operations, Workload) ->
    Start = erlang:monotonic_time(nanosecond),
    {Runs, Elapsed} = runs(Start, Millis * 1000000, Workload, 0),
    [Runs * Operations * 1.0e9 / Elapsed].

runs(Start, Nanos, Workload, Runs) ->
    Workload(),
    case erlang:monotonic_time(nanosecond) - Start of
        Elapsed when Elapsed < Nanos -> runs(Start, Nanos, Workload, Runs + 1);
        Elapsed -> {Runs + 1, Elapsed}
    end.

pids(Count, Start) -> [Start() || _ <- lists:seq(1, Count)].

times(0, _Do) ->
    ok;
times(Left, Do) ->
    Do(),
    times(Left - 1, Do).

%% A process that when told to does its work so many times, and says so.
worker(Starter, Work) ->
    spawn(fun() -> work(Starter, Work) end).

work(Starter, Work) ->
    receive
        {go, Times} ->
            times(Times, Work),
            Starter ! done,
            work(Starter, Work)
    end.

go(Workers, Times) ->
    lists:foreach(fun(Worker) -> Worker ! {go, Times} end, Workers),
    await_done(length(Workers)).

await_done(0) ->
    ok;
await_done(Left) ->
    receive
        done -> await_done(Left - 1)
    end.

finish(Pids) -> lists:foreach(fun(Pid) -> exit(Pid, kill) end, Pids).
