package dev.retort.node;

import dev.retort.TlsOptions;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * What one role of TLS is made of: the certificates and the key in its files, which are read again
 * when they have changed, so that nodes outlive their certificates.
 */
final class TlsFiles {
  private static final Logger LOG = System.getLogger(TlsFiles.class.getName());

  private final TlsOptions.Role role;
  private final String @Nullable [] cipherSuites;
  private final ReentrantLock lock = new ReentrantLock();

  // Guarded by the lock.
  private List<FileTime> times;
  private SSLContext context;

  TlsFiles(TlsOptions.Role role) throws IOException {
    this.role = role;
    times = times();
    context = read();
    cipherSuites = CipherSuites.named(role.ciphers(), context);
  }

  /** Of the files as they are now; as they were, if they cannot be read any more. */
  SSLContext context() {
    lock.lock();
    try {
      var now = times();
      if (!now.equals(times)) {
        times = now;
        context = read();
      }
    } catch (IOException e) {
      LOG.log(Level.WARNING, "the old certificates stay in use: {0}", e.getMessage());
    } finally {
      lock.unlock();
    }
    return context;
  }

  /** Erlang's {@code tlsv1.2} is Java's {@code TLSv1.2}. */
  String[] protocols() {
    var versions = role.versions().isEmpty() ? List.of("tlsv1.3", "tlsv1.2") : role.versions();
    return versions.stream().map(version -> version.replace("tls", "TLS")).toArray(String[]::new);
  }

  /** Null for those that the JDK enables by itself. */
  String @Nullable [] cipherSuites() {
    return cipherSuites;
  }

  private List<FileTime> times() throws IOException {
    var times = new ArrayList<FileTime>();
    for (var file :
        Stream.of(role.certfile(), role.keyfile(), role.cacertfile())
            .filter(Objects::nonNull)
            .toList()) {
      times.add(Files.exists(file) ? Files.getLastModifiedTime(file) : FileTime.fromMillis(0));
    }
    return times;
  }

  private SSLContext read() throws IOException {
    try {
      var cacertfile = role.cacertfile();
      var authorities =
          cacertfile == null
              ? List.<X509Certificate>of()
              : Pem.certificates(cacertfile, "certificates of CAs");
      var context = SSLContext.getInstance("TLS");
      context.init(
          own(authorities),
          new TrustManager[] {
            role.verifyPeer()
                ? new PeerCertificate(authorities, String.valueOf(cacertfile), role.depth())
                : new AnyCertificate()
          },
          null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IOException("this JVM has no TLS: " + e.getMessage(), e);
    }
  }

  private KeyManager[] own(List<X509Certificate> authorities) throws IOException {
    var certfile = role.certfile();
    if (certfile == null) {
      return new KeyManager[0];
    }
    var keyfile = role.keyfile() == null ? certfile : role.keyfile();
    var certificates = Pem.certificates(certfile, "certificate");
    var key = KeyFile.read(keyfile, role.password());
    if (!belongs(key, certificates.getFirst().getPublicKey())) {
      throw new IOException(
          "the private key in " + keyfile + " is not that of the first certificate in " + certfile);
    }
    return new KeyManager[] {new OwnCertificate(complete(certificates, authorities), key)};
  }

  /** What one signs the other one verifies. */
  private static boolean belongs(PrivateKey key, PublicKey publicKey) {
    try {
      var algorithm =
          switch (key.getAlgorithm()) {
            case "EC" -> "SHA256withECDSA";
            case "RSA" -> "SHA256withRSA";
            default -> key.getAlgorithm();
          };
      var signing = Signature.getInstance(algorithm);
      signing.initSign(key);
      signing.update((byte) 1);
      var verifying = Signature.getInstance(algorithm);
      verifying.initVerify(publicKey);
      verifying.update((byte) 1);
      return verifying.verify(signing.sign());
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  /** With those on the way to the CA that are not in the node's own file, as {@code ssl} does. */
  private static List<X509Certificate> complete(
      List<X509Certificate> certificates, List<X509Certificate> authorities) {
    var chain = new ArrayList<>(certificates);
    for (; ; ) {
      var last = chain.getLast();
      var issuer = last.getIssuerX500Principal();
      var next =
          authorities.stream()
              .filter(each -> each.getSubjectX500Principal().equals(issuer))
              .filter(each -> !chain.contains(each))
              .findFirst();
      if (next.isEmpty() || issuer.equals(last.getSubjectX500Principal())) {
        return chain;
      }
      chain.add(next.get());
    }
  }
}
