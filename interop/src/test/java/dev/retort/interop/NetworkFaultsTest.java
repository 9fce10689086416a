package dev.retort.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A Retort node, an Erlang node and another Retort node on machines of their own, with wires that
 * fail between them. Both wires have the same fault at the same time.
 */
@Timeout(300)
class NetworkFaultsTest {
  private static final String JAVA = "10.213.0.1";
  private static final String ELIXIR = "10.213.1.2";
  private static final String OTHER = "10.213.2.2";
  private static final String STRONG = "KQZPWMXRTNAVYBHSJFGD";
  private static final int TICK_SECONDS = 6;

  /** What each node needs: a watcher of processes elsewhere, and one who counts messages. */
  private static final String IN_JAVA =
      """
      void watch() {
        register("watcher", self());
        trapExit(true);
        var met = new HashSet<Pid>();
        var told = new TreeMap<String, Integer>();
        while (true) {
          var message = receive();
          if (message instanceof Exit e) {
            told.merge("exit " + inspect(e.reason()) + " " + e.from().node().name(), 1, Integer::sum);
          } else if (message instanceof Down d) {
            told.merge("down " + inspect(d.reason()) + " " + ((Pid) d.object()).node().name(), 1, Integer::sum);
          } else if (message instanceof Tuple t && t.get(0).equals(Atom.of("go"))) {
            send(new Name(Atom.of("watcher"), (Atom) t.get(1)), Tuple.of(Atom.of("meet"), self()));
          } else if (message instanceof Tuple t && t.get(0).equals(Atom.of("meet"))) {
            var pid = (Pid) t.get(1);
            if (met.add(pid)) {
              link(pid);
              monitor(pid);
              send(pid, Tuple.of(Atom.of("meet"), self()));
            }
          } else if (message instanceof Tuple t && t.get(0).equals(Atom.of("told"))) {
            send((Pid) t.get(1), Tuple.of(Atom.of("met"), met.size(), told.toString()));
          }
        }
      }
      long sum(byte[] bytes) {
        var crc = new java.util.zip.CRC32();
        crc.update(bytes);
        return crc.getValue();
      }
      byte[] bytes(Object payload) {
        return payload instanceof String s ? s.getBytes(java.nio.charset.StandardCharsets.UTF_8) : ((Binary) payload).toByteArray();
      }
      void count(long expected, Pid report) {
        register("counter", self());
        send(report, Atom.of("ready"));
        for (long n = 0; n < expected; n++) {
          var t = (Tuple) receive();
          if (!t.get(0).equals(n) || !t.get(1).equals(sum(bytes(t.get(2))))) {
            send(report, "wrong: " + t.get(0) + " instead of " + n);
            return;
          }
        }
        send(report, "all " + expected + " came");
      }
      void number(long many, int large, Atom node) {
        for (long n = 0; n < many; n++) {
          var payload = new byte[n % 20 == 19 ? large : 20];
          new Random(n).nextBytes(payload);
          send(new Name(Atom.of("counter"), node), Tuple.of(n, sum(payload), Binary.of(payload)));
        }
      }
      """;

  private static final String IN_ELIXIR =
      """
      defmodule Faults do
        def watch do
          Process.register(self(), :watcher)
          Process.flag(:trap_exit, true)
          watch(MapSet.new(), %{})
        end
        defp watch(met, told) do
          receive do
            {:EXIT, pid, reason} ->
              watch(met, Map.update(told, "exit #{inspect reason} #{node(pid)}", 1, & &1 + 1))
            {:DOWN, _, :process, pid, reason} ->
              watch(met, Map.update(told, "down #{inspect reason} #{node(pid)}", 1, & &1 + 1))
            {:go, node} -> send({:watcher, node}, {:meet, self()}); watch(met, told)
            {:meet, pid} ->
              if not MapSet.member?(met, pid) do
                Process.link(pid)
                Process.monitor(pid)
                send(pid, {:meet, self()})
              end
              watch(MapSet.put(met, pid), told)
            {:told, pid} ->
              text = Enum.map_join(Enum.sort(told), ", ", fn {k, n} -> "#{k}=#{n}" end)
              send(pid, {:met, MapSet.size(met), "{" <> text <> "}"})
              watch(met, told)
          end
        end
        def count(expected, report) do
          Process.register(self(), :counter)
          send(report, :ready)
          send(report, count(0, expected, expected))
        end
        defp count(n, n, expected), do: "all #{expected} came"
        defp count(n, last, expected) do
          receive do
            {^n, sum, payload} ->
              if :erlang.crc32(payload) == sum, do: count(n + 1, last, expected), else: "wrong sum of #{n}"
            other -> "wrong: #{inspect(elem(other, 0))} instead of #{n}"
          end
        end
        def number(many, large, node) do
          for n <- 0..(many - 1) do
            payload = :rand.bytes(if rem(n, 20) == 19, do: large, else: 20)
            send({:counter, node}, {n, :erlang.crc32(payload), payload})
          end
        end
      end
      """;

  @RegisterExtension final Nodes nodes = new Nodes();

  private Machines machines;
  private Wire toElixir;
  private Wire toOther;
  private String javaMachine;
  private String elixirMachine;
  private Jex java;
  private Iex elixir;
  private Jex other;

  @BeforeEach
  void startOnThreeMachines() throws Exception {
    Machines.required();
    machines = new Machines();
    javaMachine = machines.add("java");
    elixirMachine = machines.add("elixir");
    var otherMachine = machines.add("other");
    toElixir = machines.wire(javaMachine, JAVA, elixirMachine, ELIXIR);
    toOther = machines.wire(javaMachine, JAVA, otherMachine, OTHER);
    java =
        nodes
            .behind(Machines.on(javaMachine))
            .jex("java", flags("java", JAVA, "--interface", JAVA));
    elixir =
        nodes
            .behind(Machines.on(elixirMachine))
            .iex(
                "elixir", flags("elixir", ELIXIR, "--erl", "-kernel net_ticktime " + TICK_SECONDS));
    other =
        nodes
            .behind(Machines.on(otherMachine))
            .jex("other", flags("other", OTHER, "--interface", OTHER, "--hidden"));
    for (var jvm : List.of(java, other)) {
      jvm.run(IN_JAVA.strip());
    }
    elixir.run(IN_ELIXIR.strip());
  }

  private String[] flags(String role, String address, String... more) {
    var flags = new ArrayList<>(List.of("--name", nodes.name(role) + "@" + address));
    flags.addAll(List.of("--cookie", STRONG));
    if (!List.of(more).contains("--erl")) {
      flags.addAll(List.of("--net-ticktime", Integer.toString(TICK_SECONDS)));
    }
    flags.addAll(List.of(more));
    return flags.toArray(String[]::new);
  }

  @AfterEach
  void removeTheMachines() throws IOException {
    if (machines != null) {
      machines.close();
    }
  }

  @Test
  void wiresFailAndNothingElse() throws Exception {
    strangersAreRefused();
    slowAndLossyWiresLoseAndReorderNothing();
    cutWiresAreNoticedOnBothSides();
  }

  // ---- callers of other machines

  private void strangersAreRefused() throws Exception {
    var open = nodes.behind(Machines.on(javaMachine));
    var local = open.jex("local", "--name", nodes.name("local") + "@" + JAVA, "--port", "9999");
    local.value("1");
    elixir.value("Node.connect(" + local.atom() + ")");
    local.await(
        Pattern.compile(
            "connection attempt from .*"
                + Pattern.quote(ELIXIR)
                + ".* is rejected: this node takes calls of its own machine only"));
    assertThat(local.value("Node.list()")).isEqualTo("[]");
    local.kill();
    var weak =
        open.run(
            Nodes.HOME.resolve("jex").toString(),
            "--name",
            nodes.name("weak") + "@" + JAVA,
            "--interface",
            JAVA,
            "--cookie",
            "secret");
    weak.await("the cookie could be guessed");
    assertThat(weak.exitStatus()).isNotZero();
  }

  // ---- slow and lossy

  private void slowAndLossyWiresLoseAndReorderNothing() throws Exception {
    for (var wire : List.of(toElixir, toOther)) {
      wire.has(new Wire.Faults(Duration.ofMillis(5), Duration.ofMillis(3), 1, 10));
    }
    int many = 300;
    int large = 150_000;
    // who counts: from both machines to java in turn, from java to both at once
    startCounter(elixir, many);
    startCounter(other, many);
    startCounter(java, many);
    java.run(number(java, many, large, elixir.node()));
    java.run(number(java, many, large, other.node()));
    elixir.run("spawn(fn -> Faults.number(" + many + ", " + large + ", " + java.atom() + ") end)");
    awaitCount(elixir, many);
    awaitCount(other, many);
    awaitCount(java, many);
    startCounter(java, many);
    other.run(number(other, many, large, java.node()));
    awaitCount(java, many);
    for (var wire : List.of(toElixir, toOther)) {
      wire.has(new Wire.Faults(Duration.ZERO, Duration.ZERO, 0, 0));
    }
  }

  private static String number(Jex from, int many, int large, String to) {
    return "spawn(() -> number(" + many + ", " + large + ", Atom.of(\"" + to + "\")))";
  }

  private static void startCounter(Shell shell, int many) {
    if (shell instanceof Iex) {
      shell.run("me = self()");
      shell.run("spawn(fn -> Faults.count(" + many + ", me) end)");
      assertThat(shell.value("receive do m -> m end")).isEqualTo(":ready");
    } else {
      shell.run("var me = self()");
      shell.run("spawn(() -> count(" + many + ", me))");
      assertThat(shell.value("receive()")).isEqualTo(":ready");
    }
  }

  private static void awaitCount(Shell shell, int many) {
    var came = shell instanceof Iex ? "receive do m -> m end" : "receive()";
    assertThat(shell.value(came, Duration.ofSeconds(60))).isEqualTo("\"all " + many + " came\"");
  }

  // ---- cut

  private void cutWiresAreNoticedOnBothSides() throws Exception {
    for (var shell : List.of(java, other)) {
      shell.run("spawn(() -> watch())");
      shell.run("while (whereis(\"watcher\") == null) { Thread.yield(); }");
    }
    elixir.run("spawn(fn -> Faults.watch() end)");
    for (var peer : List.of(elixir, other)) {
      java.run("send(\"watcher\", Tuple.of(Atom.of(\"go\"), Atom.of(\"" + peer.node() + "\")))");
    }
    awaitWatcher(java, "{:met, 2, \"{}\"}");
    awaitWatcher(elixir, "{:met, 1, \"{}\"}");
    awaitWatcher(other, "{:met, 1, \"{}\"}");

    long cut = System.nanoTime();
    toElixir.cut();
    toOther.cut();
    var noticed = new ArrayList<CompletableFuture<Long>>();
    noticed.add(noticed(java, 2, elixir.node(), other.node()));
    noticed.add(noticed(elixir, 1, java.node()));
    noticed.add(noticed(other, 1, java.node()));
    for (var each : noticed) {
      var seconds = Duration.ofNanos(each.get() - cut).toSeconds();
      // net_ticktime and a quarter, and what a busy machine and the question need
      assertThat(seconds).isLessThan(4 * TICK_SECONDS);
    }
    assertThat(java.value("Node.list()")).isEqualTo("[]");

    // what was under way comes late, and to nobody
    toElixir.mend();
    toOther.mend();
    assertThat(elixir.value("Node.connect(" + java.atom() + ")")).isEqualTo("true");
    assertThat(java.value("Node.connect(\"" + other.node() + "\")")).isEqualTo("true");
    awaitWatcher(java, told(2, elixir.node(), other.node()));
    awaitWatcher(elixir, told(1, java.node()));
    awaitWatcher(other, told(1, java.node()));
  }

  private static CompletableFuture<Long> noticed(Shell shell, int met, String... lost) {
    return CompletableFuture.supplyAsync(
        () -> {
          awaitWatcher(shell, told(met, lost));
          return System.nanoTime();
        },
        task -> Thread.ofVirtual().start(task));
  }

  /** One exit and one DOWN for each lost node. */
  private static String told(int met, String... lost) {
    var told = new ArrayList<String>();
    for (var kind : List.of("down", "exit")) {
      for (var node : lost) {
        told.add(kind + " :noconnection " + node + "=1");
      }
    }
    return "{:met, " + met + ", \"{" + String.join(", ", told) + "}\"}";
  }

  private static void awaitWatcher(Shell shell, String expected) {
    var question =
        shell instanceof Iex
            ? "(send(:watcher, {:told, self()}); receive do m -> m end)"
            : "((java.util.function.Supplier<Object>) () -> { send(\"watcher\", Tuple.of(Atom.of(\"told\"), self())); return receive(); }).get()";
    long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    String answer;
    do {
      answer = shell.value(question);
    } while (!answer.equals(expected) && System.nanoTime() < deadline);
    assertThat(answer).isEqualTo(expected);
  }
}
