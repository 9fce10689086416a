%% Runs scenarios on OTP's gen_server and gen_statem and says what came of each step: the other side
%% of dev.retort.interop.behaviour.RetortStage.
%%
%% All but the driver, and what OTP starts by itself, run at priority high, on one scheduler: when the
%% driver runs, nobody else has anything to do before a timer fires, so all that a step leads to has
%% happened.
-module(behaviours).
-compile(nowarn_deprecated_catch). % OTP 29 would rather not have it
-export([serve/0]).
-export([init/1, handle_call/3, handle_cast/2, handle_info/2, handle_continue/2, terminate/2]).
-export([callback_mode/0, handle_event/4, a/3, b/3, c/3, terminate/3]).
-export([format_status/1]).

%% Milliseconds, as in Actor and RetortStage.
-define(SOON, 5).
-define(LAPSE, 12).
-define(HOUR, 3600000).

%% Answers scenarios that come in on standard input until it ends.
serve() ->
    interpreter:load([kernel, stdlib]),
    interpreter:serve(fun run/1).

%% ---- the driver

run({scenario, Timed, Ops}) ->
    Recorder = start(fun() -> record(#{said => [], servers => #{}, held => #{}, all => []}) end),
    register(recorder, Recorder),
    {Outcomes, _} = lists:mapfoldl(fun(Op, Parent) -> step(Op, Parent, Timed) end, none, Ops),
    [finish(Pid) || Pid <- maps:get(all, look()) ++ [Recorder]],
    Outcomes.

start(Body) -> spawn_opt(Body, [{priority, high}]).

finish(Pid) ->
    Monitor = monitor(process, Pid),
    exit(Pid, kill),
    receive {'DOWN', Monitor, _, _, _} -> ok end.

look() ->
    recorder ! {look, self()},
    receive {view, View} -> View end.

%% Parent is who has been told last to start a server.
step(Op, Parent0, Timed) ->
    Parent = do(Op, current(look()), Parent0),
    [timer:sleep(?LAPSE) || Timed],
    settle(),
    View = #{said := Said, servers := Servers, held := Held} = look(),
    recorder ! forget,
    Numbers = maps:from_list([{Pid, K} || {K, Pid} <- maps:to_list(Servers)]),
    Named = maps:get(whereis(the_server), Numbers, none),
    Holding = is_held(current(View), Held),
    {{group(Said), Named, Holding}, Parent}.

group(Said) ->
    Entries = lists:foldl(
        fun({Who, Entry}, All) -> maps:update_with(Who, fun(E) -> [Entry | E] end, [Entry], All) end,
        #{},
        Said
    ),
    lists:sort(maps:to_list(Entries)).

%% The server that has started last; alive or not.
current(#{servers := Servers}) when map_size(Servers) =:= 0 -> none;
current(#{servers := Servers}) -> maps:get(lists:max(maps:keys(Servers)), Servers).

is_held(Pid, Held) -> is_map_key(Pid, Held) andalso is_process_alive(Pid).

settle() ->
    settle(1000).

settle(Times) ->
    [erlang:yield() || _ <- lists:seq(1, 12)],
    %% what is loaded only now comes from a file, which another thread reads
    case erlang:statistics(total_active_tasks_all) of
        Active when Active > 1, Times > 1 -> settle(Times - 1);
        _ -> ok
    end.

do({start, K, Needed, Link, Trap, Named, Impatient, Script}, Pid, Parent0) ->
    case Needed andalso is_pid(Pid) andalso is_process_alive(Pid) of
        true ->
            Parent0;
        false ->
            Parent = start(fun() -> parent(K, Link, Trap, Named, Impatient, Script) end),
            watch({parent, K}, Parent),
            Parent ! go,
            Parent
    end;
do(_, none, Parent) ->
    Parent;
do(Op, Pid, Parent) ->
    act(Op, Pid, Parent),
    Parent.

act({ask, N, ByName, Note, Impatient}, Pid, _) ->
    %% Never infinity: then there is no alias in OTP 25, and a second reply would arrive.
    Timeout = case Impatient of true -> ?SOON; false -> ?HOUR end,
    client(N, fun() -> {replied, gen_server:call(dest(ByName, Pid), Note, Timeout)} end);
act({cast, ByName, Note}, Pid, _) ->
    gen_server:cast(dest(ByName, Pid), Note);
act({send, Note}, Pid, _) ->
    Pid ! Note;
act({multi_call, N, Note}, _, _) ->
    client(N, fun() ->
        {Replies, Bad} = gen_server:multi_call([node()], the_server, Note, ?HOUR),
        {multi, [Reply || {_, Reply} <- Replies], length(Bad)}
    end);
act({abcast, Note}, _, _) ->
    gen_server:abcast([node()], the_server, Note);
act({stop, N, ByName, Reason}, Pid, _) ->
    client(N, fun() ->
        try
            gen_server:stop(dest(ByName, Pid), Reason, infinity)
        catch
            %% It has ended so before it was asked to.
            exit:{Reason, {sys, terminate, _}} -> ok
        end
    end);
act({signal, Reason}, Pid, _) ->
    exit(Pid, Reason);
act({linked_exit, Reason}, Pid, _) ->
    start(fun() ->
        catch link(Pid),
        exit(Reason)
    end);
act({parent_signal, Reason}, Pid, Parent) ->
    tell_parent(Parent, {signal, Pid, Reason});
act({parent_exit, Reason}, _, Parent) ->
    tell_parent(Parent, {die, Reason});
act(release, Pid, _) ->
    is_held(Pid, maps:get(held, look())) andalso (Pid ! release);
act({sys, N, Request}, Pid, _) ->
    client(N, fun() -> sys(Request, Pid) end).

%% While it still starts a server, it could not be told before or after that has started.
tell_parent(Parent, Message) ->
    is_held(Parent, maps:get(held, look())) orelse (Parent ! Message).

dest(true, _) -> the_server;
dest(false, Pid) -> Pid.

sys(get_state, Pid) ->
    {state, sys:get_state(Pid, infinity)};
sys(get_status, Pid) ->
    {status, _, {module, _}, [_, SysState, _, _, Misc]} = sys:get_status(Pid, infinity),
    {data, [{"State", State}]} = lists:last(Misc),
    {status, SysState, State};
sys(suspend, Pid) ->
    sys:suspend(Pid, infinity);
sys(resume, Pid) ->
    sys:resume(Pid, infinity);
sys({replace_state, State}, Pid) ->
    {state, sys:replace_state(Pid, fun(_) -> State end, infinity)};
sys(replace_state_crash, Pid) ->
    sys:replace_state(Pid, fun(_) -> error(crash) end, infinity);
sys({terminate, Reason}, Pid) ->
    sys:terminate(Pid, Reason, infinity).

%% ---- who writes down what happens

record(View = #{said := Said, servers := Servers, held := Held, all := All}) ->
    receive
        {say, Who, Entry} -> record(View#{said := [{Who, Entry} | Said]});
        {here, Pid} -> record(View#{all := [Pid | All]});
        {server, K, Pid} -> record(View#{servers := Servers#{K => Pid}, all := [Pid | All]});
        {held, Pid} -> record(View#{held := Held#{Pid => true}});
        {released, Pid} -> record(View#{held := maps:remove(Pid, Held)});
        {look, From} -> From ! {view, View}, record(View);
        forget -> record(View#{said := []})
    end.

say(Who, Entry) -> recorder ! {say, Who, Entry}.

watch(Who, Pid) ->
    Self = self(),
    Watcher = start(fun() ->
        Monitor = monitor(process, Pid),
        recorder ! {here, self()},
        Self ! {watched, self()},
        receive {'DOWN', Monitor, _, _, Reason} -> say({watcher, Who}, {down, norm(Reason)}) end
    end),
    receive {watched, Watcher} -> ok end.

client(N, Fun) ->
    start(fun() ->
        recorder ! {here, self()},
        Who = {client, N},
        Result =
            try norm(Fun())
            catch
                exit:{Reason, {Module, _, [_ | _]}} when is_atom(Module) -> {failed, norm(Reason)};
                exit:Reason -> {failed, norm(Reason)};
                error:_ -> crash
            end,
        say(Who, Result),
        listen(Who)
    end).

%% Nothing comes late.
listen(Who) ->
    receive Message -> say(Who, {got, norm(Message)}) end,
    listen(Who).

parent(K, Link, Trap, Named, Impatient, Script) ->
    recorder ! {here, self()},
    process_flag(trap_exit, Trap),
    receive go -> ok end,
    Options =
        [{spawn_opt, [{priority, high}]} | [{timeout, ?SOON} || Impatient]],
    Module = case element(1, Script) of server_script -> gen_server; _ -> gen_statem end,
    Function = case Link of true -> start_link; false -> start end,
    Arguments = [?MODULE, case Impatient of true -> never; false -> {K, Script} end, Options],
    recorder ! {held, self()},
    Result =
        apply(Module, Function, case Named of true -> [{local, the_server} | Arguments]; false -> Arguments end),
    Started =
        case Result of
            {error, {already_started, _}} -> already_started;
            {ok, _} -> ok;
            _ -> norm(Result)
        end,
    recorder ! {released, self()},
    %% If it is linked and does not trap exits, it may be ended by the server's end before or after.
    [say({parent, K}, Started) || Trap orelse not Link],
    parent_loop(K).

parent_loop(K) ->
    receive
        {signal, Pid, Reason} -> exit(Pid, Reason);
        {die, Reason} -> exit(Reason);
        {'EXIT', _, Reason} -> say({parent, K}, {exit, norm(Reason)});
        Message -> say({parent, K}, {got, norm(Message)})
    end,
    parent_loop(K).

%% Reasons without stacks and pids.
norm({Bad, _}) when
    Bad =:= bad_return_value;
    Bad =:= bad_return_from_init;
    Bad =:= bad_return_from_state_function;
    Bad =:= bad_state_enter_return_from_state_function;
    Bad =:= bad_state_enter_action_from_state_function
->
    crash;
norm({_, [{Module, _, _, _} | _]}) when is_atom(Module) -> crash;
norm(crash) -> crash;
norm(Tuple) when is_tuple(Tuple) -> list_to_tuple([norm(E) || E <- tuple_to_list(Tuple)]);
norm(List) when is_list(List) -> [norm(E) || E <- List];
norm(Pid) when is_pid(Pid) -> pid;
norm(Ref) when is_reference(Ref) -> ref;
norm(Term) -> Term.

%% ---- what servers and machines share

born(K, Infos, Terminate) ->
    recorder ! {server, K, self()},
    put(server, K),
    put(infos, Infos),
    put(last, Terminate),
    put(kept, []),
    watch({server, K}, self()),
    said(init).

said(Entry) -> say({server, get(server)}, Entry).

effects(Effects) -> lists:foreach(fun effect/1, Effects).

effect({self, cast, Note}) -> gen_server:cast(self(), Note);
effect({self, info, Note}) -> self() ! Note;
effect({trap_exit, On}) -> process_flag(trap_exit, On);
effect(hold) -> hold();
effect({reply_now, Value}) -> [gen_server:reply(From, Value) || From <- kept()];
effect({reply_elsewhere, Value}) -> [reply_elsewhere(From, Value) || From <- kept()].

reply_elsewhere(From, Value) ->
    Server = self(),
    start(fun() ->
        gen_server:reply(From, Value),
        Server ! replied
    end),
    receive replied -> ok end.

hold() ->
    recorder ! {held, self()},
    receive release -> ok end,
    recorder ! {released, self()}.

keep(From) -> put(kept, get(kept) ++ [From]).

%% The caller that has waited longest, in a list; empty if there is none.
kept() ->
    {First, Rest} = lists:split(min(1, length(get(kept))), get(kept)),
    put(kept, Rest),
    First.

%% The next of the reactions that are kept under Key.
next_of(Key, Default) ->
    case get(Key) of
        [Reaction | Rest] -> put(Key, Rest), Reaction;
        [] -> Default
    end.

ending(Entry) ->
    said(Entry),
    case get(last) of
        ok -> ok;
        crash -> error(crash);
        {exit_with, Reason} -> exit(Reason);
        hold -> hold();
        {reply_now, _} = Reply -> effect(Reply)
    end.

what({note, Id, _}) -> Id;
what({'EXIT', _, Reason}) -> {exit, norm(Reason)};
what(timeout) -> timeout;
what(Other) -> {other, norm(Other)}.

format_status(Status) ->
    maps:map(fun(state, State) -> {shown, State}; (_, Value) -> Value end, Status).

%% ---- gen_server; and init of gen_statem

init(never) ->
    receive after infinity -> ok end;
init({K, {server_script, Init, Infos, Terminate}}) ->
    born(K, Infos, Terminate),
    {reaction, Effects, Result} = Init,
    effects(Effects),
    case Result of
        {begin_with, Next} -> then({ok, 0}, Next);
        _ -> no_start(Result)
    end;
init({K, {machine_script, Functions, Enter, Init, Enters, Infos, Terminate}}) ->
    Mode = case Functions of true -> state_functions; false -> handle_event_function end,
    put(mode, [Mode | [state_enter || Enter]]),
    put(enters, Enters),
    born(K, Infos, Terminate),
    {reaction, Effects, Result} = Init,
    effects(Effects),
    case Result of
        {begin_in, State, Acts} -> {ok, State, 0, actions(Acts)};
        _ -> no_start(Result)
    end.

no_start(ignore) -> ignore;
no_start({stop_with, Reason}) -> {stop, Reason};
no_start({exit_with, Reason}) -> exit(Reason);
no_start(crash) -> error(crash);
no_start(bad) -> bad.

handle_call({note, Id, [Reaction]}, From, V) ->
    keep(From),
    react({call, Id, V}, Reaction, V).

handle_cast({note, Id, [Reaction]}, V) -> react({cast, Id, V}, Reaction, V).

handle_info({note, Id, [Reaction]}, V) ->
    react({info, Id, V}, Reaction, V);
handle_info(Info, V) ->
    react({info, what(Info), V}, next_of(infos, {reaction, [], {no_reply, none}}), V).

handle_continue({note, Id, [Reaction]}, V) -> react({continue, Id, V}, Reaction, V).

terminate(Reason, V) -> ending({terminate, norm(Reason), V}).

react(Entry, {reaction, Effects, Result}, V) ->
    said(Entry),
    effects(Effects),
    case Result of
        {reply, Reply, Next} -> then({reply, Reply, V + 1}, Next);
        {no_reply, Next} -> then({noreply, V + 1}, Next);
        {stop_with, Reason} -> {stop, Reason, V + 1};
        {stop_reply, Reason, Reply} -> {stop, Reason, Reply, V + 1};
        {exit_with, Reason} -> exit(Reason);
        crash -> error(crash);
        bad -> bad
    end.

then(Step, none) -> Step;
then(Step, {note, _, _} = Note) -> erlang:append_element(Step, {continue, Note});
then(Step, hibernate) -> erlang:append_element(Step, hibernate);
then(Step, Time) -> erlang:append_element(Step, time(Time)).

time(zero) -> 0;
time(soon) -> ?SOON;
time(hour) -> ?HOUR;
time(infinity) -> infinity.

%% ---- gen_statem

callback_mode() -> get(mode).

a(Type, Content, Data) -> handle_event(Type, Content, a, Data).
b(Type, Content, Data) -> handle_event(Type, Content, b, Data).
c(Type, Content, Data) -> handle_event(Type, Content, c, Data).

handle_event(enter, Old, State, Data) ->
    moved({enter, Old, State, Data}, next_of(enters, quiet()), Data);
handle_event({call, From}, Note, State, Data) ->
    is_new(Note) andalso keep(From),
    moved({call, what(Note), State, Data}, reaction(Note), Data);
handle_event(Type, Content, State, Data) ->
    moved({Type, what(Content), State, Data}, reaction(Content), Data).

terminate(Reason, State, Data) -> ending({terminate, norm(Reason), State, Data}).

quiet() -> {reaction, [], {go, keep_state_and_data, a, []}}.

is_new({note, Id, _}) -> get({times, Id}) =:= undefined.

%% How an event is handled for the first time, and how when it comes again.
reaction({note, Id, Reactions} = Note) ->
    Times = case is_new(Note) of true -> 0; false -> get({times, Id}) end,
    put({times, Id}, Times + 1),
    case Times < length(Reactions) of
        true -> lists:nth(Times + 1, Reactions);
        false -> quiet()
    end;
reaction(_) ->
    next_of(infos, quiet()).

moved(Entry, {reaction, Effects, Result}, Data) ->
    said(Entry),
    effects(Effects),
    case Result of
        {go, next_state, Next, Acts} -> {next_state, Next, Data + 1, actions(Acts)};
        {go, keep_state, _, Acts} -> {keep_state, Data + 1, actions(Acts)};
        {go, repeat_state, _, Acts} -> {repeat_state, Data + 1, actions(Acts)};
        {go, Keep, _, Acts} -> {Keep, actions(Acts)};
        {stop_with, Reason} -> {stop, Reason, Data + 1};
        {stop_reply, Reason, Reply} ->
            {stop_and_reply, Reason, [{reply, From, Reply} || From <- kept()], Data + 1};
        {exit_with, Reason} -> exit(Reason);
        crash -> error(crash);
        bad -> bad
    end.

actions(Acts) -> lists:flatmap(fun action/1, Acts).

action({reply_now, Reply}) -> [{reply, From, Reply} || From <- kept()];
action({next_event, call, Note}) -> [{next_event, {call, From}, Note} || From <- kept()];
action({next_event, Type, Note}) -> [{next_event, key(Type), Note}];
action({timer, Key, cancel, _}) -> [{key(Key), cancel}];
action({timer, Key, update, Note}) -> [{key(Key), update, Note}];
action({timer, Key, Time, Note}) -> [{key(Key), time(Time), Note}];
action(Simple) -> [Simple].

key({name, Name}) -> {timeout, Name};
key(Type) -> Type.
