package dev.retort.node;

import java.io.EOFException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.security.cert.CertificateException;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;

/** Why two nodes do not agree on TLS, in one sentence for the user. */
final class TlsFailure extends IOException {
  private static final long serialVersionUID = 1;

  private static final Pattern ALERT = Pattern.compile("Received fatal alert: (\\w+)");

  TlsFailure(String message) {
    super(message);
  }

  private TlsFailure(String message, IOException cause) {
    super(message, cause);
  }

  /**
   * What has become of a handshake. A caller that goes away without a word is left as it is.
   *
   * @param weCall whether this node is the client
   */
  static IOException in(IOException e, boolean weCall) {
    boolean said = e instanceof TlsFailure || (e instanceof EOFException && !weCall);
    return said ? e : new TlsFailure(sentence(e, weCall), e);
  }

  private static String sentence(IOException e, boolean weCall) {
    var message = String.valueOf(e.getMessage());
    var alert = ALERT.matcher(message);
    if (alert.find()) {
      return told(alert.group(1));
    }
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof CertificateException) {
        return String.valueOf(cause.getMessage());
      }
    }
    if (e instanceof SocketTimeoutException) {
      return message.replace("handshake", "handshake of TLS")
          + ": it speaks none"
          + (weCall ? " (start it with -proto_dist inet_tls, too, or this node without)" : "")
          + ", or is too busy";
    }
    if (!(e instanceof SSLException)) {
      return "it closed the connection during the handshake of TLS: "
          + (weCall
              ? "it speaks no TLS (start it with -proto_dist inet_tls, too, or this node without)"
                  + " or its log tells why"
              : "its log tells why");
    }
    if (message.contains("Empty client certificate chain")) {
      return "it shows no certificate, which this node wants (server_fail_if_no_peer_cert): give it"
          + " client_certfile and client_keyfile";
    }
    if (message.contains("protocol version") || message.contains("Client requested protocol")) {
      return versions(message);
    }
    if (message.contains("cipher suite")) {
      return "no cipher suite is common to both: " + message;
    }
    return "the handshake of TLS failed: " + message;
  }

  private static String versions(String details) {
    return "the two have no version of TLS in common (versions in the options of both, tlsv1.2 or"
        + " tlsv1.3): "
        + details;
  }

  /** What the other side has sent as its last word. */
  private static String told(String alert) {
    var word = "it says " + alert + ": ";
    return switch (alert) {
      case "certificate_expired" ->
          word + "our certificate has expired or is not valid yet, or its clock is wrong";
      case "unknown_ca" -> word + "our certificate is of a CA that is not in its cacertfile";
      case "certificate_required" ->
          word + "it wants a certificate: client_certfile and client_keyfile are missing here";
      case "bad_certificate", "certificate_unknown", "unsupported_certificate" ->
          word + "it does not believe our certificate; its log tells why";
      case "protocol_version" -> versions("it says protocol_version");
      case "handshake_failure", "insufficient_security" ->
          word
              + "no cipher suite is common to both, our certificate is missing or not for the host"
              + " in our name, or the keys are of different kinds; its log tells why";
      case "unexpected_message" -> word + "it does not speak TLS as this node does";
      default -> word + "its log tells why";
    };
  }
}
