package dev.retort.node;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.retort.term.Binary;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;

/**
 * One block of a PEM file.
 *
 * @param label what it says that it is: {@code CERTIFICATE}, {@code PRIVATE KEY}
 * @param headers the lines before its content, which old encrypted keys have; empty in others
 * @param content in DER
 */
record Pem(String label, String headers, Binary content) {
  private static final Pattern BLOCK =
      Pattern.compile(
          "-----BEGIN ([A-Z0-9 ]+)-----\\s+((?:[\\w-]+:.*\\R(?:[ \\t]+.*\\R)*)*)"
              + "([A-Za-z0-9+/=\\s]*)-----END \\1-----");

  /**
   * The blocks of a file, in their order.
   *
   * @param what what is kept in the file, for the message
   * @throws IOException with one sentence if there are none
   */
  static List<Pem> read(Path file, String what) throws IOException {
    String text;
    try {
      text = Files.readString(file, ISO_8859_1);
    } catch (NoSuchFileException e) {
      throw new IOException("there is no file " + file + " with " + what, e);
    } catch (AccessDeniedException e) {
      throw new IOException(file + " with " + what + " may not be read by this user", e);
    } catch (IOException e) {
      throw new IOException(file + " with " + what + " cannot be read: " + e.getMessage(), e);
    }
    var blocks = new ArrayList<Pem>();
    var block = BLOCK.matcher(text);
    while (block.find()) {
      try {
        var content = Base64.getMimeDecoder().decode(block.group(3));
        blocks.add(new Pem(block.group(1), block.group(2), Binary.of(content)));
      } catch (IllegalArgumentException e) {
        throw new IOException(file + " is damaged: " + e.getMessage(), e);
      }
    }
    if (blocks.isEmpty()) {
      throw new IOException(
          file + " holds no " + what + ": a PEM file with a line -----BEGIN ...----- was expected");
    }
    return blocks;
  }

  /**
   * The certificates in a file, in their order.
   *
   * @param what what they are, for the message
   */
  static List<X509Certificate> certificates(Path file, String what) throws IOException {
    var certificates = new ArrayList<X509Certificate>();
    for (var block : read(file, what)) {
      if (block.label.equals("CERTIFICATE")) {
        try {
          certificates.add(
              (X509Certificate)
                  CertificateFactory.getInstance("X.509")
                      .generateCertificate(new ByteArrayInputStream(block.content.toByteArray())));
        } catch (CertificateException e) {
          throw new IOException(
              "a certificate in " + file + " cannot be read: " + e.getMessage(), e);
        }
      }
    }
    if (certificates.isEmpty()) {
      throw new IOException(
          file + " holds no " + what + ": a line -----BEGIN CERTIFICATE----- was expected");
    }
    return certificates;
  }
}
