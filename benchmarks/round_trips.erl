%% The BEAM's side of the round trips; RoundTrips.java does the same in Java.
%% A node with a process "echo", which on each line "NODE PAIRS COUNT" of its input runs PAIRS
%% processes that each make COUNT round trips to NODE's echo, and prints how many came back a second.
-module(round_trips).
-export([main/0]).

main() ->
    register(echo, spawn(fun echo/0)),
    io:format("= ready~n"),
    commands().

echo() ->
    receive
        {From, Message} ->
            From ! {self(), Message},
            echo()
    end.

commands() ->
    case io:get_line("") of
        eof ->
            halt();
        Line ->
            [Node, Pairs, Count] = string:lexemes(string:trim(Line), " "),
            Rate = measure({echo, list_to_atom(Node)}, list_to_integer(Pairs), list_to_integer(Count)),
            io:format("= ~p~n", [round(Rate)]),
            commands()
    end.

measure(Echo, Pairs, Count) ->
    Start = erlang:monotonic_time(microsecond),
    Clients = [spawn_monitor(fun() -> round_trips(Echo, Count) end) || _ <- lists:seq(1, Pairs)],
    [receive {'DOWN', Monitor, process, Pid, normal} -> ok end || {Pid, Monitor} <- Clients],
    Pairs * Count * 1.0e6 / (erlang:monotonic_time(microsecond) - Start).

round_trips(_Echo, 0) ->
    ok;
round_trips(Echo, Left) ->
    Echo ! {self(), {hello, 1}},
    receive
        {_Server, {hello, 1}} -> round_trips(Echo, Left - 1)
    end.
