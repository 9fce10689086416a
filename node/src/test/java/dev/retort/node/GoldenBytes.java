package dev.retort.node;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * What nodes of one release of OTP have said to each other, as {@code golden/otp-25.txt} and its
 * kin have it, written by {@link GoldenRecorder}.
 *
 * @param name the kind of conversation: whether the node that connects has a name
 * @param messages what was said, in the order in which it was seen
 */
record GoldenBytes(String name, List<Message> messages) {
  private static final HexFormat HEX = HexFormat.of();

  /** From how many equal bytes on their number is written. */
  private static final int LONG_RUN = 64;

  /**
   * One message of the handshake, or one frame, without its length.
   *
   * @param first whether it is from the node that connects
   */
  @SuppressWarnings("ArrayRecordComponent") // nobody compares or prints it
  record Message(boolean first, byte[] bytes) {}

  /** The conversations of one file. */
  static List<GoldenBytes> of(String file) throws IOException {
    var sessions = new ArrayList<GoldenBytes>();
    var text = new String(GoldenRecorder.resource(file), StandardCharsets.US_ASCII);
    for (var line : text.lines().toList()) {
      var words = line.split(" ", 2);
      switch (words[0]) {
        case "session" -> sessions.add(new GoldenBytes(words[1], new ArrayList<>()));
        case ">", "<" -> sessions.getLast().messages.add(message(words[0], words));
        default -> {} // a comment
      }
    }
    return sessions;
  }

  private static Message message(String direction, String[] words) {
    return new Message(direction.equals(">"), words.length < 2 ? new byte[0] : bytes(words[1]));
  }

  /** Hexadecimal digits, where <code>{07*500}</code> stands for 500 times 07. */
  static String text(byte[] bytes) {
    var text = new StringBuilder();
    for (int i = 0; i < bytes.length; ) {
      int end = i;
      while (end < bytes.length && bytes[end] == bytes[i]) {
        end++;
      }
      int run = end - i;
      var digits = HEX.toHexDigits(bytes[i]);
      if (run >= LONG_RUN) {
        text.append('{').append(digits).append('*').append(run).append('}');
      } else {
        text.repeat(digits, run);
      }
      i = end;
    }
    return text.toString();
  }

  /** The bytes that {@link #text} has written. */
  static byte[] bytes(String text) {
    var bytes = new ByteArrayOutputStream();
    for (int i = 0; i < text.length(); ) {
      if (text.charAt(i) != '{') {
        bytes.write(HexFormat.fromHexDigits(text, i, i + 2));
        i += 2;
        continue;
      }
      int end = text.indexOf('}', i);
      int run = Integer.parseInt(text, i + 4, end, 10);
      for (int n = 0; n < run; n++) {
        bytes.write(HexFormat.fromHexDigits(text, i + 1, i + 3));
      }
      i = end + 1;
    }
    return bytes.toByteArray();
  }
}
