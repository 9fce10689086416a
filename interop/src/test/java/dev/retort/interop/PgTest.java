package dev.retort.interop;

import static dev.retort.Kernel.receive;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.retort.Kernel;
import dev.retort.Node;
import dev.retort.NodeOptions;
import dev.retort.Pg;
import dev.retort.term.Atom;
import dev.retort.term.Pid;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code :pg} of a real Elixir node and ours are one. */
class PgTest {
  @RegisterExtension final Nodes nodes = new Nodes();

  private Node java;
  private Iex elixir;

  @BeforeEach
  void start() throws IOException {
    java = Node.start(NodeOptions.shortName(nodes.name("java")).withCookie(nodes.cookie()));
    Pg.start("pg");
    elixir = nodes.iex("elixir");
    elixir.run("java = " + java.name() + "; {:ok, _} = :pg.start(:pg)");
    elixir.run("theirs = spawn(fn -> Process.sleep(:infinity) end)");
  }

  @AfterEach
  void stop() {
    java.close();
  }

  private void awaitElixir(String expression, String value) {
    await().until(() -> elixir.value(expression).equals(value));
  }

  private Pid waiting() {
    return java.spawn(() -> receive());
  }

  @Test
  void groupsAreKnownOnBothSides() {
    var ours = waiting();
    Pg.join(Atom.of("early"), ours);
    elixir.run(":pg.join(:early, theirs)");
    assertThat(elixir.value("Node.connect(java)")).isEqualTo("true");
    awaitElixir("length(:pg.get_members(:early))", "2");
    await().until(() -> Pg.getMembers(Atom.of("early")).size() == 2);
    assertThat(Pg.getLocalMembers(Atom.of("early"))).containsExactly(ours);
    elixir.run(":pg.join(\"late\", [theirs, theirs])");
    await().until(() -> Pg.getMembers("late").size() == 2);
    Pg.join("late", ours);
    awaitElixir("for pid <- :pg.get_members(\"late\"), node(pid) == java, do: :java", "[:java]");
    elixir.run(":pg.leave(\"late\", theirs)");
    await().until(() -> Pg.getMembers("late").size() == 2);
    assertThat(Pg.leave("late", ours)).isTrue();
    awaitElixir("for pid <- :pg.get_members(\"late\"), node(pid) == java, do: :java", "[]");
    Kernel.send(ours, "end");
    awaitElixir("length(:pg.get_members(:early))", "1");
    elixir.run("Process.exit(theirs, :kill)");
    await().until(() -> Pg.whichGroups().isEmpty());
  }

  @Test
  void monitorsAndLostNodes() throws Exception {
    assertThat(elixir.value("Node.connect(java)")).isEqualTo("true");
    java.run(
        () -> {
          var scope = Pg.monitorScope();
          elixir.run(":pg.join(:watched, theirs)");
          var joined = receive(Pg.Joined.class);
          assertThat(joined.ref()).isEqualTo(scope.ref());
          assertThat(joined.group()).isEqualTo(Atom.of("watched"));
          var pid = joined.pids().getFirst();
          assertThat(pid.node()).isEqualTo(Atom.of(elixir.node()));
          elixir.kill();
          assertThat(receive())
              .isEqualTo(new Pg.Left(scope.ref(), Atom.of("watched"), List.of(pid)));
          return true;
        });
  }

  @Test
  void elixirIsToldOfOurs() {
    assertThat(elixir.value("Node.connect(java)")).isEqualTo("true");
    elixir.run("{ref, %{}} = :pg.monitor_scope()");
    Pg.join(Atom.of("watched"), waiting());
    assertThat(
            elixir.value(
                "receive do {^ref, :join, :watched, [pid]} -> node(pid) == java after 20_000 ->"
                    + " :none end"))
        .isEqualTo("true");
    java.close();
    assertThat(
            elixir.value(
                "receive do {^ref, :leave, :watched, [pid]} -> node(pid) == java after 20_000 ->"
                    + " :none end"))
        .isEqualTo("true");
  }
}
