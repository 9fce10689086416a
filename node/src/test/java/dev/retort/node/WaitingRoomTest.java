package dev.retort.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.Closeable;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class WaitingRoomTest {
  private final List<String> closed = new ArrayList<>();
  private final WaitingRoom<Caller> room =
      new WaitingRoom<>(2, new Complaints(System.getLogger("waiting room"), () -> 0));

  private final class Caller implements Closeable {
    private final String name;

    Caller(String name) {
      this.name = name;
    }

    @Override
    public void close() {
      closed.add(name);
    }
  }

  @Test
  void whoHasWaitedLongestGoesWhenItIsFull() {
    var first = new Caller("first");
    var second = new Caller("second");
    room.enter(first);
    room.enter(second);
    assertThat(closed).isEmpty();
    room.enter(new Caller("third"));
    assertThat(closed).containsExactly("first");
    assertThat(room.leave(first)).isFalse();
    assertThat(room.leave(second)).isTrue();
  }

  @Test
  void whoHasLeftMakesRoom() {
    var first = new Caller("first");
    room.enter(first);
    room.enter(new Caller("second"));
    assertThat(room.leave(first)).isTrue();
    room.enter(new Caller("third"));
    assertThat(closed).isEmpty();
  }
}
