package dev.retort.node;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The secret that the nodes of a cluster share; it never goes over the wire. */
final class Cookie {
  private static final int GENERATED_LENGTH = 20;
  private static final int MAX_LENGTH = 255;

  /** A sum that was overheard is tried against all shorter ones in days, by who means it. */
  static final int STRONG_LENGTH = 16;

  /** Of sixteen characters that chance chose, so few are different once in thousands of years. */
  private static final int STRONG_VARIETY = 5;

  /** From this length on, a word among the characters does no harm. */
  private static final int LONG = 32;

  /** What the cookies of documents, images and default configurations are made of. */
  private static final List<String> WORDS =
      List.of("cookie", "secret", "password", "changeme", "erlang", "rabbit", "cluster", "abcdef");

  private static final Set<PosixFilePermission> OTHERS =
      EnumSet.of(
          PosixFilePermission.GROUP_READ,
          PosixFilePermission.GROUP_WRITE,
          PosixFilePermission.GROUP_EXECUTE,
          PosixFilePermission.OTHERS_READ,
          PosixFilePermission.OTHERS_WRITE,
          PosixFilePermission.OTHERS_EXECUTE);

  private final byte[] secret;

  private Cookie(byte[] secret) {
    this.secret = secret;
  }

  /** The cookie that {@code --cookie} gives; {@link dev.retort.NodeOptions} has checked it. */
  static Cookie of(String text) {
    return new Cookie(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** Where Erlang keeps it: {@code ~/.erlang.cookie}. */
  static Path defaultFile() {
    return Path.of(System.getProperty("user.home", "."), ".erlang.cookie");
  }

  /**
   * Reads the cookie from {@code file}, which is made with a new one if it is not there.
   *
   * @throws IOException with one sentence for the user
   */
  static Cookie read(Path file) throws IOException {
    if (Files.notExists(file)) {
      create(file);
    }
    if (!Files.isRegularFile(file)) {
      throw new IOException("the cookie file " + file + " is not a regular file");
    }
    checkPermissions(file);
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(file);
    } catch (IOException e) {
      throw new IOException(
          "the cookie file "
              + file
              + " cannot be read: make it readable for its owner with chmod 400, or give the cookie"
              + " with --cookie",
          e);
    }
    return check(file, bytes);
  }

  private static void checkPermissions(Path file) throws IOException {
    if (!file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      return;
    }
    var permissions = Files.getPosixFilePermissions(file);
    for (var permission : permissions) {
      if (OTHERS.contains(permission)) {
        throw new IOException(
            "the cookie file "
                + file
                + " must be accessible by its owner only, it is "
                + PosixFilePermissions.toString(permissions)
                + ": chmod 400 it");
      }
    }
  }

  /** Printable ASCII; line ends may follow. */
  private static Cookie check(Path file, byte[] bytes) throws IOException {
    int length = 0;
    while (length < bytes.length && bytes[length] >= ' ' && bytes[length] <= '~') {
      length++;
    }
    for (int i = length; i < bytes.length; i++) {
      if (bytes[i] != '\n' && bytes[i] != '\r') {
        throw new IOException("the cookie file " + file + " has a character that is not allowed");
      }
    }
    if (length == 0) {
      throw new IOException("the cookie file " + file + " is empty: write one line into it");
    }
    if (length > MAX_LENGTH) {
      throw new IOException(
          "the cookie in " + file + " is too long, at most 255 characters are used");
    }
    return new Cookie(Arrays.copyOf(bytes, length));
  }

  private static void create(Path file) throws IOException {
    var random = new SecureRandom();
    var cookie = new byte[GENERATED_LENGTH];
    for (int i = 0; i < cookie.length; i++) {
      cookie[i] = (byte) ('A' + random.nextInt(26));
    }
    boolean posix = file.getFileSystem().supportedFileAttributeViews().contains("posix");
    var owner = PosixFilePermissions.fromString("r--------");
    FileAttribute<?>[] attributes =
        posix
            ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(owner)}
            : new FileAttribute<?>[0];
    // Two nodes may start at once: the file appears whole or not at all, and the first one counts.
    var fresh = file.resolveSibling(file.getFileName() + "." + Long.toHexString(random.nextLong()));
    try {
      try (var channel =
          Files.newByteChannel(
              fresh, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), attributes)) {
        channel.write(ByteBuffer.wrap(cookie));
      }
      try {
        Files.createLink(file, fresh);
      } catch (FileAlreadyExistsException e) {
        // made by another node in the meantime
      } catch (UnsupportedOperationException | IOException e) {
        // a file system without hard links
        Files.move(fresh, file);
      }
    } catch (IOException e) {
      throw new IOException(
          "the cookie file "
              + file
              + " cannot be created: give the cookie with --cookie, or make its folder writable",
          e);
    } finally {
      Files.deleteIfExists(fresh);
    }
  }

  /**
   * Why a stranger might guess it: it is short, well known, or says the same few characters again
   * and again. Null if none of this is so. Never tells the cookie.
   */
  @Nullable String weakness() {
    var text = new String(secret, StandardCharsets.ISO_8859_1);
    if (secret.length < STRONG_LENGTH) {
      return "it has " + secret.length + " characters, and at least " + STRONG_LENGTH + " are safe";
    }
    var lower = text.toLowerCase(Locale.ROOT);
    for (var word : WORDS) {
      if (secret.length < LONG && lower.contains(word)) {
        return "it has the word " + word + ", as the well-known ones have";
      }
    }
    long different = text.chars().distinct().count();
    return different < STRONG_VARIETY ? "only " + different + " of its characters differ" : null;
  }

  /** {@code gen_digest}: MD5 of the cookie and the challenge as a decimal number. */
  Digest digest(int challenge) {
    try {
      var md5 = MessageDigest.getInstance("MD5");
      md5.update(secret);
      md5.update(Integer.toUnsignedString(challenge).getBytes(StandardCharsets.ISO_8859_1));
      return new Digest(md5.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java has MD5", e);
    }
  }

  /** Whether {@code digest} proves that its sender has this cookie. */
  boolean matches(Digest digest, int challenge) {
    return digest.equals(digest(challenge));
  }

  /** Never the secret itself. */
  @Override
  public String toString() {
    return "Cookie[" + secret.length + " characters]";
  }
}
