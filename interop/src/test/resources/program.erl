%% Runs programs of processes that spawn, send, link, monitor and end each other, and says what came
%% of each step: the other side of dev.retort.interop.ErlangRun. Its workers also do the steps of
%% programs whose driver is dev.retort.program.RetortRun on another node.
%%
%% The workers run at priority high and the driver at normal, on one scheduler: when the driver runs,
%% nobody else has anything to do, so all that a step leads to has happened.
-module(program).
-compile(nowarn_deprecated_catch). % OTP 29 would rather not have it
-export([serve/0, serve_java/0]).

%% Answers programs that come in on standard input until it ends.
serve() ->
    interpreter:serve(fun run/1).

%% Has workers for a driver on another node, dev.retort.program.RetortRun, until standard input ends.
serve_java() ->
    register(program_echo, spawn(fun agent/0)),
    io:put_chars("ready\n"),
    eof = io:get_line(""),
    halt().

agent() ->
    receive
        {start, Driver, Kind, Slot} ->
            spawn_opt(fun() -> work(Driver, Kind, Slot) end, [{priority, high}]);
        {look, Driver, Number, Pids} ->
            Driver ! {looked, Number, maps:filtermap(fun(_, Pid) -> look(Pid) end, Pids)};
        {Driver, Number} ->
            Driver ! Number
    end,
    agent().

look(Pid) ->
    case process_info(Pid, [message_queue_len, links, monitored_by]) of
        undefined -> false;
        [{_, Queued}, {_, Links}, {_, MonitoredBy}] -> {true, {Queued, Links, MonitoredBy}}
    end.

%% ---- the driver

%% What the driver knows: pids by number and numbers by pid, references of monitors and aliases and
%% their numbers, its own monitors on the workers, how workers have ended.
-record(run, {pids = #{}, slots = #{}, refs = #{}, numbers = #{}, watched = #{}, ends = #{}}).

run(Acts) ->
    Driver = self(),
    Start = #run{pids = #{-1 => Driver}, slots = #{Driver => -1}},
    {Outcomes, End} = lists:mapfoldl(fun act/2, Start, Acts),
    Workers = maps:keys(maps:without([-1], End#run.pids)),
    [exit(maps:get(Slot, End#run.pids), kill) || Slot <- Workers],
    settle(),
    Outcomes.

act({act, -1, Op}, Run) ->
    Result = (catch exec(-1, Op, known(Run))),
    settle(),
    outcome(-1, self_result(Result), Op, Run);
act({act, Actor, Op}, Run) ->
    maps:get(Actor, Run#run.pids) ! {command, self(), Op, known(Run)},
    settle(),
    Result = receive {result, Actor, R} -> R after 0 -> pending end,
    outcome(Actor, Result, Op, Run).

%% Pids by number, references by {ref, Number}, nodes by {node, Number}.
known(#run{pids = Pids, refs = Refs}) ->
    maps:put({node, 0}, node(), maps:merge(Pids, Refs)).

self_result({'EXIT', {badarg, _}}) -> badarg;
self_result(Result) -> Result.

%% Lets all others run until they have nothing more to do.
settle() ->
    settle(1000).

settle(Times) ->
    erlang:yield(),
    erlang:yield(),
    erlang:yield(),
    %% what is loaded only now comes from a file, which another thread reads
    case erlang:statistics(total_active_tasks_all) of
        Active when Active > 1, Times > 1 -> settle(Times - 1);
        _ -> ok
    end.

outcome(Actor, Result, Op, Run0) ->
    Run1 = ends(watch(Op, births(Run0))),
    Run2 = refs(Result, Run1),
    Value =
        case maps:is_key(Actor, Run2#run.ends) of
            true -> died;
            false -> value(Result, Run2)
        end,
    Seen = seen(#{}),
    Slots = lists:sort(maps:keys(maps:remove(-1, Run2#run.pids))),
    {{Value, [worker(Slot, maps:get(Slot, Seen, []), Run2) || Slot <- Slots]}, Run2}.

births(Run = #run{pids = Pids, slots = Slots}) ->
    receive
        {born, Slot, Pid} -> births(Run#run{pids = Pids#{Slot => Pid}, slots = Slots#{Pid => Slot}})
    after 0 -> Run
    end.

watch({spawn, _, _, Slot, _, _}, Run = #run{watched = Watched}) ->
    Monitor = monitor(process, maps:get(Slot, Run#run.pids)),
    Run#run{watched = Watched#{Monitor => Slot}};
watch({spawn_ending, Reason, _, Slot, _}, Run = #run{ends = Ends}) ->
    Run#run{ends = Ends#{Slot => Reason}};
watch(_, Run) ->
    Run.

ends(Run = #run{ends = Ends}) ->
    receive
        {'DOWN', Monitor, process, _, Reason} ->
            ends(Run#run{ends = Ends#{maps:get(Monitor, Run#run.watched) => reason(Reason)}})
    after 0 -> Run
    end.

seen(Seen) ->
    receive
        {seen, Slot, Message} -> seen(Seen#{Slot => [Message | maps:get(Slot, Seen, [])]})
    after 0 -> Seen
    end.

%% Numbers the reference that a step has made.
refs({made, Number, Ref, _}, Run = #run{refs = Refs, numbers = Numbers}) ->
    Run#run{refs = Refs#{{ref, Number} => Ref}, numbers = Numbers#{Ref => Number}};
refs(_, Run) ->
    Run.

value({made, _, _, Value}, Run) -> value(Value, Run);
value({taken, Messages}, Run) -> {taken, [event(Message, Run) || Message <- Messages]};
value(Pid, Run) when is_pid(Pid) -> maps:get(Pid, Run#run.slots);
value(Value, _) -> Value.

worker(Slot, Seen, Run = #run{pids = Pids, ends = Ends}) ->
    Events = [event(Message, Run) || Message <- lists:reverse(Seen)],
    case Ends of
        #{Slot := Reason} ->
            {Slot, Reason, [], 0, [], []};
        _ ->
            {true, {Queued, Links, MonitoredBy}} = look(maps:get(Slot, Pids)),
            {Slot, alive, Events, Queued, slots(Links, Run), slots(MonitoredBy, Run) -- [-1]}
    end.

slots(Pids, Run) ->
    lists:sort([maps:get(Pid, Run#run.slots) || Pid <- Pids]).

event({note_a, From, N}, _) ->
    {message, From, a, N};
event({note_b, From, N}, _) ->
    {message, From, b, N};
event({'EXIT', From, Reason}, Run) ->
    {exit, maps:get(From, Run#run.slots), reason(Reason)};
event({'DOWN', Ref, process, Object, Reason}, Run) ->
    {down, maps:get(Ref, Run#run.numbers), object(Object, Run), reason(Reason)}.

object({Name, Node}, _) when Node =:= node() -> {Name, 0};
object(Pid, Run) -> maps:get(Pid, Run#run.slots).

reason({crash, [_ | _]}) -> crash;
reason(Reason) -> Reason.

%% ---- workers

work(Driver, Kind, Slot) ->
    Driver ! {born, Slot, self()},
    put(driver, Driver),
    work(Kind, Slot).

work(Kind, Slot) when Kind =:= holding; Kind =:= blocked ->
    receive
        {command, Driver, Op, Known} -> work(Kind, Slot, Driver, Op, Known)
    end;
work(Kind, Slot) ->
    receive
        {command, Driver, Op, Known} ->
            work(Kind, Slot, Driver, Op, Known);
        Message ->
            get(driver) ! {seen, Slot, Message},
            work(Kind, Slot)
    end.

work(_, _, _, return, _) ->
    ok;
work(Kind, Slot, Driver, Op, Known) ->
    Result = try exec(Slot, Op, Known) catch error:Error when Error =:= badarg; Error =:= noproc -> Error end,
    Driver ! {result, Slot, Result},
    work(Kind, Slot).

exec(_, {spawn, Kind, Birth, Slot, Monitor, _}, Known) ->
    Driver = maps:get(-1, Known),
    give(Birth, fun() -> work(Driver, Kind, Slot) end, Slot, Monitor);
exec(_, {spawn_ending, Reason, Birth, Slot, Monitor}, Known) ->
    Driver = maps:get(-1, Known),
    Body =
        fun() ->
            Driver ! {born, Slot, self()},
            exit(Reason)
        end,
    give(Birth, Body, Slot, Monitor);
exec(Self, {send, To, Type, N}, Known) ->
    maps:get(To, Known) ! note(Type, Self, N),
    ok;
exec(Self, {send_name, Name, Type, N}, _) ->
    Name ! note(Type, Self, N),
    ok;
exec(Self, {send_name_node, Name, Node, Type, N}, Known) ->
    {Name, maps:get({node, Node}, Known)} ! note(Type, Self, N),
    ok;
exec(_, {link, To}, Known) ->
    link(maps:get(To, Known));
exec(_, {unlink, To}, Known) ->
    unlink(maps:get(To, Known));
exec(_, {monitor, Number, To}, Known) ->
    made(Number, monitor(process, maps:get(To, Known)), Number);
exec(_, {monitor_name, Number, Name}, _) ->
    made(Number, monitor(process, Name), Number);
exec(_, {monitor_name_node, Number, Name, Node}, Known) ->
    made(Number, monitor(process, {Name, maps:get({node, Node}, Known)}), Number);
exec(_, {monitor_alias, Number, To, Mode}, Known) ->
    made(Number, monitor(process, maps:get(To, Known), [{alias, Mode}]), Number);
exec(_, {monitor_name_alias, Number, Name, Mode}, _) ->
    made(Number, monitor(process, Name, [{alias, Mode}]), Number);
exec(_, {alias, Number, Mode}, _) ->
    made(Number, alias([Mode]), Number);
exec(_, {unalias, Number}, Known) ->
    unalias(maps:get({ref, Number}, Known));
exec(Self, {send_alias, Number, Type, N}, Known) ->
    maps:get({ref, Number}, Known) ! note(Type, Self, N),
    ok;
exec(_, {demonitor, Number}, Known) ->
    demonitor(maps:get({ref, Number}, Known), [info]);
exec(_, {demonitor_flush, Number}, Known) ->
    demonitor(maps:get({ref, Number}, Known), [info, flush]);
exec(_, {exit_self, Reason}, _) ->
    exit(Reason);
exec(_, crash, _) ->
    error(crash);
exec(_, {exit_other, To, Reason}, Known) ->
    exit(maps:get(To, Known), Reason);
exec(_, {trap_exit, On}, _) ->
    process_flag(trap_exit, On);
exec(_, {register, Name, Slot}, Known) ->
    register(Name, maps:get(Slot, Known));
exec(_, {unregister, Name}, _) ->
    unregister(Name);
exec(_, {whereis, Name}, _) ->
    whereis(Name);
exec(_, {alive, Slot}, Known) ->
    is_process_alive(maps:get(Slot, Known));
exec(_, {take, Type}, _) ->
    {taken, take(fun(Message) -> type(Message) =:= Type end)};
exec(_, drain, _) ->
    {taken, take(fun(_) -> true end)}.

give(Birth, Body, Slot, Monitor) ->
    Options =
        case Birth of
            plain -> [];
            linked -> [link];
            monitored -> [monitor]
        end,
    case spawn_opt(Body, [{priority, high} | Options]) of
        {_, Ref} -> made(Monitor, Ref, Slot);
        _ -> Slot
    end.

made(Number, Ref, Value) ->
    {made, Number, Ref, Value}.

take(Matches) ->
    {messages, Messages} = process_info(self(), messages),
    Taken = lists:filter(Matches, Messages),
    [receive Message -> ok end || Message <- Taken],
    Taken.

note(a, From, N) -> {note_a, From, N};
note(b, From, N) -> {note_b, From, N}.

type({note_a, _, _}) -> a;
type({note_b, _, _}) -> b;
type({'EXIT', _, _}) -> exit;
type({'DOWN', _, _, _, _}) -> down.
