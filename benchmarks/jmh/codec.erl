%% BEAM's side of CodecBenchmark.java: the same terms, in nanoseconds for one, median of five.
-module(codec).
-export([main/0]).

main() ->
    [figure(Name, term(Name)) || Name <- [hello, call, integers, users, binary]],
    halt().

term(hello) ->
    {hello, <<"John">>};
term(call) ->
    {'$gen_call', {<<"who asks">>, 1}, {transfer, <<"from">>, <<"to">>, 12345678901, 0.25}};
term(integers) ->
    [I * I || I <- lists:seq(0, 999)];
term(users) ->
    [user(integer_to_binary(I), I) || I <- lists:seq(0, 99)];
term(binary) ->
    rand:bytes(64 * 1024).

user(Text, I) ->
    #{
        <<"id">> => I,
        <<"name">> => <<"user ", Text/binary>>,
        <<"mail">> => <<"user", Text/binary, "@example.org">>,
        <<"tags">> => [admin, staff]
    }.

figure(Name, Term) ->
    Bytes = term_to_binary(Term),
    io:format("~s,encode,~.1f~n", [Name, median(fun() -> term_to_binary(Term) end)]),
    io:format("~s,decode,~.1f~n", [Name, median(fun() -> binary_to_term(Bytes) end)]).

median(Fun) ->
    Times = calibrate(Fun, 1),
    measure(Fun, Times),
    lists:nth(3, lists:sort([measure(Fun, Times) / Times || _ <- lists:seq(1, 5)])).

%% So many that they take half a second.
calibrate(Fun, Times) ->
    case measure(Fun, Times) of
        Nanos when Nanos > 500_000_000 -> Times;
        _ -> calibrate(Fun, 2 * Times)
    end.

measure(Fun, Times) ->
    Start = erlang:monotonic_time(nanosecond),
    repeat(Fun, Times),
    erlang:monotonic_time(nanosecond) - Start.

repeat(_Fun, 0) -> ok;
repeat(Fun, Times) ->
    Fun(),
    repeat(Fun, Times - 1).
