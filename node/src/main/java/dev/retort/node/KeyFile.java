package dev.retort.node;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import org.jspecify.annotations.Nullable;

/** Private keys in PEM files: PKCS #8, also encrypted, and what came before it for RSA and EC. */
final class KeyFile {
  // The tags of DER that keys are made of.
  private static final int INTEGER = 0x02;
  private static final int OCTET_STRING = 0x04;
  private static final int OBJECT_IDENTIFIER = 0x06;
  private static final int SEQUENCE = 0x30;
  private static final int PARAMETERS = 0xa0;

  private static final byte[] VERSION_0 = {INTEGER, 1, 0};

  /** rsaEncryption, and the NULL that goes with it. */
  private static final byte[] RSA = {
    OBJECT_IDENTIFIER, 9, 0x2a, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xf7, 0xd, 1, 1, 1, 5, 0
  };

  /** id-ecPublicKey; behind it goes the curve. */
  private static final byte[] EC = {
    OBJECT_IDENTIFIER, 7, 0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 2, 1
  };

  private KeyFile() {}

  /**
   * The first private key in a file.
   *
   * @param password what it is encrypted with; null if it is not
   * @throws IOException with one sentence if there is none, or the password is another one
   */
  static PrivateKey read(Path file, @Nullable String password) throws IOException {
    for (var block : Pem.read(file, "private key")) {
      if (block.label().endsWith("PRIVATE KEY")) {
        try {
          return key(block, file, password);
        } catch (GeneralSecurityException | RuntimeException e) {
          throw new IOException(
              "the private key in " + file + " cannot be read: " + e.getMessage(), e);
        }
      }
    }
    throw new IOException(
        file + " holds no private key: a line -----BEGIN PRIVATE KEY----- was expected");
  }

  private static PrivateKey key(Pem block, Path file, @Nullable String password)
      throws IOException, GeneralSecurityException {
    if (block.headers().contains("ENCRYPTED")) {
      throw new IOException(
          "the private key in "
              + file
              + " is encrypted in an old way: write it anew with openssl pkcs8 -topk8 -in "
              + file);
    }
    return switch (block.label()) {
      case "PRIVATE KEY" -> pkcs8(block.content().toByteArray());
      case "ENCRYPTED PRIVATE KEY" -> decrypted(block.content().toByteArray(), file, password);
      case "RSA PRIVATE KEY" -> pkcs8(wrapped(RSA, block.content().toByteArray()));
      case "EC PRIVATE KEY" ->
          pkcs8(
              wrapped(
                  join(EC, curve(block.content().toByteArray())), block.content().toByteArray()));
      default ->
          throw new IOException(
              file + " holds a " + block.label() + ", an RSA, EC or EdDSA key was expected");
    };
  }

  private static PrivateKey pkcs8(byte[] der) throws GeneralSecurityException {
    var spec = new PKCS8EncodedKeySpec(der);
    for (var algorithm : new String[] {"RSA", "EC", "EdDSA", "RSASSA-PSS"}) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(spec);
      } catch (InvalidKeySpecException e) {
        // of another algorithm
      }
    }
    throw new InvalidKeyException("an RSA, EC or EdDSA key was expected");
  }

  private static PrivateKey decrypted(byte[] der, Path file, @Nullable String password)
      throws IOException, GeneralSecurityException {
    if (password == null) {
      throw new IOException(
          "the private key in " + file + " is encrypted: its password is missing");
    }
    var info = new EncryptedPrivateKeyInfo(der);
    var parameters = info.getAlgParameters();
    // PBES2 says only there what it is made of
    var algorithm = parameters == null ? info.getAlgName() : parameters.toString();
    PKCS8EncodedKeySpec spec;
    try {
      var cipher = Cipher.getInstance(algorithm);
      cipher.init(
          Cipher.DECRYPT_MODE,
          SecretKeyFactory.getInstance(algorithm)
              .generateSecret(new PBEKeySpec(password.toCharArray())),
          parameters);
      spec = info.getKeySpec(cipher);
    } catch (InvalidKeySpecException e) {
      throw wrongPassword(file, e);
    }
    try {
      return pkcs8(spec.getEncoded());
    } catch (InvalidKeyException e) {
      throw wrongPassword(file, e);
    }
  }

  private static IOException wrongPassword(Path file, Exception cause) {
    return new IOException("the private key in " + file + " has another password", cause);
  }

  // ---- DER

  /** PKCS #8 around a key of its own kind. */
  private static byte[] wrapped(byte[] algorithm, byte[] key) {
    return element(
        SEQUENCE, join(VERSION_0, join(element(SEQUENCE, algorithm), element(OCTET_STRING, key))));
  }

  /** The curve of an EC key: {@code [0]} behind its version and its number. */
  private static byte[] curve(byte[] key) throws InvalidKeyException {
    var content = ByteBuffer.wrap(inside(ByteBuffer.wrap(key), SEQUENCE));
    while (content.hasRemaining()) {
      int tag = content.get(content.position()) & 0xff;
      var inside = inside(content, tag);
      if (tag == PARAMETERS) {
        return inside;
      }
    }
    throw new InvalidKeyException("it does not name its curve");
  }

  /** What is in the element that comes next. */
  private static byte[] inside(ByteBuffer der, int tag) throws InvalidKeyException {
    if ((der.get() & 0xff) != tag) {
      throw new InvalidKeyException("it is damaged");
    }
    int length = der.get() & 0xff;
    if (length >= 0x80) {
      int bytes = length & 0x7f;
      length = 0;
      for (int i = 0; i < bytes; i++) {
        length = (length << 8) | (der.get() & 0xff);
      }
    }
    if (length < 0 || length > der.remaining()) {
      throw new InvalidKeyException("it is damaged");
    }
    var inside = new byte[length];
    der.get(inside);
    return inside;
  }

  private static byte[] element(int tag, byte[] content) {
    var head =
        content.length < 0x80
            ? new byte[] {(byte) tag, (byte) content.length}
            : new byte[] {
              (byte) tag, (byte) 0x82, (byte) (content.length >> 8), (byte) content.length
            };
    return join(head, content);
  }

  private static byte[] join(byte[] one, byte[] two) {
    return ByteBuffer.allocate(one.length + two.length).put(one).put(two).array();
  }
}
