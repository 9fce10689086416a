package dev.retort.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.retort.node.HandshakeMessage.Challenge;
import dev.retort.node.HandshakeMessage.ChallengeAck;
import dev.retort.node.HandshakeMessage.ChallengeReply;
import dev.retort.node.HandshakeMessage.SendName;
import dev.retort.node.HandshakeMessage.Status;
import java.net.ProtocolException;
import java.util.Arrays;
import java.util.HexFormat;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class HandshakeMessageTest {
  private static final HexFormat HEX = HexFormat.of();

  @Test
  void nameIsEncodedAsErlangDoes() throws ProtocolException {
    // 'N', flags of OTP 25, creation, length and text of "a@vm"
    var golden = "4e" + "0000000d07df7fbd" + "6558b7ac" + "0004" + "6140766d";
    var name = new SendName(0x0000000d07df7fbdL, 0x6558b7ac, "a@vm", false);

    assertThat(HEX.formatHex(name.encode())).isEqualTo(golden);
    assertThat(SendName.decode(HEX.parseHex(golden))).isEqualTo(name);
  }

  @Test
  void challengeIsEncodedAsErlangDoes() throws ProtocolException {
    var golden = "4e" + "0000000d07df7fbd" + "deadbeef" + "6558b7ac" + "0004" + "6140766d";
    var challenge = new Challenge(0x0000000d07df7fbdL, 0xdeadbeef, 0x6558b7ac, "a@vm", false);

    assertThat(HEX.formatHex(challenge.encode())).isEqualTo(golden);
    assertThat(Challenge.decode(HEX.parseHex(golden))).isEqualTo(challenge);
  }

  @Test
  void digestIsThatOfTheDocumentation() throws ProtocolException {
    // erlang:md5(["secret" | integer_to_list(3735928559)])
    var digest = Cookie.of("secret").digest(0xdeadbeef);
    var golden = "72" + "00000001" + "c3939b31d7a913d82e2ace09247c7b41";

    assertThat(HEX.formatHex(new ChallengeReply(1, digest).encode())).isEqualTo(golden);
    assertThat(ChallengeReply.decode(HEX.parseHex(golden)))
        .isEqualTo(new ChallengeReply(1, digest));
    assertThat(HEX.formatHex(new ChallengeAck(digest).encode()))
        .isEqualTo("61" + golden.substring(10));
  }

  @Test
  void statusNamesANodeWithoutName() {
    assertThat(HEX.formatHex(Status.named("x@vm", 7).encode()))
        .isEqualTo("73" + "6e616d65643a" + "0004" + "7840766d" + "00000007");
    assertThat(Status.of(Status.OK).encode()).containsExactly(0x73, 0x6f, 0x6b);
  }

  @Test
  void retortNodesKnowEachOtherAndOthersIgnoreTheMark() throws ProtocolException {
    var name = new SendName(1, 2, "a@vm", true);
    assertThat(SendName.decode(name.encode()).retort()).isTrue();

    var withSomethingElse = Arrays.copyOf(name.encode(), name.encode().length + 3);
    assertThat(SendName.decode(withSomethingElse).retort()).isFalse();
    assertThat(SendName.decode(withSomethingElse).name()).isEqualTo("a@vm");
  }

  @Test
  void truncatedMessagesAreRefusedWithAReason() {
    var challenge = new Challenge(1, 2, 3, "a@vm", false).encode();
    for (int length = 0; length < challenge.length; length++) {
      var part = Arrays.copyOf(challenge, length);
      assertThatThrownBy(() -> Challenge.decode(part))
          .isInstanceOf(ProtocolException.class)
          .hasMessageContaining("challenge");
    }
  }

  @Property
  void randomBytesAreAMessageOrAProtocolError(@ForAll byte[] bytes) {
    for (Decoding decoding :
        new Decoding[] {
          SendName::decode,
          Status::decode,
          Challenge::decode,
          ChallengeReply::decode,
          ChallengeAck::decode
        }) {
      try {
        assertThat(decoding.decode(bytes)).isNotNull();
      } catch (ProtocolException e) {
        assertThat(e).hasMessageContaining("handshake");
      }
    }
  }

  private interface Decoding {
    HandshakeMessage decode(byte[] bytes) throws ProtocolException;
  }
}
