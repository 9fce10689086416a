%% The side of dev.retort.interop.ErlangInterpreter that its users share.
-module(interpreter).
-export([serve/1, load/1]).

%% Answers what comes in on standard input with what Run makes of it, until it ends.
serve(Run) ->
    Port = open_port({fd, 0, 1}, [binary, {packet, 4}, eof]),
    serve(Port, Run).

serve(Port, Run) ->
    receive
        {Port, {data, Bytes}} ->
            Self = self(),
            {Driver, Monitor} =
                spawn_monitor(fun() -> Self ! {self(), Run(binary_to_term(Bytes))} end),
            Answer =
                receive
                    {Driver, Outcomes} ->
                        demonitor(Monitor, [flush]),
                        {ok, Outcomes};
                    {'DOWN', Monitor, process, Driver, Reason} ->
                        {error, iolist_to_binary(io_lib:format("~p", [Reason]))}
                end,
            port_command(Port, term_to_binary(Answer)),
            serve(Port, Run);
        {Port, eof} ->
            halt()
    end.

%% Loads the code of applications. Else whoever needs a module first waits for the code server, which
%% has no priority, and is not done when a driver of lower priority runs.
load(Applications) ->
    [
        begin
            {ok, Modules} = application:get_key(Application, modules),
            code:ensure_modules_loaded(Modules)
        end
     || Application <- Applications
    ].
