package dev.retort.node;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.CertificateParsingException;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import javax.net.ssl.CertPathTrustManagerParameters;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Whether the certificate of another node is believed; if not, one sentence says why. What a client
 * asks of the name in it is what Erlang's {@code ssl} asks: the host of the node that is called, as
 * it is written, must be one of its DNS names or addresses.
 */
final class PeerCertificate extends X509ExtendedTrustManager {
  private static final int DNS_NAME = 2;
  private static final int IP_ADDRESS = 7;
  private static final Pattern COMMON_NAME = Pattern.compile("(?:^|[,+])CN=([^,+]*)");

  private final X509ExtendedTrustManager paths;
  private final String cacertfile;

  /**
   * @param authorities whose word is taken
   * @param cacertfile where they were read, for messages
   * @param depth how many certificates may stand between
   */
  PeerCertificate(List<X509Certificate> authorities, String cacertfile, int depth)
      throws GeneralSecurityException, IOException {
    this.cacertfile = cacertfile;
    var store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    for (int i = 0; i < authorities.size(); i++) {
      store.setCertificateEntry("authority" + i, authorities.get(i));
    }
    var parameters = new PKIXBuilderParameters(store, new X509CertSelector());
    parameters.setRevocationEnabled(false);
    parameters.setMaxPathLength(depth);
    var factory = TrustManagerFactory.getInstance("PKIX");
    factory.init(new CertPathTrustManagerParameters(parameters));
    paths = (X509ExtendedTrustManager) factory.getTrustManagers()[0];
  }

  /** What a path is checked by. */
  @FunctionalInterface
  private interface Check {
    void run() throws CertificateException;
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    explained(chain, () -> paths.checkServerTrusted(chain, authType, engine));
    checkHost(chain[0], engine.getPeerHost());
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    explained(chain, () -> paths.checkClientTrusted(chain, authType, engine));
  }

  private void explained(X509Certificate[] chain, Check check) throws CertificateException {
    try {
      check.run();
    } catch (CertificateException e) {
      for (var certificate : chain) {
        checkTime(certificate);
      }
      throw new CertificateException(reason(chain, e), e);
    }
  }

  /** Which side's clock is wrong cannot be known, so the sentence says what this one shows. */
  private static void checkTime(X509Certificate certificate) throws CertificateException {
    var subject = "its certificate (" + certificate.getSubjectX500Principal() + ") ";
    try {
      certificate.checkValidity();
    } catch (CertificateExpiredException e) {
      throw expired(
          subject + "has expired on " + certificate.getNotAfter().toInstant() + ": renew it", e);
    } catch (CertificateNotYetValidException e) {
      throw expired(subject + "is valid from " + certificate.getNotBefore().toInstant() + " on", e);
    }
  }

  private static CertificateException expired(String what, CertificateException cause) {
    var now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    // the reason becomes the alert that the other side is told
    var reason = new CertPathValidatorException(what, cause, null, -1, BasicReason.EXPIRED);
    return new CertificateException(
        what + ", or set the clock of this machine, which shows " + now, reason);
  }

  private String reason(X509Certificate[] chain, CertificateException e) {
    var message = String.valueOf(e.getMessage());
    if (message.contains("unable to find valid certification path")
        || message.contains("Path does not chain with any of the trust anchors")) {
      var last = chain[chain.length - 1].getIssuerX500Principal();
      return "its certificate ("
          + chain[0].getSubjectX500Principal()
          + ") is of a CA that is not in "
          + cacertfile
          + ": "
          + last
          + "; or more certificates stand between than depth allows";
    }
    return "its certificate ("
        + chain[0].getSubjectX500Principal()
        + ") is not accepted: "
        + message;
  }

  private static void checkHost(X509Certificate certificate, @Nullable String host)
      throws CertificateException {
    var names = names(certificate);
    if (host == null || names.stream().noneMatch(name -> isSame(name, host))) {
      throw new CertificateException(
          "its certificate is for "
              + (names.isEmpty() ? "no host" : String.join(", ", names))
              + " and not for "
              + host
              + ", the host in its node's name: make one with that as a DNS name, or verify no"
              + " host (client_verify verify_none)");
    }
  }

  private static boolean isSame(String name, String host) {
    if (name.equalsIgnoreCase(host)) {
      return true;
    }
    try {
      return InetAddress.ofLiteral(name).equals(InetAddress.ofLiteral(host));
    } catch (IllegalArgumentException notAddresses) {
      return false;
    }
  }

  /**
   * The hosts that it is for; only where it says nothing about that, what its subject is called.
   */
  private static List<String> names(X509Certificate certificate)
      throws CertificateParsingException {
    var names = new ArrayList<String>();
    var alternatives = certificate.getSubjectAlternativeNames();
    if (alternatives == null) {
      return commonNames(certificate);
    }
    for (var alternative : alternatives) {
      int kind = (Integer) alternative.get(0);
      if (kind == DNS_NAME || kind == IP_ADDRESS) {
        names.add((String) alternative.get(1));
      }
    }
    return names;
  }

  private static List<String> commonNames(X509Certificate certificate) {
    return COMMON_NAME
        .matcher(certificate.getSubjectX500Principal().getName())
        .results()
        .map(name -> name.group(1))
        .toList();
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    throw new CertificateException("this node reads and writes TLS itself");
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    throw new CertificateException("this node reads and writes TLS itself");
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    throw new CertificateException("this node reads and writes TLS itself");
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    throw new CertificateException("this node reads and writes TLS itself");
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return paths.getAcceptedIssuers();
  }
}
