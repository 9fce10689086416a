%% The BEAM's node of `distribution`: a server, whose registered processes another node talks to, or a
%% client of such a server, which measures when told to. DistributionSide.java has the same in the same
%% order.
-module(distribution_side).
-behaviour(gen_server).
-export([main/0, nothing/0]).
-export([init/1, handle_call/3, handle_cast/2]).
-import(side, [rate/3, pids/2, times/2, worker/2, go/2, finish/1]).

-define(MEBIBYTE, 1048576).

%% A client is told the server's node by -peer.
main() ->
    serve(),
    Server =
        case init:get_argument(peer) of
            {ok, [[Node]]} -> list_to_atom(Node);
            error -> node()
        end,
    side:serve("erl -hidden", fun(Name, Arguments) -> measure(Name, Server, Arguments) end).

%% ---- the server

serve() ->
    register(echo, spawn(fun echo/0)),
    {ok, _} = gen_server:start({local, counter}, ?MODULE, 0, []),
    register(sink, spawn(fun() -> sink(0) end)),
    register(nursery, spawn(fun nursery/0)),
    register(source, spawn(fun source/0)).

%% Sends back what comes.
echo() ->
    receive
        {From, Message} ->
            From ! {self(), Message},
            echo()
    end.

init(Count) -> {ok, Count}.

handle_call(increment, _From, Count) -> {reply, Count + 1, Count + 1}.

handle_cast(_Message, Count) -> {noreply, Count}.

%% Counts binaries, and says how many have come.
sink(Count) ->
    receive
        {From} ->
            From ! {all_came, Count},
            sink(0);
        _Binary ->
            sink(Count + 1)
    end.

%% Starts processes for another node that end with the first message.
nursery() ->
    receive
        {From, Count} ->
            From ! pids(Count, fun() -> spawn(fun() -> receive _ -> ok end end) end),
            nursery()
    end.

%% For each request a process that sends 1 MiB messages.
source() ->
    receive
        {To, Window} ->
            spawn(fun() ->
                Message = {self(), rand:bytes(?MEBIBYTE)},
                times(Window, fun() -> To ! Message end),
                flow(To, Message)
            end),
            source()
    end.

%% One message for each that has been read.
flow(To, Message) ->
    receive
        more ->
            To ! Message,
            flow(To, Message);
        stop ->
            ok
    end.

%% ---- the client

measure("round_trips", Server, [Millis, Pairs, RoundTrips]) ->
    round_trips(Millis, {echo, Server}, Pairs, RoundTrips);
measure("call", Server, [Millis, Callers, Calls]) ->
    call(Millis, {counter, Server}, Callers, Calls);
measure("one_way", Server, [Millis, Size, Messages]) ->
    one_way(Millis, {sink, Server}, Size, Messages);
measure("monitor", Server, [Millis, Processes]) ->
    monitor_and_down(Millis, {nursery, Server}, Processes);
measure("spawn_request", Server, [Millis, Spawners, Processes]) ->
    spawn_there(Millis, Server, Spawners, Processes);
measure("connect", Server, [Millis, Connections]) ->
    connect(Millis, Server, Connections);
measure("tail", Server, [Millis, Window]) ->
    tail(Millis, Server, Window);
measure(_Name, _Server, _Arguments) ->
    none.

%% Processes that each make so many round trips to one echo.
round_trips(Millis, Echo, Pairs, RoundTrips) ->
    Starter = self(),
    Clients = pids(Pairs, fun() -> worker(Starter, fun() -> round_trip(Echo) end) end),
    Rate = rate(Millis, Pairs * RoundTrips, fun() -> go(Clients, RoundTrips) end),
    finish(Clients),
    Rate.

round_trip(Echo) ->
    Echo ! {self(), {hello, 1}},
    receive
        {_Echo, {hello, 1}} -> ok
    end.

%% Each caller makes so many calls to one server, whose reply is its counter.
call(Millis, Counter, Callers, Calls) ->
    Starter = self(),
    Call = fun() -> gen_server:call(Counter, increment) end,
    Clients = pids(Callers, fun() -> worker(Starter, Call) end),
    Rate = rate(Millis, Callers * Calls, fun() -> go(Clients, Calls) end),
    finish(Clients),
    Rate.

%% Sends as fast as it can, then asks how many have come.
one_way(Millis, Sink, Size, Messages) ->
    Message = rand:bytes(Size),
    rate(Millis, Messages, fun() ->
        times(Messages, fun() -> Sink ! Message end),
        Sink ! {self()},
        receive
            {all_came, Came} -> Messages = Came
        end
    end).

%% Monitors processes of the server's, has them end and receives their DOWN.
monitor_and_down(Millis, Nursery, Processes) ->
    case born(Nursery, 0) of
        none ->
            none;
        [] ->
            rate(Millis, Processes, fun() ->
                lists:foreach(
                    fun(Process) ->
                        monitor(process, Process),
                        Process ! go
                    end,
                    born(Nursery, Processes)
                ),
                times(Processes, fun() ->
                    receive
                        {'DOWN', _Monitor, process, _Process, _Reason} -> ok
                    end
                end)
            end)
    end.

%% The nursery's new processes; none where it has no processes that could be monitored.
born(Nursery, Count) ->
    Nursery ! {self(), Count},
    receive
        Born -> Born
    end.

%% Each spawner has so many processes started there, one after the other.
spawn_there(Millis, Server, Spawners, Processes) ->
    case spawn_one(Server) of
        ok ->
            Starter = self(),
            Spawn = fun() -> ok = spawn_one(Server) end,
            Clients = pids(Spawners, fun() -> worker(Starter, Spawn) end),
            Rate = rate(Millis, Spawners * Processes, fun() -> go(Clients, Processes) end),
            finish(Clients),
            Rate;
        error ->
            none
    end.

spawn_one(Server) ->
    Request = spawn_request(Server, ?MODULE, nothing, []),
    receive
        {spawn_reply, Request, Outcome, _PidOrReason} -> Outcome
    end.

nothing() -> ok.

%% Connections that are closed and made again; milliseconds for one.
connect(Millis, Server, Connections) ->
    [Rate] = rate(Millis, Connections, fun() ->
        times(Connections, fun() ->
            disconnect_node(Server),
            true = net_kernel:connect_node(Server)
        end)
    end),
    settle(Server),
    [1.0e3 / Rate].

%% A Jinterface node that is connected to anew at once forgets the new connection when it sees the end
%% of the old one. It is given time for that once.
settle(Server) ->
    disconnect_node(Server),
    timer:sleep(200),
    true = net_kernel:connect_node(Server).

%% What a call takes, and how many MiB/s come meanwhile. The server sends 1 MiB messages, of which so
%% many are under way.
tail(Millis, Server, Window) ->
    Counter = {counter, Server},
    gen_server:call(Counter, increment),
    tail_of(Millis, Counter, {source, Server}, Window).

tail_of(Millis, Counter, _Source, 0) ->
    latencies(Millis, Counter);
tail_of(Millis, Counter, Source, Window) ->
    Starter = self(),
    Basin = spawn(fun() -> basin(Starter) end),
    Source ! {Basin, Window},
    receive
        flowing -> ok
    end,
    Start = nanoseconds(),
    Tail = latencies(Millis, Counter),
    Basin ! stop,
    receive
        {flowed, Count} -> Tail ++ [Count * 1.0e9 / (nanoseconds() - Start)]
    end.

latencies(Millis, Counter) ->
    Sorted = lists:sort(calls(Counter, nanoseconds() + Millis * 1000000, [])),
    Size = length(Sorted),
    [lists:nth(max(1, ceil(Size * Share)), Sorted) / 1000 || Share <- [0.5, 0.99, 0.999]].

calls(Counter, End, Times) ->
    case nanoseconds() of
        Start when Start < End ->
            gen_server:call(Counter, increment),
            calls(Counter, End, [nanoseconds() - Start | Times]);
        _ ->
            Times
    end.

nanoseconds() -> erlang:monotonic_time(nanosecond).

%% Reads what flows until it is told to stop, and says how much that was.
basin(Starter) ->
    receive
        {Source, _First} ->
            Starter ! flowing,
            Source ! more,
            basin(Starter, Source, 1)
    end.

basin(Starter, Source, Count) ->
    receive
        {Source, _Binary} ->
            Source ! more,
            basin(Starter, Source, Count + 1);
        stop ->
            Source ! stop,
            Starter ! {flowed, Count}
    end.
