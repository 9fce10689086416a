package dev.retort.node;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.retort.TlsOptions;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Certificates as users make them, by etc/tls/make-certificates. */
final class Certificates {
  private final Path folder;

  private Certificates(Path folder) {
    this.folder = folder;
  }

  /** A CA of its own, and certificates of {@code hosts}. */
  static Certificates make(Path folder, String... hosts) throws IOException {
    var command = new ArrayList<>(List.of(script(), folder.toString()));
    command.addAll(List.of(hosts));
    run(command.toArray(String[]::new));
    return new Certificates(folder);
  }

  private static String script() {
    var home = Path.of("").toAbsolutePath();
    while (!Files.isExecutable(home.resolve("jex"))) {
      home = home.getParent();
    }
    return home.resolve("etc/tls/make-certificates").toString();
  }

  static void needOpenSsl() {
    boolean there =
        Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
            .anyMatch(each -> Files.isExecutable(Path.of(each, "openssl")));
    if (!there) {
      System.err.println("openssl is not installed: NOTHING IS TESTED ABOUT TLS");
    }
    assumeTrue(there, "openssl is not installed");
  }

  /** Runs a program to its end. */
  static void run(String... command) throws IOException {
    var process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try {
      process.getOutputStream().close();
      var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new IOException(String.join(" ", command) + ": " + said);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  /** One of the files, such as {@code ca.pem}. */
  Path file(String name) {
    return folder.resolve(name);
  }

  Path certificate(String host) {
    return file(host + ".pem");
  }

  Path key(String host) {
    return file(host + "-key.pem");
  }

  /** Mutual TLS with the certificate of {@code host}. */
  TlsOptions options(String host) {
    return TlsOptions.mutual(certificate(host), key(host), file("ca.pem"));
  }

  /**
   * A certificate under {@code name}, with the key of {@code host}, that the CA has signed.
   *
   * @param from such as 20200101000000Z, as {@code to}
   */
  void sign(String host, String name, String from, String to) throws IOException {
    Files.writeString(file("database"), "");
    Files.writeString(
        file("ca.cnf"),
        """
        [ca]
        default_ca=own
        [own]
        database=%1$s/database
        new_certs_dir=%1$s
        rand_serial=yes
        default_md=sha256
        policy=any
        x509_extensions=node
        [any]
        commonName=supplied
        [node]
        subjectAltName=DNS:%2$s
        """
            .formatted(folder, host));
    var request = file("request").toString();
    openssl("req -new -key", key(host).toString(), "-subj", "/CN=" + host, "-out", request);
    openssl(
        "ca -batch -notext -config",
        file("ca.cnf").toString(),
        "-cert",
        file("ca.pem").toString(),
        "-keyfile",
        file("ca-key.pem").toString(),
        "-startdate",
        from,
        "-enddate",
        to,
        "-in",
        request,
        "-out",
        certificate(name).toString());
  }

  /** The words of {@code first} are arguments of their own. */
  static void openssl(String first, String... more) throws IOException {
    var command = new ArrayList<>(List.of("openssl"));
    command.addAll(List.of(first.split(" ", -1)));
    command.addAll(List.of(more));
    run(command.toArray(String[]::new));
  }
}
