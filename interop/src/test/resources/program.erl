%% Runs programs of processes that spawn, send, link, monitor and end each other, and says what came
%% of each step: the other side of dev.retort.program.RetortRun.
%%
%% The workers run at priority high and the driver at normal, on one scheduler: when the driver runs,
%% nobody else has anything to do, so all that a step leads to has happened.
-module(program).
-export([serve/0]).

%% Answers programs that come in on standard input until it ends.
serve() ->
    Port = open_port({fd, 0, 1}, [binary, {packet, 4}, eof]),
    serve(Port).

serve(Port) ->
    receive
        {Port, {data, Bytes}} ->
            Self = self(),
            {Driver, Monitor} =
                spawn_monitor(fun() -> Self ! {self(), run(binary_to_term(Bytes))} end),
            Answer =
                receive
                    {Driver, Outcomes} ->
                        demonitor(Monitor, [flush]),
                        {ok, Outcomes};
                    {'DOWN', Monitor, process, Driver, Reason} ->
                        {error, iolist_to_binary(io_lib:format("~p", [Reason]))}
                end,
            port_command(Port, term_to_binary(Answer)),
            serve(Port);
        {Port, eof} ->
            halt()
    end.

%% ---- the driver

%% What the driver knows: pids by number and numbers by pid, numbers of monitors, its own monitors
%% on the workers, how workers have ended.
-record(run, {pids = #{}, slots = #{}, monitors = #{}, watched = #{}, ends = #{}}).

run(Acts) ->
    Driver = self(),
    Start = #run{pids = #{-1 => Driver}, slots = #{Driver => -1}},
    {Outcomes, End} = lists:mapfoldl(fun act/2, Start, Acts),
    Workers = maps:keys(maps:without([-1], End#run.pids)),
    [exit(maps:get(Slot, End#run.pids), kill) || Slot <- Workers],
    settle(),
    Outcomes.

act({act, -1, Op}, Run) ->
    Result = (catch exec(-1, Op, Run#run.pids)),
    settle(),
    outcome(-1, self_result(Result), Op, Run);
act({act, Actor, Op}, Run) ->
    maps:get(Actor, Run#run.pids) ! {command, self(), Op, Run#run.pids},
    settle(),
    Result = receive {result, Actor, R} -> R after 0 -> pending end,
    outcome(Actor, Result, Op, Run).

self_result({'EXIT', {badarg, _}}) -> badarg;
self_result(Result) -> Result.

%% Lets all others run until they have nothing more to do.
settle() ->
    erlang:yield(),
    erlang:yield(),
    erlang:yield().

outcome(Actor, Result, Op, Run0) ->
    Run1 = ends(watch(Op, births(Run0))),
    Run2 = Run1#run{monitors = monitors(Result, Run1#run.monitors)},
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

watch({spawn, _, _, Slot, _}, Run = #run{watched = Watched}) ->
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

%% Numbers the reference of a monitor that a step has made.
monitors({monitored, Number, Ref, _}, Monitors) ->
    Monitors#{Ref => Number};
monitors(_, Monitors) ->
    receive
        {monitored, Number, Ref} -> Monitors#{Ref => Number}
    after 0 -> Monitors
    end.

value({monitored, _, _, Value}, Run) -> value(Value, Run);
value({taken, Messages}, Run) -> {taken, [event(Message, Run) || Message <- Messages]};
value(Pid, Run) when is_pid(Pid) -> maps:get(Pid, Run#run.slots);
value(Value, _) -> Value.

worker(Slot, Seen, Run = #run{pids = Pids, ends = Ends}) ->
    Events = [event(Message, Run) || Message <- lists:reverse(Seen)],
    case Ends of
        #{Slot := Reason} ->
            {Slot, Reason, [], 0, [], []};
        _ ->
            [{_, Queued}, {_, Links}, {_, MonitoredBy}] =
                process_info(
                    maps:get(Slot, Pids), [message_queue_len, links, monitored_by]),
            {Slot, alive, Events, Queued, slots(Links, Run), slots(MonitoredBy, Run) -- [-1]}
    end.

slots(Pids, Run) ->
    lists:sort([maps:get(Pid, Run#run.slots) || Pid <- Pids]).

event({note, From, Type, N}, _) ->
    {message, From, Type, N};
event({'EXIT', From, Reason}, Run) ->
    {exit, maps:get(From, Run#run.slots), reason(Reason)};
event({'DOWN', Ref, process, Object, Reason}, Run) ->
    {down, maps:get(Ref, Run#run.monitors), object(Object, Run), reason(Reason)}.

object({Name, Node}, _) when Node =:= node() -> {Name, node};
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
        {command, Driver, Op, Pids} -> work(Kind, Slot, Driver, Op, Pids)
    end;
work(Kind, Slot) ->
    receive
        {command, Driver, Op, Pids} ->
            work(Kind, Slot, Driver, Op, Pids);
        Message ->
            get(driver) ! {seen, Slot, Message},
            work(Kind, Slot)
    end.

work(_, _, _, return, _) ->
    ok;
work(Kind, Slot, Driver, Op, Pids) ->
    Result = try exec(Slot, Op, Pids) catch error:Error when Error =:= badarg; Error =:= noproc -> Error end,
    Driver ! {result, Slot, Result},
    work(Kind, Slot).

exec(_, {spawn, Kind, Birth, Slot, Monitor}, Pids) ->
    Driver = maps:get(-1, Pids),
    give(Birth, fun() -> work(Driver, Kind, Slot) end, Slot, Monitor);
exec(_, {spawn_ending, Reason, Birth, Slot, Monitor}, Pids) ->
    Driver = maps:get(-1, Pids),
    Body =
        fun() ->
            Driver ! {born, Slot, self()},
            exit(Reason)
        end,
    give(Birth, Body, Slot, Monitor);
exec(Self, {send, To, Type, N}, Pids) ->
    maps:get(To, Pids) ! {note, Self, Type, N},
    ok;
exec(Self, {send_name, Name, Type, N}, _) ->
    Name ! {note, Self, Type, N},
    ok;
exec(Self, {send_name_node, Name, Type, N}, _) ->
    {Name, node()} ! {note, Self, Type, N},
    ok;
exec(_, {link, To}, Pids) ->
    link(maps:get(To, Pids));
exec(_, {unlink, To}, Pids) ->
    unlink(maps:get(To, Pids));
exec(_, {monitor, Number, To}, Pids) ->
    monitored(Number, monitor(process, maps:get(To, Pids)), Number);
exec(_, {monitor_name, Number, Name}, _) ->
    monitored(Number, monitor(process, Name), Number);
exec(_, {monitor_name_node, Number, Name}, _) ->
    monitored(Number, monitor(process, {Name, node()}), Number);
exec(_, {demonitor, Number}, _) ->
    demonitor(get({monitor, Number}), [info]);
exec(_, {demonitor_flush, Number}, _) ->
    demonitor(get({monitor, Number}), [info, flush]);
exec(_, {exit_self, Reason}, _) ->
    exit(Reason);
exec(_, crash, _) ->
    error(crash);
exec(_, {exit_other, To, Reason}, Pids) ->
    exit(maps:get(To, Pids), Reason);
exec(_, {trap_exit, On}, _) ->
    process_flag(trap_exit, On);
exec(_, {register, Name, Slot}, Pids) ->
    register(Name, maps:get(Slot, Pids));
exec(_, {unregister, Name}, _) ->
    unregister(Name);
exec(_, {whereis, Name}, _) ->
    whereis(Name);
exec(_, {alive, Slot}, Pids) ->
    is_process_alive(maps:get(Slot, Pids));
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
        {_, Ref} -> monitored(Monitor, Ref, Slot);
        _ -> Slot
    end.

monitored(Number, Ref, Value) ->
    put({monitor, Number}, Ref),
    {monitored, Number, Ref, Value}.

take(Matches) ->
    {messages, Messages} = process_info(self(), messages),
    Taken = lists:filter(Matches, Messages),
    [receive Message -> ok end || Message <- Taken],
    Taken.

type({note, _, Type, _}) -> Type;
type({'EXIT', _, _}) -> exit;
type({'DOWN', _, _, _, _}) -> down.
