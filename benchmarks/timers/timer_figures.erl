%% BEAM's side of the timer figures; TimerFigures.java does the same on the JVM.
-module(timer_figures).
-export([main/0]).

-define(PAIRS, 1000000).
-define(MILLION, 1000000).
-define(SPREAD, 100000).
-define(SPREAD_PROCESSES, 100).
-define(SPREAD_MILLIS, 5000).
-define(WAITING, 10000).

main() ->
    in_processes(1, fun all/0),
    halt().

all() ->
    set_and_cancel(2, ?PAIRS),
    [print("M/s, set and cancel, processes: ~b", [N], set_and_cancel(N, ?PAIRS)) || N <- [1, 2, 8]],
    [print("M/s, set 1,000 and cancel them, processes: ~b", [N], set_and_cancel_all(N, ?PAIRS)) || N <- [1, 2, 8]],
    in_processes(1, fun million/0),
    in_processes(1, fun at_once/0),
    timer_lateness(),
    receive_lateness().

print(Format, Arguments, Value) ->
    io:format(Format ++ "\t~.2f~n", Arguments ++ [float(Value)]).

in_processes(Processes, Body) ->
    Start = erlang:monotonic_time(),
    Monitors = [spawn_monitor(Body) || _ <- lists:seq(1, Processes)],
    [receive {'DOWN', Ref, process, Pid, normal} -> ok end || {Pid, Ref} <- Monitors],
    seconds(Start).

seconds(Start) ->
    erlang:convert_time_unit(erlang:monotonic_time() - Start, native, nanosecond) / 1.0e9.

set_and_cancel(Processes, Pairs) ->
    Pairs / 1.0e6 / in_processes(Processes, fun() -> pairs(Pairs div Processes) end).

pairs(0) -> ok;
pairs(I) ->
    erlang:cancel_timer(erlang:send_after(5000 + (I band 1023), self(), late)),
    pairs(I - 1).

set_and_cancel_all(Processes, Pairs) ->
    Pairs / 1.0e6 / in_processes(Processes, fun() -> thousands(Pairs div Processes div 1000) end).

thousands(0) -> ok;
thousands(I) ->
    Timers = [erlang:send_after(5000 + ((J * 37) band 8191), self(), late) || J <- lists:seq(0, 999)],
    [erlang:cancel_timer(Timer) || Timer <- Timers],
    thousands(I - 1).

million() ->
    Before = erlang:memory(total),
    Start = erlang:monotonic_time(),
    Timers = [erlang:send_after(600000 + rand:uniform(600000), self(), late)
              || _ <- lists:seq(1, ?MILLION)],
    print("M/s, set a million", [], ?MILLION / seconds(Start) / 1.0e6),
    erlang:garbage_collect(),
    %% The list of references is counted for the JVM, too.
    print("bytes per timer of a million", [], (erlang:memory(total) - Before) / ?MILLION),
    receive after 1000 -> ok end,
    Cpu = cpu(),
    Waiting = erlang:monotonic_time(),
    receive after 5000 -> ok end,
    print("% of a core while a million wait", [],
          100 * (cpu() - Cpu) / 1.0e3 / seconds(Waiting)),
    Again = erlang:monotonic_time(),
    [erlang:cancel_timer(Timer) || Timer <- Timers],
    print("M/s, cancel a million", [], ?MILLION / seconds(Again) / 1.0e6).

%% Milliseconds of processor time.
cpu() ->
    {Total, _} = statistics(runtime),
    Total.

at_once() ->
    Due = erlang:monotonic_time(millisecond) + 3000,
    [erlang:send_after(Due, self(), now, [{abs, true}]) || _ <- lists:seq(1, ?MILLION)],
    receive now -> ok end,
    Start = erlang:monotonic_time(),
    [receive now -> ok end || _ <- lists:seq(2, ?MILLION)],
    print("M/s, fire a million due at once", [], ?MILLION / seconds(Start) / 1.0e6).

timer_lateness() ->
    Timers = ?SPREAD div ?SPREAD_PROCESSES,
    Self = self(),
    in_processes(?SPREAD_PROCESSES, fun() -> Self ! {late, measure_timers(Timers)} end),
    print_lateness("timers", lists:append(collect(?SPREAD_PROCESSES))).

measure_timers(Timers) ->
    [begin
         Delay = delay(),
         Due = erlang:monotonic_time(nanosecond) + Delay * 1000000,
         erlang:send_after(Delay, self(), {due, Due})
     end || _ <- lists:seq(1, Timers)],
    [receive {due, Due} -> erlang:monotonic_time(nanosecond) - Due end
     || _ <- lists:seq(1, Timers)].

receive_lateness() ->
    Self = self(),
    in_processes(?WAITING, fun() ->
        Delay = delay(),
        Due = erlang:monotonic_time(nanosecond) + Delay * 1000000,
        receive after Delay -> ok end,
        Self ! {late, erlang:monotonic_time(nanosecond) - Due}
    end),
    print_lateness("receive", collect(?WAITING)).

delay() ->
    499 + rand:uniform(?SPREAD_MILLIS - 500).

collect(Messages) ->
    [receive {late, Late} -> Late end || _ <- lists:seq(1, Messages)].

print_lateness(What, Late) ->
    Sorted = lists:sort(Late),
    Count = length(Sorted),
    [print("ms late, ~s: ~s", [What, Name], lists:nth(max(1, round(Count * Share)), Sorted) / 1.0e6)
     || {Name, Share} <- [{"least", 0}, {"p50", 0.5}, {"p99", 0.99}, {"most", 1}]].
