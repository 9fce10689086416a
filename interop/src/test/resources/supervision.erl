%% Runs scenarios of supervision on OTP's supervisor and says what came of each step: the other side
%% of dev.retort.interop.supervision.RetortTree.
%%
%% All but the driver run at priority high, on one scheduler: when the driver runs, nobody else has
%% anything to do before a timer fires, so all that a step leads to has happened.
-module(supervision).
-compile(nowarn_deprecated_catch). % OTP 29 would rather not have it
-behaviour(supervisor).
-export([serve/0, init/1, start/3]).

%% Answers scenarios that come in on standard input until it ends.
serve() ->
    interpreter:load([kernel, stdlib]),
    interpreter:serve(fun run/1).

%% ---- the driver

run({scenario, Root, Ops}) ->
    Recorder = spawn_opt(fun() -> record(#{}, #{}, #{}, []) end, [{priority, high}]),
    Parent = spawn_opt(fun() -> parent(Recorder, Root) end, [{priority, high}]),
    First = outcome(Recorder),
    Outcomes = [step(Op, Recorder, Parent) || Op <- Ops],
    Everybody = [Pid || Pid <- maps:keys(ask(Recorder, names)), is_pid(Pid)],
    [exit(Pid, kill) || Pid <- [Parent | Everybody] ++ [Recorder]],
    [First | Outcomes].

step(Op, Recorder, Parent) ->
    {Alive, Held} = ask(Recorder, alive),
    do(Op, Alive, Held, ask(Recorder, names), Recorder, Parent),
    outcome(Recorder).

do({stop, Id, Reason}, Alive, _, Names, _, _) -> give(Id, {stop, Reason}, Alive, Names);
do({unlink, Id}, Alive, _, Names, _, _) -> give(Id, unlink, Alive, Names);
do({kill, Id}, Alive, _, Names, _, _) -> to(Id, Alive, Names, fun(Pid) -> exit(Pid, kill) end);
do({exit_supervisor, Id, Reason}, Alive, _, Names, _, _) ->
    to(Id, Alive, Names, fun(Pid) -> exit(Pid, Reason) end);
do({exit_root, Reason}, Alive, _, Names, _, Parent) ->
    case Alive of
        #{root := Root} when is_map_key({up, Root}, Names) -> Parent ! {exit_root, Reason};
        #{} -> none
    end;
do(release, _, Held, _, _, _) ->
    case lists:sort(maps:to_list(Held)) of
        [{_, Owner} | _] -> Owner ! release;
        [] -> none
    end;
do({ask, Number, Id, Request}, Alive, _, Names, Recorder, _) ->
    to(Id, Alive, Names, fun(Pid) ->
        spawn_opt(
            fun() -> Recorder ! {reply, Number, reply(catch request(Request, Pid, Id, Recorder))} end,
            [{priority, high}])
    end).

give(Id, Message, Alive, Names) ->
    to(Id, Alive, Names, fun(Pid) -> Pid ! Message end).

%% Where a supervisor below the root is still starting, it and its parent go on side by side
%% afterwards, and nothing must wait for it then: what concerns it is left out.
to(Id, Alive, Names, Fun) ->
    case Alive of
        #{Id := Pid} ->
            Supervisor =
                case Names of
                    #{Pid := {supervisor, _}} -> Pid;
                    #{{starter, Pid} := Starter} -> Starter
                end,
            Up = is_map_key({up, Supervisor}, Names),
            case Up orelse maps:get(Supervisor, Names) =:= {supervisor, root} of
                true -> Fun(Pid);
                false -> none
            end;
        #{} ->
            none
    end.

request({start_child, Kid}, Pid, Id, Recorder) -> supervisor:start_child(Pid, spec(Kid, Id, Recorder));
request({terminate_child, Child}, Pid, _, _) -> supervisor:terminate_child(Pid, Child);
request({restart_child, Child}, Pid, _, _) -> supervisor:restart_child(Pid, Child);
request({delete_child, Child}, Pid, _, _) -> supervisor:delete_child(Pid, Child);
request({get_childspec, Child}, Pid, _, _) -> supervisor:get_childspec(Pid, Child).

reply({'EXIT', {Reason, {gen_server, call, _}}}) -> {failed, norm(Reason)};
reply({ok, Pid}) when is_pid(Pid) -> {ok, pid};
reply({ok, #{restart := R, significant := G, shutdown := S, type := T}}) -> {ok, {R, G, S, T}};
reply({error, {already_started, _}}) -> {error, already_started};
reply({error, {Reason, Child}}) when element(1, Child) =:= child -> {error, norm(Reason)};
reply(Reply) -> norm(Reply).

%% Everything that is told of a step, once nothing more comes of it.
outcome(Recorder) ->
    settle(),
    Children = children(Recorder),
    case ask(Recorder, take_if_still) of
        still -> {Said, Held} = ask(Recorder, take), {Said, lists:sort(maps:keys(Held)), Children};
        moved -> outcome(Recorder)
    end.

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

%% What each supervisor lists and counts, unless somebody is held: then they may be busy.
children(Recorder) ->
    ask(Recorder, look),
    {Alive, Held} = ask(Recorder, alive),
    Names = ask(Recorder, names),
    case map_size(Held) of
        0 ->
            %% Also those that others have taken the place of: they may wait for the time of a child.
            [catch supervisor:which_children(Pid) || {Pid, {supervisor, _}} <- maps:to_list(Names)],
            lists:sort(
                [
                    Listed
                 || {Id, Pid} <- maps:to_list(Alive),
                    maps:get(Pid, Names) =:= {supervisor, Id},
                    Listed <- listed(Id, Pid, Names)
                ]);
        _ ->
            busy
    end.

%% Nothing of one that ends meanwhile: that is heard of, and all are asked again.
listed(Id, Supervisor, Names) ->
    try
        Which = [child(Child, Names) || Child <- supervisor:which_children(Supervisor)],
        [{Id, Which, [Count || {_, Count} <- supervisor:count_children(Supervisor)]}]
    catch
        exit:_ -> []
    end.

child({Id, Pid, Type, _}, Names) when is_pid(Pid) ->
    Who =
        case Names of
            #{Pid := {supervisor, _}} -> 0;
            #{Pid := Number} -> Number;
            #{} -> younger % than the names: it will be looked at again
        end,
    {Id, Who, Type};
child({Id, State, Type, _}, _) ->
    {Id, State, Type}.

ask(Recorder, Question) ->
    Recorder ! {ask, self(), Question},
    receive {answer, Answer} -> Answer end.

%% ---- the recorder: who lives, who is held, and what has been said of it since it was asked last;
%% what supervisors do is said with which one of that id it was

record(Alive, Names, Held, Said) ->
    receive
        {up, From, Pid} ->
            From ! noted,
            Id = maps:get({id, Pid}, Names),
            record(Alive, Names#{{up, Pid} => true}, Held, [{up, Id} | Said]);
        {born, Pid, Id, Number, Starter} ->
            monitor(process, Pid),
            Pid ! noted,
            Which = 1 + maps:get({births, Id}, Names, 0),
            Named = Names#{
                Pid => Number,
                {id, Pid} => Id,
                {starter, Pid} => Starter,
                {which, Pid} => Which,
                {births, Id} => Which
            },
            record(Alive#{Id => Pid}, Named, Held, [{born, Id} | Said]);
        {log, From, Entry} ->
            From ! noted,
            record(Alive, Names, Held, [Entry | Said]);
        {log, From, Supervisor, Entry} ->
            From ! noted,
            Which = maps:get({which, Supervisor}, Names),
            record(Alive, Names, Held, [erlang:append_element(Entry, Which) | Said]);
        {reply, Number, Reply} ->
            record(Alive, Names, Held, [{reply, Number, Reply} | Said]);
        {held, Owner, Key} ->
            Which = maps:get({which, Owner}, Names),
            record(Alive, Names, Held#{erlang:append_element(Key, Which) => Owner}, [moved | Said]);
        {released, From, Key} ->
            From ! noted,
            Which = maps:get({which, From}, Names),
            record(Alive, Names, maps:remove(erlang:append_element(Key, Which), Held), Said);
        {'DOWN', _, process, Pid, Reason} ->
            #{{id, Pid} := Id, Pid := Number} = Names,
            record(
                maps:filter(fun(_, P) -> P =/= Pid end, Alive),
                Names,
                maps:filter(fun(_, P) -> P =/= Pid end, Held),
                [{ended, Id, number(Number), norm(Reason)} | Said]);
        {ask, From, Question} ->
            From ! {answer, answer(Question, Alive, Names, Held, Said)},
            case Question of
                take -> record(Alive, Names, Held, []);
                look -> record(Alive, Names, Held, [looked | Said]);
                _ -> record(Alive, Names, Held, Said)
            end
    end.

number({supervisor, _}) -> 0;
number(Number) -> Number.

answer(alive, Alive, _, Held, _) -> {Alive, Held};
answer(names, _, Names, _, _) -> Names;
answer(look, _, _, _, _) -> ok;
answer(take_if_still, _, _, _, [looked | _]) -> still;
answer(take_if_still, _, _, _, _) -> moved;
answer(take, _, _, Held, Said) ->
    {[Entry || Entry <- lists:reverse(Said), is_tuple(Entry)], Held}.

tell(Recorder, Message) ->
    Recorder ! Message,
    receive noted -> ok end.

%% ---- the tree

%% Starts the root and is its parent.
parent(Recorder, Root) ->
    process_flag(trap_exit, true),
    Result = start_supervisor(Recorder, Root),
    tell(Recorder, {log, self(), {parent, reply(Result)}}),
    parent_loop(Recorder, Result).

parent_loop(Recorder, Result) ->
    receive
        {exit_root, Reason} ->
            case Result of
                {ok, Root} -> exit(Root, Reason);
                _ -> none
            end,
            tell(Recorder, {log, self(), {parent, {exit, Reason}}}),
            parent_loop(Recorder, Result)
    end.

%% supervisor:start_link/2, with a priority.
start_supervisor(Recorder, Sup) ->
    Options = [{spawn_opt, [{priority, high}]}],
    case gen_server:start_link(supervisor, {self, ?MODULE, {Recorder, Sup}}, Options) of
        {ok, Pid} ->
            tell(Recorder, {up, self(), Pid}),
            {ok, Pid};
        Failed ->
            Failed
    end.

init({Recorder, {sup, Id, _, _, _, Strategy, Intensity, Auto, Kids, _}}) ->
    tell(Recorder, {born, self(), Id, {supervisor, Id}, none}),
    Flags =
        #{strategy => Strategy, intensity => Intensity, period => 3600, auto_shutdown => Auto},
    {ok, {Flags, [spec(Kid, Id, Recorder) || Kid <- Kids]}}.

spec(Kid, Parent, Recorder) ->
    #{
        id => element(2, Kid),
        start => {?MODULE, start, [Recorder, Parent, Kid]},
        restart => element(3, Kid),
        significant => element(4, Kid),
        shutdown => element(5, Kid),
        type => case Kid of {worker, _, _, _, _, _, _} -> worker; _ -> supervisor end
    }.

%% The start function of every child: does what is planned for this time.
start(Recorder, Parent, Kid) ->
    Id = element(2, Kid),
    Plan = element(tuple_size(Kid), Kid),
    Number = 1 + case get({starts, Id}) of undefined -> 0; N -> N end,
    put({starts, Id}, Number),
    How = case Number =< length(Plan) of true -> lists:nth(Number, Plan); false -> ok end,
    tell(Recorder, {log, self(), self(), {start, Parent, Id, Number, How}}),
    case How of
        ignore -> ignore;
        {error, Reason} -> {error, Reason};
        {exit, Reason} -> exit(Reason);
        crash -> error(crash);
        hold -> hold(Recorder, {Parent, Id, Number, start}), begin_child(ok, Recorder, Parent, Kid, Number);
        _ -> begin_child(How, Recorder, Parent, Kid, Number)
    end.

hold(Recorder, Key) ->
    Recorder ! {held, self(), Key},
    receive release -> ok end,
    tell(Recorder, {released, self(), Key}).

begin_child(_, Recorder, _, Sup, _) when element(1, Sup) =:= sup ->
    start_supervisor(Recorder, Sup);
begin_child(How, Recorder, Parent, {worker, Id, _, _, _, Manner, _}, Number) ->
    Starter = self(),
    Body = fun() ->
        process_flag(trap_exit, Manner =/= plain),
        tell(Recorder, {born, self(), Id, Number, Starter}),
        Starter ! {ready, self()},
        case How of
            {dead, Reason} -> receive go -> exit(Reason) end;
            _ -> work(Manner, Starter, Recorder, Parent, Id, Number)
        end
    end,
    Pid = spawn_opt(Body, [{priority, high} | case How of unlinked -> []; _ -> [link] end]),
    receive {ready, Pid} -> ok end,
    case How of
        {dead, _} ->
            Monitor = monitor(process, Pid),
            Pid ! go,
            receive {'DOWN', Monitor, process, Pid, _} -> ok end;
        _ ->
            ok
    end,
    {ok, Pid}.

work(Manner, Supervisor, Recorder, Parent, Id, Number) ->
    receive
        {stop, Reason} ->
            exit(Reason);
        unlink ->
            unlink(Supervisor),
            tell(Recorder, {log, self(), {unlinked, Id, Number}}),
            work(Manner, Supervisor, Recorder, Parent, Id, Number);
        {'EXIT', Supervisor, Reason} when Manner =/= stubborn ->
            tell(Recorder, {log, self(), Supervisor, {terminate, Parent, Id, Number, Reason}}),
            case Manner of
                held when Reason =:= shutdown -> hold(Recorder, {Parent, Id, Number, terminate});
                _ -> ok
            end,
            exit(case Manner of {polite, Last} -> Last; held -> shutdown end);
        {'EXIT', _, _} ->
            work(Manner, Supervisor, Recorder, Parent, Id, Number)
    end.

%% Reasons without stacks and pids; what a start function threw as it was thrown.
norm({'EXIT', Reason}) -> norm(Reason);
norm({crash, [_ | _]}) -> crash;
norm(Tuple) when is_tuple(Tuple) -> list_to_tuple([norm(E) || E <- tuple_to_list(Tuple)]);
norm(List) when is_list(List) -> [norm(E) || E <- List];
norm(Pid) when is_pid(Pid) -> pid;
norm(Term) -> Term.
