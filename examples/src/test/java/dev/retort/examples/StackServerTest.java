package dev.retort.examples;

import static dev.retort.Kernel.monitor;
import static dev.retort.Kernel.receive;
import static dev.retort.Kernel.self;
import static dev.retort.Kernel.send;
import static dev.retort.Kernel.whereis;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.retort.CallException;
import dev.retort.Down;
import dev.retort.GenServer;
import dev.retort.Node;
import dev.retort.NodeOptions;
import dev.retort.Supervisor;
import dev.retort.term.Atom;
import dev.retort.term.Dest;
import dev.retort.term.Name;
import dev.retort.term.Tuple;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class StackServerTest {
  @Test
  void givesBackWhatWasPushedLast() throws Exception {
    Node.current()
        .run(
            () -> {
              var stack = StackServer.startLink();
              StackServer.push(stack, "again");
              assertThat(StackServer.pop(stack)).isEqualTo("again");
              assertThat(StackServer.pop(stack)).isEqualTo("hello");
              assertThat(StackServer.pop(stack)).isEqualTo("world");
              GenServer.stop(stack);
              return stack;
            });
  }

  @Test
  void startsAgainWhenAPopTooManyHasCrashedIt() throws Exception {
    var supervisor = StackServer.start();
    var first = whereis("stack");
    Node.current()
        .run(
            () -> {
              var ref = monitor(first);
              StackServer.pop(first);
              StackServer.pop(first);
              assertThatThrownBy(() -> StackServer.pop(first)).isInstanceOf(CallException.class);
              return assertThat(receive(Down.class).ref()).isEqualTo(ref);
            });
    await().until(() -> whereis("stack") != null && !first.equals(whereis("stack")));
    assertThat(StackServer.pop(Name.of("stack"))).isEqualTo("hello");
    Supervisor.stop(supervisor);
  }

  @Test
  void serveAnotherNode() throws Exception {
    var name = "examples_stack_" + ProcessHandle.current().pid();
    var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    var program =
        new ProcessBuilder(
                java,
                "-cp",
                System.getProperty("java.class.path"),
                "dev.retort.examples.StackServer",
                "--sname",
                name,
                "--cookie",
                "examples")
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (var out = program.inputReader(UTF_8);
        var node = Node.start(NodeOptions.shortName("client_of_" + name).withCookie("examples"))) {
      var line = out.readLine();
      assertThat(line).startsWith(name + "@").endsWith(" is ready");
      var server = line.substring(0, line.indexOf(' '));
      node.run(
          () -> {
            Dest stack = Name.of("stack", server);
            assertThat(StackServer.pop(stack)).isEqualTo("hello");
            GenServer.cast(stack, Tuple.of(Atom.of("push"), "from afar"));
            assertThat(GenServer.call(stack, Atom.of("pop"))).isEqualTo("from afar");

            send(Name.of("greeter", server), new StackServer.Hello(self()));
            return assertThat(receive(StackServer.Hello.class, ofSeconds(10)))
                .isEqualTo(new StackServer.Hello("Hello from java"));
          });
    } finally {
      program.destroyForcibly().waitFor();
    }
  }
}
