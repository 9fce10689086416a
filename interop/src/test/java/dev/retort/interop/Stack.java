package dev.retort.interop;

/**
 * The stack of Elixir's GenServer documentation, as it is typed into a Java and an Elixir shell.
 */
final class Stack {
  private Stack() {}

  private static final String IN_JAVA =
      """
      final class Stack implements GenServer<List<String>> {
        record Pop() implements Call<String> {}
        record Push(String element) {}
        public List<String> init() { return List.of("hello", "world"); }
        public Step<List<String>> handleCall(Call<?> request, From from, List<String> stack) {
          return switch (request) {
            case Pop pop -> pop.reply(stack.getFirst(), stack.subList(1, stack.size()));
            default -> GenServer.unknown(request);
          };
        }
        public Step<List<String>> handleCast(Object message, List<String> stack) {
          if (message instanceof Push(String element)) {
            var grown = new ArrayList<>(stack);
            grown.addFirst(element);
            return GenServer.noReply(List.copyOf(grown));
          }
          return GenServer.noReply(stack);
        }
      }
      """;

  private static final String IN_ELIXIR =
      """
      defmodule Stack do
        use GenServer
        def init(stack), do: {:ok, stack}
        def handle_call(:pop, _from, [top | rest]), do: {:reply, top, rest}
        def handle_cast({:push, element}, stack), do: {:noreply, [element | stack]}
      end
      """;

  /** Starts it under the name {@code stack}. */
  static void start(Jex java) {
    java.run(IN_JAVA.strip());
    java.run("GenServer.start(Stack::new, GenServer.name(\"stack\"))");
  }

  /** Starts it under the name {@code :stack}, in place of one that has it. */
  static void start(Iex elixir) {
    elixir.run(IN_ELIXIR.strip());
    elixir.run("if Process.whereis(:stack), do: GenServer.stop(:stack)");
    elixir.run("GenServer.start(Stack, [\"hello\", \"world\"], name: :stack)");
  }
}
