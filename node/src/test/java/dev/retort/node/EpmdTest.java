package dev.retort.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

class EpmdTest {
  private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

  @Test
  void nodeIsFoundUntilItClosesItsConnection() throws IOException {
    try (var server = EpmdServer.start(0, null)) {
      var epmd = new Epmd(server.port());
      var alive = epmd.register("java", 12345, false);

      assertThat(alive.creation()).isPositive();
      assertThat(epmd.lookUp(LOOPBACK, "java")).isEqualTo(12345);
      assertThat(epmd.lookUp(LOOPBACK, "other")).isNull();
      assertThat(epmd.names(LOOPBACK)).containsExactly(new Epmd.Listening("java", 12345));

      alive.socket().close();
      await().until(() -> epmd.names(LOOPBACK).isEmpty());
      epmd.register("java", 1, true).socket().close();
    }
  }

  @Test
  void nameIsGivenOnce() throws IOException {
    try (var server = EpmdServer.start(0, null)) {
      var epmd = new Epmd(server.port());
      try (var first = epmd.register("java", 1, false).socket()) {
        assertThatThrownBy(() -> epmd.register("java", 2, false))
            .isInstanceOf(Epmd.NameInUseException.class)
            .hasMessageContaining("\"java\" is in use");
        assertThat(first.isClosed()).isFalse();
      }
    }
  }

  @Test
  void answersAsErlangsDoesByteForByte() throws IOException {
    try (var server = EpmdServer.start(0, null);
        var alive = new Epmd(server.port()).register("abc", 0x1234, false).socket();
        var socket = new Socket(LOOPBACK, server.port())) {
      assertThat(alive.isConnected()).isTrue();
      socket.getOutputStream().write(new byte[] {0, 4, 'z', 'a', 'b', 'c'});
      assertThat(HexFormat.of().formatHex(socket.getInputStream().readAllBytes()))
          .isEqualTo("7700" + "1234" + "4d" + "00" + "0006" + "0006" + "0003" + "616263" + "0000");
    }
  }

  @Test
  void registrationMovesToTheNextEpmd() throws IOException {
    var first = EpmdServer.start(0, null);
    var epmd = new Epmd(first.port());
    try (var one = EpmdRegistration.start(epmd, "one", 1, false, null);
        var two = EpmdRegistration.start(epmd, "two", 2, false, null)) {
      assertThat(one.creation()).isNotEqualTo(two.creation());
      assertThat(epmd.names(LOOPBACK)).hasSize(2);

      first.close(); // its JVM is killed, say: one of the two becomes the epmd of both

      await().ignoreExceptions().until(() -> epmd.names(LOOPBACK).size() == 2);
      assertThat(epmd.lookUp(LOOPBACK, "one")).isEqualTo(1);
      assertThat(epmd.lookUp(LOOPBACK, "two")).isEqualTo(2);
    }
  }

  @Test
  void badRequestsCloseTheirOwnConnectionOnly() throws IOException {
    try (var server = EpmdServer.start(0, null);
        var alive = new Epmd(server.port()).register("java", 7, false).socket()) {
      var random = new Random(4369);
      for (int i = 0; i < 300; i++) {
        var bytes = new byte[1 + random.nextInt(64)];
        random.nextBytes(bytes);
        if (i % 3 == 0) {
          bytes = Arrays.copyOf(new byte[] {0, 16, 'x', 1, 1, 'M', 0, 0, 6, 0, 6, 0, 9}, 13);
        }
        try (var socket = new Socket(LOOPBACK, server.port())) {
          socket.getOutputStream().write(bytes);
          socket.shutdownOutput();
          assertThat(socket.getInputStream().readAllBytes()).hasSizeLessThan(200);
        }
      }
      assertThat(alive.isConnected()).isTrue();
      assertThat(new Epmd(server.port()).lookUp(LOOPBACK, "java")).isEqualTo(7);
    }
  }

  @Test
  void whatTakesConnectionsAndSaysNothingIsNotWaitedForForLong() throws IOException {
    try (var silent = new ServerSocket(0, 50, LOOPBACK)) {
      var epmd = new Epmd(silent.getLocalPort(), 20);
      assertThatThrownBy(() -> EpmdRegistration.start(epmd, "java", 1, false, null))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("no epmd answers on port " + silent.getLocalPort());
    }
  }
}
