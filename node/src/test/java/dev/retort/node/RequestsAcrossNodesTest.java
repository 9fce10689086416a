package dev.retort.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.retort.Call;
import dev.retort.From;
import dev.retort.GenServer;
import dev.retort.Kernel;
import dev.retort.Node;
import dev.retort.Outcome;
import dev.retort.Request;
import dev.retort.Step;
import dev.retort.term.Atom;
import dev.retort.term.Name;
import dev.retort.term.Pid;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Requests whose responses come from another node. */
@Timeout(60)
class RequestsAcrossNodesTest {
  private static final Duration AMPLE = Duration.ofSeconds(30);

  private final TestNodes nodes = new TestNodes();

  @AfterEach
  void closeNodes() throws Exception {
    nodes.close();
  }

  record Point(int x, int y) {}

  record Mirror(Point point) implements Call<Point> {}

  record Never() implements Call<String> {}

  private static final class Server implements GenServer<Integer> {
    @Override
    public Integer init() {
      return 0;
    }

    @Override
    public Step<Integer> handleCall(Call<?> request, From from, Integer state) {
      return switch (request) {
        case Mirror(Point(var x, var y)) -> new Mirror(null).reply(new Point(y, x), state);
        case Never never -> GenServer.noReply(state);
        default -> GenServer.unknown(request);
      };
    }
  }

  private Node withServer() throws Exception {
    var node = nodes.start();
    node.run(() -> GenServer.start(Server::new, GenServer.name("server")));
    return node;
  }

  private static Name serverOf(Node node) {
    return new Name(Atom.of("server"), node.name());
  }

  @Test
  void aReplyIsTypedAndGivenUpItNeverComes() throws Exception {
    var one = nodes.start();
    var two = withServer();
    one.run(
        () -> {
          var mirror = GenServer.sendRequest(serverOf(two), new Mirror(new Point(1, 2)));
          var never = GenServer.sendRequest(serverOf(two), new Never());
          assertThat(Request.<Request<?>>awaitAny(List.of(never, mirror), AMPLE)).isSameAs(mirror);
          assertThat(mirror.receiveResponse(Duration.ZERO)).isEqualTo(new Point(2, 1));
          assertThat(never.waitResponse(Duration.ofMillis(1))).isNull();
          return true;
        });
  }

  @Test
  void theEndOfServerOrConnectionIsTheResponse() throws Exception {
    var one = nodes.start();
    var two = withServer();
    one.run(
        () -> {
          var never = GenServer.sendRequest(serverOf(two), new Never());
          var nobody = GenServer.sendRequest(Name.of("nobody", two.name().name()), new Never());
          assertThat(nobody.waitResponse(AMPLE)).isEqualTo(new Outcome.Exited<>(Atom.NOPROC));
          GenServer.stop(serverOf(two), Atom.SHUTDOWN);
          assertThat(never.waitResponse(AMPLE)).isEqualTo(new Outcome.Exited<>(Atom.SHUTDOWN));
          return true;
        });
    two.run(() -> GenServer.start(Server::new, GenServer.name("server")));
    one.run(
        () -> {
          var never = GenServer.sendRequest(serverOf(two), new Never());
          Node.disconnect(two.name().name());
          assertThat(never.waitResponse(AMPLE)).isEqualTo(new Outcome.Exited<>(Atom.NOCONNECTION));
          return true;
        });
  }

  /** Asks another node's server and looks for the response among its messages. */
  private record Asking(Name other, LinkedBlockingQueue<Object> seen)
      implements GenServer<Request<Point>> {
    @Override
    public Request<Point> init() {
      return GenServer.sendRequest(other, new Mirror(new Point(3, 4)));
    }

    @Override
    public Step<Request<Point>> handleInfo(Object message, Request<Point> request) {
      var response = request.checkResponse(message);
      seen.add(response == null ? message : response);
      return GenServer.noReply(request);
    }
  }

  @Test
  void aServerAndABodyFindItAmongTheirMessages() throws Exception {
    var one = nodes.start();
    var two = withServer();
    var seen = new LinkedBlockingQueue<Object>();
    var mirrored = new Outcome.Value<>(new Point(4, 3));
    Pid asking = one.run(() -> GenServer.start(() -> new Asking(serverOf(two), seen)));
    assertThat(seen.take()).isEqualTo(mirrored);
    one.run(
        () -> {
          GenServer.stop(asking);
          var request = GenServer.sendRequest(serverOf(two), new Mirror(new Point(3, 4)));
          assertThat(request.checkResponse(Kernel.receive())).isEqualTo(mirrored);
          return true;
        });
  }
}
