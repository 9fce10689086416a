%% The BEAM's side of `compare`. Each workload is a function; RetortSide.java and PekkoSide.java have
%% the same ones in the same order. It runs in a process of its own, the starter, to which those that
%% do the work say when they are done.
-module(beam_side).
-behaviour(gen_server).
-export([main/0]).
-export([init/1, handle_call/3, handle_cast/2, handle_info/2]).
-import(side, [rate/3, pids/2, times/2, worker/2, go/2, await_done/1, finish/1]).

main() ->
    side:serve("erl +P 4000000", fun measure/2).

measure("ping_pong", [Millis, Pairs, RoundTrips]) -> ping_pong(Millis, Pairs, RoundTrips);
measure("ping_pong_blocking", [Millis, Pairs, RoundTrips]) -> ping_pong(Millis, Pairs, RoundTrips);
measure("ring", [Millis, Size, Laps]) -> ring(Millis, Size, Laps);
measure("ring_blocking", [Millis, Size, Laps]) -> ring(Millis, Size, Laps);
measure("call", [Millis, Callers, Servers, Calls]) -> call(Millis, Callers, Servers, Calls);
measure("cast", [Millis, Senders, Casts]) -> cast(Millis, Senders, Casts);
measure("spawn", [Millis, Processes]) -> spawn_and_exit(Millis, Processes);
measure("spawn_link", [Millis, Processes]) -> spawn_link_and_exit(Millis, Processes);
measure("spawn_monitor", [Millis, Processes]) -> spawn_monitor_and_down(Millis, Processes);
measure("supervise", [Millis, Servers]) -> supervise(Millis, Servers);
measure("wake_blocking", [Millis, Processes]) -> wake_blocking(Millis, Processes);
measure("wake", [Millis, Servers]) -> wake(Millis, Servers);
measure("latency", [Millis, Callers, Hogs]) -> latency(Millis, Callers, Hogs);
measure("receive_fresh", [Millis, Waiting, Requests]) -> receive_fresh(Millis, Waiting, Requests);
measure("call_behind", [Millis, Waiting, Calls]) -> call_behind(Millis, Waiting, Calls);
measure("memory_servers", [_Millis, Count]) -> memory(Count, fun idle_server/0);
measure("memory_processes", [_Millis, Count]) -> memory(Count, fun idle_process/0);
measure("idle", [_Millis, Count]) -> idle(Count);
measure(_Name, _Arguments) -> none.

%% ---- ping-pong

%% Pairs of processes; each pair makes so many round trips.
ping_pong(Millis, Pairs, RoundTrips) ->
    Pongers = pids(Pairs, fun() -> spawn(fun pong/0) end),
    Starter = self(),
    Pingers = [spawn(fun() -> pinger(Ponger, Starter) end) || Ponger <- Pongers],
    Rate = rate(Millis, Pairs * RoundTrips, fun() -> go(Pingers, RoundTrips) end),
    finish(Pongers),
    finish(Pingers),
    Rate.

pong() ->
    receive
        {ping, From} ->
            From ! pong,
            pong()
    end.

pinger(Ponger, Starter) ->
    receive
        {go, Times} ->
            ping(Ponger, Times),
            Starter ! done,
            pinger(Ponger, Starter)
    end.

ping(_Ponger, 0) ->
    ok;
ping(Ponger, Left) ->
    Ponger ! {ping, self()},
    receive
        pong -> ping(Ponger, Left - 1)
    end.

%% ---- a ring

%% A token goes round a ring of processes so many times; hops.
ring(Millis, Size, Laps) ->
    Ring = lists:foldl(
        fun(_, [Next | _] = Before) -> [spawn(fun() -> hop(Next) end) | Before] end,
        [self()],
        lists:seq(1, Size)
    ),
    Rate = rate(Millis, Size * Laps, fun() -> laps(hd(Ring), Laps) end),
    finish(lists:droplast(Ring)),
    Rate.

hop(Next) ->
    receive
        token ->
            Next ! token,
            hop(Next)
    end.

laps(_First, 0) ->
    ok;
laps(First, Left) ->
    First ! token,
    receive
        token -> laps(First, Left - 1)
    end.

%% ---- calls and casts

%% Each caller makes so many calls to a server, whose reply is its counter.
call(Millis, Callers, Servers, Calls) ->
    Counters = pids(Servers, fun counter/0),
    Starter = self(),
    Workers = [
        worker(Starter, fun() -> gen_server:call(Counter, increment) end)
     || Counter <- lists:append(lists:duplicate(Callers div Servers, Counters))
    ],
    Rate = rate(Millis, Callers * Calls, fun() -> go(Workers, Calls) end),
    finish(Workers),
    finish(Counters),
    Rate.

counter() ->
    {ok, Pid} = gen_server:start(?MODULE, counter, []),
    Pid.

%% Each sender casts so many times to one server, which says when all have come. Its queue is outside
%% its heap, as is advised for a process with a long one: here that makes BEAM twice as fast.
cast(Millis, Senders, Casts) ->
    Starter = self(),
    Options = [{spawn_opt, [{message_queue_data, off_heap}]}],
    {ok, Sink} = gen_server:start(?MODULE, {sink, Senders * Casts, Starter}, Options),
    Workers = pids(Senders, fun() -> worker(Starter, fun() -> gen_server:cast(Sink, increment) end) end),
    Rate = rate(Millis, Senders * Casts, fun() ->
        go(Workers, Casts),
        await_done(1)
    end),
    finish(Workers),
    finish([Sink]),
    Rate.

%% ---- births and deaths

%% Processes that say that they live, and end.
spawn_and_exit(Millis, Processes) ->
    Starter = self(),
    rate(Millis, Processes, fun() ->
        times(Processes, fun() -> spawn(fun() -> Starter ! done end) end),
        await_done(Processes)
    end).

%% Linked processes that end at once; the starter traps their exits.
spawn_link_and_exit(Millis, Processes) ->
    process_flag(trap_exit, true),
    rate(Millis, Processes, fun() ->
        times(Processes, fun() -> spawn_link(fun() -> ok end) end),
        times(Processes, fun() ->
            receive
                {'EXIT', _, normal} -> ok
            end
        end)
    end).

%% Monitored processes that end at once.
spawn_monitor_and_down(Millis, Processes) ->
    rate(Millis, Processes, fun() ->
        times(Processes, fun() -> spawn_monitor(fun() -> ok end) end),
        times(Processes, fun() ->
            receive
                {'DOWN', _, process, _, _} -> ok
            end
        end)
    end).

%% gen_servers started one after the other under a simple_one_for_one supervisor, which is stopped
%% then.
supervise(Millis, Servers) ->
    rate(Millis, Servers, fun() ->
        {ok, Supervisor} = supervisor:start_link(?MODULE, supervisor),
        times(Servers, fun() -> {ok, _} = supervisor:start_child(Supervisor, []) end),
        gen_server:stop(Supervisor)
    end).

%% ---- many that wait

%% Processes that block in receive, each woken once; all answer.
wake_blocking(Millis, Processes) ->
    Starter = self(),
    wake_all(Millis, pids(Processes, fun() -> spawn(fun() -> answer_all(Starter) end) end)).

answer_all(Starter) ->
    receive
        wake ->
            Starter ! done,
            answer_all(Starter)
    end.

%% The same with idle gen_servers.
wake(Millis, Servers) ->
    Starter = self(),
    wake_all(Millis, pids(Servers, fun() ->
        {ok, Pid} = gen_server:start(?MODULE, {answerer, Starter}, []),
        Pid
    end)).

wake_all(Millis, Waiting) ->
    wake_once(Waiting),
    Rate = rate(Millis, length(Waiting), fun() -> wake_once(Waiting) end),
    finish(Waiting),
    Rate.

wake_once(Waiting) ->
    lists:foreach(fun(Pid) -> Pid ! wake end, Waiting),
    await_done(length(Waiting)).

%% ---- latency

%% Callers that pause between calls, beside processes that compute without end: how long calls take,
%% and how long it is from the end of the pause, as planned, to the reply.
latency(Millis, Callers, Hogs) ->
    Starter = self(),
    Counter = counter(),
    Computing = pids(Hogs, fun() -> spawn(fun() -> compute(1) end) end),
    End = erlang:monotonic_time(nanosecond) + Millis * 1000000,
    pids(Callers, fun() -> spawn(fun() -> Starter ! {times, time_calls(Counter, End, [])} end) end),
    Times = lists:append([receive {times, Mine} -> Mine end || _ <- lists:seq(1, Callers)]),
    finish(Computing),
    finish([Counter]),
    {OfCalls, SinceDue} = lists:unzip(Times),
    percentiles(OfCalls) ++ percentiles(SinceDue).

time_calls(Counter, End, Times) ->
    Due = erlang:monotonic_time(nanosecond) + 1000000,
    receive after 1 -> ok end,
    Start = erlang:monotonic_time(nanosecond),
    gen_server:call(Counter, increment),
    Now = erlang:monotonic_time(nanosecond),
    Later = [{Now - Start, Now - Due} | Times],
    if
        Now < End -> time_calls(Counter, End, Later);
        true -> Later
    end.

compute(X) ->
    compute((X * 69069 + 1) band 16#fffffff).

%% The median, the 99th and the 99.9th percentile, in microseconds.
percentiles(Nanos) ->
    Sorted = list_to_tuple(lists:sort(Nanos)),
    [element(max(1, ceil(size(Sorted) * Share)), Sorted) / 1.0e3 || Share <- [0.5, 0.99, 0.999]].

%% ---- a reply behind other messages

%% Requests whose reply is recognized by a fresh reference, while so many other messages wait in the
%% mailbox; microseconds for one.
receive_fresh(Millis, Waiting, Requests) ->
    Replier = spawn(fun reply_all/0),
    fill_mailbox(Waiting),
    request(Replier),
    [Rate] = rate(Millis, Requests, fun() -> times(Requests, fun() -> request(Replier) end) end),
    finish([Replier]),
    [1.0e6 / Rate].

reply_all() ->
    receive
        {request, From, Ref} ->
            From ! {reply, Ref},
            reply_all()
    end.

request(Replier) ->
    Ref = make_ref(),
    Replier ! {request, self(), Ref},
    receive
        {reply, Ref} -> ok
    end.

%% gen_server calls while so many other messages wait in the caller's mailbox.
call_behind(Millis, Waiting, Calls) ->
    Counter = counter(),
    fill_mailbox(Waiting),
    gen_server:call(Counter, increment),
    [Rate] = rate(Millis, Calls, fun() ->
        times(Calls, fun() -> gen_server:call(Counter, increment) end)
    end),
    finish([Counter]),
    [1.0e6 / Rate].

%% Outside the heap, see cast/3: the collector passes the queue over.
fill_mailbox(Messages) ->
    process_flag(message_queue_data, off_heap),
    times(Messages, fun() -> self() ! token end).

%% ---- memory and rest

%% Bytes for each of so many that have handled one message and wait for the next. Others have come and
%% gone before.
memory(Count, Start) ->
    times(5, fun() ->
        First = pids(50000, Start),
        answer_once(First),
        finish(First)
    end),
    Before = used_memory(),
    Idle = pids(Count, Start),
    answer_once(Idle),
    After = used_memory(),
    answer_once(Idle),
    [(After - Before) / Count].

used_memory() ->
    erlang:garbage_collect(),
    timer:sleep(50),
    erlang:memory(total).

answer_once(Idle) ->
    lists:foreach(fun(Pid) -> Pid ! {ping, self()} end, Idle),
    lists:foreach(fun(_) -> receive pong -> ok end end, Idle).

idle_server() ->
    {ok, Pid} = gen_server:start(?MODULE, ponger, []),
    Pid.

idle_process() ->
    spawn(fun pong/0).

%% Leaves gen_servers and spawned processes waiting, half of each.
idle(Count) ->
    answer_once(pids(Count div 2, fun idle_server/0) ++ pids(Count div 2, fun idle_process/0)),
    [Count].

%% ---- the servers; the state says which one it is

init(counter) -> {ok, 0};
init({sink, All, Starter}) -> {ok, {sink, All, Starter, 0}};
init({answerer, Starter}) -> {ok, {answerer, Starter}};
init(ponger) -> {ok, ponger};
init(supervisor) ->
    Start = {gen_server, start_link, [?MODULE, counter, []]},
    {ok, {#{strategy => simple_one_for_one}, [#{id => counter, start => Start}]}}.

handle_call(increment, _From, Count) -> {reply, Count + 1, Count + 1}.

handle_cast(increment, {sink, All, Starter, Count}) when Count + 1 < All ->
    {noreply, {sink, All, Starter, Count + 1}};
handle_cast(increment, {sink, All, Starter, _Count}) ->
    Starter ! done,
    {noreply, {sink, All, Starter, 0}}.

handle_info(wake, {answerer, Starter} = State) ->
    Starter ! done,
    {noreply, State};
handle_info({ping, From}, ponger) ->
    From ! pong,
    {noreply, ponger}.
