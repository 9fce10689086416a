package dev.retort.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.retort.term.Atom;
import java.io.EOFException;
import java.io.IOException;
import java.lang.System.Logger.Level;
import org.junit.jupiter.api.Test;

class AcceptorTest {
  private final EOFException gone = new EOFException("closed by the other side");
  private final Attempt nameless = new Attempt();

  @Test
  void whoGoesAwayWithoutANameIsNoCauseForConcern() {
    assertThat(Acceptor.level(nameless, gone)).isEqualTo(Level.DEBUG);
  }

  @Test
  void whoGoesAwayInTheMiddleIs() {
    var named = new Attempt();
    named.node(Atom.of("java@vm"));
    assertThat(Acceptor.level(named, gone)).isEqualTo(Level.WARNING);
  }

  @Test
  void whoSaysWhatNoNodeSaysIs() {
    assertThat(Acceptor.level(nameless, new IOException("no node name"))).isEqualTo(Level.WARNING);
  }
}
