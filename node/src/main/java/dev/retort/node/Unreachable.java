package dev.retort.node;

import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;

/** Why there is no TCP connection, in one sentence for the user. */
final class Unreachable {
  private Unreachable() {}

  /**
   * @param where such as "port 4369 of 127.0.0.1"
   * @param refused the sentence for a port on which nobody listens
   */
  static IOException because(Exception cause, String where, String refused) {
    var message = String.valueOf(cause.getMessage());
    var sentence =
        switch (cause) {
          case SocketTimeoutException slow ->
              where + " is silent: the host is down, or a firewall is in the way";
          case ConnectException e when message.contains("refused") -> refused;
          default -> where + " cannot be reached: " + message;
        };
    return new IOException(sentence, cause);
  }
}
