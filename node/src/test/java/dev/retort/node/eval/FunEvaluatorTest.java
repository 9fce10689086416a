package dev.retort.node.eval;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Erlang's expressions mean here what they mean in a real Erlang. */
class FunEvaluatorTest {
  /** Blocks of expressions under a heading, {@code % heading}, one expression a line. */
  private static final String EXPRESSIONS =
      """
      % literals
      {1, -2, 123456789012345678901234567890, 1.5, atom, 'quoted atom', "text", $a, [], {}, #{}}
      <<"bytes", 1, 2:3>>
      [true, false, undefined, nil | tail]
      {<<"é"/utf8>>, <<255>>, <<>>}
      Bound
      % arithmetic
      {7 div 2, -7 div 2, 7 rem -2, -7 rem 2, 7 / 2, 2 * 3.0, 1 + 2.5}
      9223372036854775807 + 1
      -9223372036854775808 - 1
      9223372036854775807 * 9223372036854775807
      (1 bsl 100) bsr 98
      {5 band 3, 5 bor 3, 5 bxor 3, bnot 5, 1 bsl 3, -8 bsr 1, 1 bsl -1}
      -(1 bsl 64) div 3
      {+ 1, - 1.0, -(-9223372036854775808)}
      1 / 0
      1 div 0
      a + 1
      1.0e308 * 10
      [] - 1
      1 bsl a
      not 1
      {true and false, true or false, true xor true, not true}
      true and 1
      % comparison
      {1 == 1.0, 1 =:= 1.0, 1 /= 1.0, 1 =/= 1.0, 1 < 1.5, a < b, 1 < a}
      [X || X <- lists:sort([b, 1, {}, [], #{}, "a", <<"b">>, 2.0, a, {1}, #{a => 1}, [1|2], <<1:1>>, 1.5])]
      {[1, 2] < [1, 2, 3], {1, 2} < {0, 0, 0}, #{a => 1} < #{b => 0}, <<1, 2>> < <<1, 3>>, [a|b] < [a]}
      {#{1 => a} == #{1.0 => a}, #{a => 1} == #{a => 1.0}, [1] == [1.0], {1} == {1.0}}
      {9007199254740993 == 9007199254740992.0, 1 bsl 70 > 1.0e20, 123456789012345678901234567890 < 1.0e30}
      {a andalso b, c}
      {true andalso 1, false andalso 1, true orelse 1, false orelse 1}
      1 andalso true
      1 orelse true
      % matching
      begin {X, [Y | Z], #{k := V}} = {1, [2, 3], #{k => 4, l => 5}}, {X, Y, Z, V} end
      begin X = 1, X = 2 end
      begin {A, A} = {1, 2} end
      {ok, _} = error
      begin "abc" ++ T = "abcdef", T end
      begin {A = {B, _}, C} = {{1, 2}, 3}, {A, B, C} end
      begin [] = [1] end
      begin #{a := 1} = #{a => 2} end
      begin -1 = -1, 1.0 = 1.0, $a = 97 end
      begin K = key, #{K := W} = #{key => w}, W end
      % case, if and guards
      case {1, 2} of {X, Y} when X > Y -> gt; {X, Y} when X < Y, is_integer(X) -> {lt, Y} end
      case 5 of 1 -> a; _ when false -> b end
      case [] of [_|_] -> a; [] -> b end
      case a of X when hd(X) =:= 1 -> b; X -> X end
      case 1 of X when X > 0; hd(X) -> yes end
      case 1 of X when hd(X); X > 0 -> yes end
      if 1 > 2 -> a; true -> b end
      if 1 > 2 -> a end
      begin case 1 of 1 -> Y = a; 2 -> Y = b end, Y end
      [if X rem 2 == 0 -> even; true -> odd end || X <- [1, 2, 3]]
      case {1, 2.0, "a", <<>>, a, {}, #{}, fun() -> 1 end} of {A, B, C, D, E, F, G, H} when is_integer(A), is_float(B), is_list(C), is_binary(D), is_atom(E), is_tuple(F), is_map(G), is_function(H, 0), is_number(A) -> ok end
      case #{a => 1} of M when map_get(a, M) == 1, is_map_key(a, M), map_size(M) == 1 -> ok end
      case {a, b} of T when element(1, T) == a, tuple_size(T) == 2, size(T) == 2 -> ok end
      case <<1, 2, 3>> of B when byte_size(B) == 3, bit_size(B) == 24 -> ok end
      case true of X when X -> on; _ -> off end
      % lists and bitstrings
      [X * 2 || X <- [1, 2, 3], X > 1]
      [{X, Y} || X <- [1, 2], Y <- [a, b], X < 2 orelse Y == b]
      [X || {ok, X} <- [{ok, 1}, error, {ok, 2}]]
      [X || X <- a]
      [X || X <- [1 | 2]]
      [X || X <- [1, 2], foo]
      [X || X <- [1, 2], hd(X) == 1]
      [X || <<X>> <= <<1, 2, 3>>]
      [{A, B} || <<A:4, B:4>> <= <<16#12, 16#34, 5:4>>]
      [X || <<1, X>> <= <<1, 2, 3, 4, 1, 5>>]
      << <<(X * 2)>> || X <- [1, 2, 3] >>
      << <<X:4>> || <<X:8>> <= <<1, 2, 3>> >>
      << a || _ <- [1] >>
      [begin Y = X + 1, Y end || X <- [1, 2, 3]]
      begin X = 5, L = [X || X <- [1, 2]], {X, L} end
      begin Y = 2, [Y || Y <- [1], Y == 1] ++ [Y] end
      [1, 2, 3] ++ [4 | 5]
      [1, 2, 3, 2, 1] -- [2, 1, 7]
      a ++ []
      [1 | 2] ++ []
      [] ++ a
      [1, 2] -- a
      % binaries
      <<1:16/little, -1:8/signed, 1.5:32/float, "ab"/utf16, 16#1F600/utf8, 3:2, 1:6>>
      <<1.0/float, 1:64/float, 1.5:16/float>>
      <<"abc":16>>
      begin B = <<1, 2, 3>>, <<B/binary, B:2/binary, (bit_size(B))>> end
      <<a>>
      <<1.0>>
      <<256, -1, 1000:4>>
      <<(<<1:3>>)/binary>>
      <<(<<1:3>>)/bitstring, 1:5>>
      <<1:a>>
      <<1:(-1)>>
      <<1114112/utf8>>
      begin <<A:16/little-signed, B:4, C/bitstring>> = <<254, 255, 16#ab, 1>>, {A, B, C} end
      begin <<N, S:N/binary, R/binary>> = <<2, "abcd">>, {S, R} end
      begin <<A/float, B:32/float-little>> = <<1.5/float, 2.5:32/float-little>>, {A, B} end
      begin <<A/utf8, B/utf16, C/utf32-little>> = <<"é"/utf8, "é"/utf16, "é"/utf32-little>>, {A, B, C} end
      begin <<"ab", X, _/binary>> = <<"abc">>, X end
      begin <<"ab", _/binary>> = <<"xbc">> end
      begin <<X:3, Y:5>> = <<255>>, {X, Y} end
      begin <<X:12/little, Y:4/little>> = <<16#12, 16#34>>, {X, Y} end
      begin <<X:12/little-signed, _:4>> = <<16#12, 16#f4>>, X end
      begin <<_:4, X:16, _/bits>> = <<16#12345678:32>>, X end
      begin <<X>> = <<1, 2>> end
      begin <<_/utf8>> = <<255>> end
      begin <<X:2/unit:8, _/binary>> = <<1, 2, 3>>, X end
      begin <<1:8/float>> = <<1>> end
      case <<1, 2>> of <<X, X>> -> same; <<X, Y>> -> {X, Y} end
      % maps
      #{a => 1, b => 2, a => 3}
      (#{a => 1})#{a := 2, c => 3}
      (#{a => 1})#{b := 2}
      (not_map)#{b => 2}
      #{1 => int, 1.0 => float}
      begin #{{a, 1} := X} = #{{a, 1} => y}, X end
      maps:to_list(#{c => 3, a => 1, b => 2, 1 => x, 1.0 => y})
      % functions
      begin F = fun(X) when X > 0 -> pos; (0) -> zero end, {F(1), F(0)} end
      (fun(X) when X > 0 -> pos end)(-1)
      begin F = fun(A, B) -> A + B end, F(1, 2) end
      begin Fac = fun F(0) -> 1; F(N) -> N * F(N - 1) end, Fac(30) end
      begin Count = fun C(0, S) -> S; C(N, S) -> C(N - 1, S + N) end, Count(100000, 0) end
      begin X = 1, F = fun(X) -> X * 10 end, {F(2), X} end
      begin X = 3, F = fun() -> X end, F() end
      begin F = fun(X) -> fun(Y) -> X + Y + element(2, Bound) end end, (F(1))(2) end
      begin F = fun lists:map/2, F(fun(X) -> X + 1 end, [1, 2]) end
      begin M = lists, F = reverse, M:F([1, 2, 3]) end
      apply(lists, sum, [[1, 2, 3]])
      apply(fun(A, B) -> A - B end, [5, 3])
      (a)(1)
      ({lists, map})(1)
      nosuch:function(1)
      lists:nosuch(1)
      1:foo()
      begin N = 2, F = fun(N, <<B:N/binary, _/binary>>) -> {N, B} end, F(1, <<"abc">>) end
      begin F = fun({_, X}, [X | _]) -> X; (_, _) -> other end, {F({a, 1}, [1]), F({a, 1}, [2])} end
      begin F = fun erlang:length/1, F([1, 2]) end
      % exceptions
      catch throw(x)
      catch exit(x)
      begin {'EXIT', {badarith, _}} = (catch 1 + a), ok end
      try throw(x) catch X -> {caught, X} end
      try exit(x) catch exit:X -> {caught, X} end
      try error(x) catch error:X:S -> {caught, X, is_list(S)} end
      try 1 of 1 -> one catch _:_ -> no end
      try 1 of 2 -> one catch _:_ -> no end
      try error(x) catch exit:_ -> no end
      try throw(x) after self() ! done end
      try ok after throw(y) end
      try throw(x) catch throw:x -> receive after 0 -> timeout end after ok end
      try begin self() ! a, throw(b) end catch throw:Y -> receive Z -> {Y, Z} end end
      try (fun() -> hd([]) end)() catch C:R -> {C, R} end
      error(reason)
      throw({a, b})
      exit(normal)
      erlang:raise(exit, x, [])
      % messages
      begin self() ! 1, self() ! {a, 2}, self() ! 3, A = receive {a, X} -> X end, B = receive Y -> Y end, C = receive Z -> Z end, {A, B, C} end
      receive x -> y after 10 -> timeout end
      receive after 0 -> now end
      receive after a -> now end
      begin self() ! 5, receive X when X > 10 -> big after 0 -> none end end
      begin S = self(), P = spawn(fun() -> receive {From, X} -> From ! {self(), X * 2} end end), P ! {S, 21}, receive {P, Y} -> Y end end
      begin {_, M} = spawn_monitor(fun() -> exit(why) end), receive {'DOWN', M, process, _, R} -> R end end
      begin process_flag(trap_exit, true), P = spawn_link(fun() -> exit(why) end), receive {'EXIT', P, R} -> R end end
      begin L = fun L(N) -> receive {get, F} -> F ! {n, N}, L(N); stop -> N; I -> L(N + I) end end, S = self(), P = spawn(fun() -> L(0) end), [P ! I || I <- lists:seq(1, 100)], P ! {get, S}, receive {n, N} -> P ! stop, N end end
      begin R = make_ref(), self() ! {other, 1}, self() ! {R, 2}, receive {R, X} -> X end end
      nosuchname ! hello
      begin put(a, 1), {put(a, 2), get(a), erase(a), get(a)} end
      begin register(me_too, self()), X = whereis(me_too) =:= self(), unregister(me_too), {X, whereis(me_too)} end
      begin register(x, a) end
      begin R = monitor(process, spawn(fun() -> ok end)), receive {'DOWN', R, _, _, _} -> demonitor(R, [flush]) end end
      begin T = erlang:send_after(1, self(), hi), receive hi -> erlang:cancel_timer(T) end end
      is_process_alive(self())
      % conversions
      {atom_to_list(abc), list_to_atom("x y"), atom_to_binary(é), binary_to_atom(<<"b">>)}
      {integer_to_list(-12), integer_to_list(255, 16), list_to_integer("+7"), list_to_integer("ff", 16), integer_to_binary(1 bsl 70), binary_to_integer(<<"-5">>)}
      list_to_integer("1x")
      {float_to_list(1.5), float_to_list(0.1, [short]), float_to_list(2.345, [{decimals, 2}]), float_to_list(2.50, [{decimals, 4}, compact]), float_to_binary(1.0e100), list_to_float("1.5e3")}
      [float_to_list(F, [short]) || F <- [0.0, 1.0, 100.0, 1.0e22, 1.0e-7, 123456.789, 1.0e16]]
      list_to_float("1")
      {tuple_to_list({1, 2}), list_to_tuple([a, b]), binary_to_list(<<"ab">>), list_to_binary([1, "b", <<"c">>, [2]]), iolist_to_binary(["a" | <<"b">>])}
      list_to_binary([a])
      list_to_binary(a)
      {trunc(2.7), round(2.5), round(-2.5), trunc(-2.7), ceil(2.1), floor(-2.1), abs(-3), float(2)}
      {element(2, {a, b}), setelement(1, {a, b}, c), hd([1, 2]), tl([1, 2]), length([1, 2])}
      element(3, {a, b})
      element(0, {a, b})
      hd([])
      length([1 | 2])
      tuple_size(a)
      binary_to_term(term_to_binary({a, [1, 2.5, <<"x">>], #{b => c}}))
      {split_binary(<<"abcd">>, 1), binary_part(<<"abcd">>, 1, 2), binary_part(<<"abcd">>, 4, -2)}
      {max(1, 2), min(a, 1), max(1, 1.0), is_function(fun(_) -> 1 end, 1)}
      {erlang:append_element({a}, b), erlang:make_tuple(2, x), erlang:delete_element(1, {a, b}), erlang:insert_element(1, {b}, a)}
      % libraries
      {lists:map(fun(X) -> X * X end, [1, 2, 3]), lists:foldl(fun(X, A) -> X - A end, 0, [1, 2, 3]), lists:foldr(fun(X, A) -> X - A end, 0, [1, 2, 3]), lists:filter(fun(X) -> X > 1 end, [1, 2, 3])}
      {lists:seq(1, 5), lists:seq(5, 1, -2), lists:seq(1, 0), lists:reverse([1, 2], [3]), lists:sum([1, 2.5]), lists:max([1, 3, 2]), lists:nth(2, [a, b])}
      {lists:keyfind(b, 1, [{a, 1}, {b, 2}]), lists:keyfind(c, 1, []), lists:keysort(2, [{a, 2}, {b, 1}]), lists:keydelete(a, 1, [{a, 1}, {b, 2}]), lists:keystore(c, 1, [{a, 1}], {c, 3}), lists:keytake(a, 1, [{a, 1}])}
      {lists:sort(fun(A, B) -> A >= B end, [1, 3, 2]), lists:usort([3, 1, 1, 2]), lists:member(1, [1]), lists:append([[1], [2, 3]]), lists:flatten([1, [2, [3]], []]), lists:zip([1, 2], [a, b]), lists:unzip([{1, a}, {2, b}])}
      {lists:partition(fun(X) -> X > 1 end, [1, 2, 3]), lists:splitwith(fun(X) -> X < 2 end, [1, 2, 1]), lists:takewhile(fun erlang:is_atom/1, [a, 1]), lists:dropwhile(fun erlang:is_atom/1, [a, 1]), lists:mapfoldl(fun(X, S) -> {X * 2, S + X} end, 0, [1, 2])}
      {lists:split(1, [a, b]), lists:sublist([1, 2, 3], 2), lists:sublist([1, 2, 3], 2, 2), lists:nthtail(1, [1, 2]), lists:last([1, 2]), lists:droplast([1, 2]), lists:duplicate(2, x), lists:delete(1, [1, 2, 1]), lists:concat([a, 1, "b", 2.5]), lists:join(x, [1, 2])}
      {lists:any(fun erlang:is_atom/1, [1, a]), lists:all(fun erlang:is_atom/1, [1, a]), lists:flatmap(fun(X) -> [X, X] end, [1, 2]), lists:zipwith(fun(A, B) -> A + B end, [1], [2]), lists:prefix("a", "ab"), lists:suffix("b", "ab"), lists:foreach(fun(_) -> x end, [1])}
      {maps:get(a, #{a => 1}), maps:get(b, #{}, d), maps:find(a, #{a => 1}), maps:find(b, #{}), maps:put(a, 1, #{}), maps:remove(a, #{a => 1}), maps:keys(#{b => 1, a => 2}), maps:values(#{b => 1, a => 2}), maps:merge(#{a => 1}, #{a => 2})}
      maps:get(b, #{})
      maps:get(b, a)
      {maps:map(fun(_, V) -> V + 1 end, #{a => 1}), maps:fold(fun(K, V, A) -> [{K, V} | A] end, [], #{a => 1, b => 2}), maps:filter(fun(_, V) -> V > 1 end, #{a => 1, b => 2}), maps:from_list([{a, 1}]), maps:with([a], #{a => 1, b => 2}), maps:without([a], #{a => 1, b => 2}), maps:update_with(a, fun(V) -> V * 2 end, #{a => 4}), maps:is_key(a, #{}), maps:size(#{})}
      [lists:flatten(io_lib:format(F, A)) || {F, A} <- [{"~p ~w ~s~n", [[1, 2], "ab", "cd"]}, {"~p", ["text"]}, {"~w", [<<"ab">>]}, {"~p", [<<"ab">>]}, {"~p", [{a, 'B c', #{k => "v"}}]}, {"~b ~.16b ~c", [10, 255, $x]}, {"~5w|~-5w|~5..0w", [1, 2, 3]}, {"~.2f ~e ~g", [2.345, 1.5, 0.5]}, {"~~~s", [atom]}, {"~10s|~-10s|", ["abc", "abc"]}, {"~3s", ["abcdef"]}, {"~p", [1.0e22]}, {"~i~w", [a, b]}]]
      io_lib:format("~w", [])
      io_lib:format("~w", [1, 2])
      {binary:split(<<"a,b,c">>, <<",">>), binary:split(<<"a,b,c">>, <<",">>, [global]), binary:match(<<"abc">>, <<"c">>), binary:match(<<"abc">>, <<"x">>), binary:at(<<"abc">>, 1), binary:copy(<<"a">>, 3)}
      {string:uppercase("abc"), string:length("abc"), string:split("a b c", " "), string:join(["a", "b"], ", "), string:trim("  a "), unicode:characters_to_binary("é")}
      """;

  @TestFactory
  List<DynamicTest> meansWhatItMeansInErlang() {
    var tests = new ArrayList<DynamicTest>();
    for (var block : EXPRESSIONS.split("(?m)^% ")) {
      var lines = block.lines().toList();
      if (lines.size() > 1) {
        var sources = lines.subList(1, lines.size());
        tests.add(DynamicTest.dynamicTest(lines.getFirst(), () -> Evaluated.sameAsErlang(sources)));
      }
    }
    assertThat(tests).isNotEmpty();
    return tests;
  }
}
