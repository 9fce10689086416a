B = 'b@127.0.0.3',
Get = fun(Match) -> receive Message when element(Match, Message) =/= none -> Message after 10000 -> halt(2) end end,
Echo = fun Loop() -> receive {From, Said} when is_pid(From) -> From ! {self(), Said}, Loop(); {die, Why} -> exit(Why) end end,
Said = fun(To, What) -> To ! {self(), What}, receive {To, What} -> ok after 10000 -> halt(3) end end,
process_flag(trap_exit, true),

%% A question to net_kernel: monitors by name and their end, messages to names.
pong = net_adm:ping(B),
NoOne = monitor(process, {nobody, B}),
{'DOWN', NoOne, process, {nobody, B}, noproc} = Get(1),

%% Processes that are started there, and one that is not.
First = spawn_request(B, Echo, [link, monitor]),
{spawn_reply, First, ok, One} = Get(1),
One ! {die, {golden, "reason"}},
{'EXIT', One, {golden, "reason"}} = receive {'EXIT', _, _} = Exit -> Exit end,
{'DOWN', First, process, One, {golden, "reason"}} = receive {'DOWN', _, _, _, _} = Down -> Down end,
Bad = spawn_request(B, erlang, self, [], [{priority, none}]),
{spawn_reply, Bad, error, badopt} = Get(1),

%% Links, made and taken back; a group leader; exit signals.
Two = spawn(B, Echo),
link(Two), unlink(Two), Said(Two, unlinked),
group_leader(group_leader(), Two),
Watch = monitor(process, Two),
exit(Two, kill),
{'DOWN', Watch, process, Two, killed} = Get(1),
link(Two), {'EXIT', Two, noproc} = Get(1),
Linked = spawn(fun() -> link(spawn(B, Echo)), exit({golden, away}) end),
Away = monitor(process, Linked), {'DOWN', Away, _, _, _} = Get(1),

%% A call, which is answered to an alias.
[_ | _] = supervisor:count_children({kernel_sup, B}),

%% Terms of every kind.
Three = spawn(B, Echo),
{ok, Port} = gen_udp:open(0, [{ip, {127, 0, 0, 1}}]),
Captured = {captured, 1},
[ok = Said(Three, Term) || Term <- [
    {0, 255, 256, -1, 1 bsl 31, -(1 bsl 31) - 1, 1 bsl 64, -(1 bsl 2100)},
    [1.5, -0.0, 1.0e308],
    [atom, '', 'with blank', 'häß', '日本', list_to_atom(lists:duplicate(255, $x)), list_to_atom(lists:duplicate(255, 26085))],
    [[], "text", [300], [1 | 2], lists:seq(1, 300) ++ tail],
    [<<>>, <<"binary">>, <<5:3>>, <<1, 2:7>>],
    [#{}, #{a => 1}, maps:from_list([{K, K} || K <- lists:seq(1, 40)]), #{#{} => [#{x => y}]}],
    [self(), Three, make_ref(), alias(), Port],
    [fun lists:map/2, fun() -> Captured end],
    list_to_tuple(lists:seq(1, 300))]],

%% Longer than a fragment.
ok = Said(Three, binary:copy(<<7>>, 150000)),

%% Traced with a token.
seq_trace:set_token(label, 17), seq_trace:set_token(send, true),
ok = Said(Three, traced),
{nobody, B} ! traced,
Traced = spawn_request(B, Echo, [link]),
{spawn_reply, Traced, ok, Four} = Get(1),
[_ | _] = supervisor:count_children({kernel_sup, B}),
Four ! {die, traced},
{'EXIT', Four, traced} = Get(1),
exit(Three, traced),
seq_trace:set_token([]),

%% Priority messages, since OTP 28.
case list_to_integer(erlang:system_info(otp_release)) >= 28 of
  true ->
    Asked = spawn(B, fun() ->
      Alias = erlang:apply(erlang, alias, [[priority]]),
      receive {From, alias} -> From ! {self(), Alias} end,
      receive {From, now} -> From ! {self(), now} end,
      Again = erlang:apply(erlang, alias, [[priority]]),
      From ! {self(), Again},
      receive never -> ok end
    end),
    Asked ! {self(), alias},
    {Asked, Alias} = Get(1),
    erlang:apply(erlang, send, [Alias, {self(), now}, [priority]]),
    {Asked, now} = Get(1),
    {Asked, Again} = Get(1),
    Last = monitor(process, Asked),
    erlang:apply(erlang, exit, [Again, urgent, [priority]]),
    {'DOWN', Last, process, Asked, urgent} = Get(1);
  false -> ok
end,
pong = net_adm:ping(B),
erlang:halt(0).
