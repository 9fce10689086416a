package dev.retort;

import dev.retort.etf.Consult;
import dev.retort.etf.Inspect;
import dev.retort.term.Atom;
import dev.retort.term.Tuple;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@link TlsOptions} from what Erlang nodes are given, by the names that Erlang's {@code ssl}
 * has for them. What an option is by default is what OTP 26 and later have: a client verifies.
 */
final class TlsSettings {
  private static final Logger LOG = System.getLogger(TlsSettings.class.getName());

  /** As {@code ssl} has it. */
  static final int DEPTH = 10;

  /** They change how something is done and not who is believed; the JDK has its own ways. */
  private static final Set<String> PASSED_OVER =
      Set.of(
          "secure_renegotiate",
          "client_renegotiation",
          "renegotiate_at",
          "key_update_at",
          "dhfile",
          "reuse_sessions",
          "session_tickets",
          "hibernate_after",
          "honor_cipher_order",
          "honor_ecc_order",
          "log_level",
          "nodelay");

  private static final String KNOWN =
      "certfile, keyfile, password, cacertfile, verify, fail_if_no_peer_cert, depth, versions or"
          + " ciphers";

  private final String role;
  private @Nullable Path certfile;
  private @Nullable Path keyfile;
  private @Nullable String password;
  private @Nullable Path cacertfile;
  private boolean verifyPeer;
  private boolean failIfNoPeerCert;
  private int depth = DEPTH;
  private List<String> versions = List.of();
  private List<String> ciphers = List.of();

  private TlsSettings(boolean server) {
    role = server ? "server" : "client";
    verifyPeer = !server;
  }

  // ---- -ssl_dist_opt

  static TlsOptions of(List<String> options) {
    var server = new TlsSettings(true);
    var client = new TlsSettings(false);
    for (int i = 0; i < options.size(); i += 2) {
      var name = options.get(i);
      var side = name.startsWith("server_") ? server : name.startsWith("client_") ? client : null;
      if (side == null) {
        throw new IllegalArgumentException(
            "a name such as server_certfile or client_verify was expected, this is " + name);
      }
      if (i + 1 == options.size()) {
        throw new IllegalArgumentException("a value was expected after " + name);
      }
      side.set(name.substring("server_".length()), List.of(options.get(i + 1)));
    }
    return options(server, client);
  }

  private static TlsOptions options(TlsSettings server, TlsSettings client) {
    return new TlsOptions(server.role(), client.role());
  }

  // ---- -ssl_dist_optfile

  static TlsOptions read(Path optfile) throws IOException {
    try {
      return ofTerms(Consult.terms(text(optfile)));
    } catch (NoSuchFileException e) {
      throw new IOException("there is no file " + optfile + " with options of TLS", e);
    } catch (IllegalArgumentException e) {
      throw new IOException(
          "the options of TLS in " + optfile + " cannot be read: " + e.getMessage(), e);
    }
  }

  /** UTF-8, or Latin-1 where it is not. */
  private static String text(Path optfile) throws IOException {
    try {
      return Files.readString(optfile);
    } catch (CharacterCodingException e) {
      return Files.readString(optfile, StandardCharsets.ISO_8859_1);
    } catch (NoSuchFileException e) {
      throw e;
    } catch (IOException e) {
      throw new IOException(
          "the options of TLS in " + optfile + " cannot be read: " + e.getMessage(), e);
    }
  }

  private static TlsOptions ofTerms(List<Object> terms) {
    if (terms.size() != 1 || !(terms.getFirst() instanceof List<?> sides)) {
      throw new IllegalArgumentException(
          "one list was expected, [{server, [...]}, {client, [...]}], with a full stop behind it");
    }
    var server = new TlsSettings(true);
    var client = new TlsSettings(false);
    for (var side : sides) {
      if (!(side instanceof Tuple pair
          && pair.size() == 2
          && pair.get(0) instanceof Atom name
          && pair.get(1) instanceof List<?> options)) {
        throw new IllegalArgumentException(
            "{server, [...]} or {client, [...]} was expected, this is " + Inspect.inspect(side));
      }
      switch (name.name()) {
        case "server" -> server.setAll(options);
        case "client" -> client.setAll(options);
        default ->
            throw new IllegalArgumentException("server or client was expected, this is " + name);
      }
    }
    return options(server, client);
  }

  private void setAll(List<?> options) {
    for (var option : options) {
      if (!(option instanceof Tuple pair && pair.size() == 2 && pair.get(0) instanceof Atom name)) {
        throw new IllegalArgumentException(
            role
                + ": an option such as {certfile, \"node.pem\"} was expected, this is "
                + Inspect.inspect(option));
      }
      set(name.name(), texts(pair.get(1)));
    }
  }

  /** A value as texts: the one that it is, or those of the list that it is. */
  private static List<String> texts(Object value) {
    if (value instanceof List<?> list && !isString(list)) {
      var texts = new ArrayList<String>();
      list.forEach(each -> texts.add(text(each)));
      return texts;
    }
    return List.of(text(value));
  }

  private static String text(Object value) {
    return switch (value) {
      case Atom atom -> atom.name();
      case String text -> text;
      case List<?> list when isString(list) -> {
        var text = new StringBuilder();
        list.forEach(c -> text.appendCodePoint((int) (long) (Long) c));
        yield text.toString();
      }
      default -> Inspect.inspect(value);
    };
  }

  private static boolean isString(List<?> list) {
    return !list.isEmpty()
        && list.stream()
            .allMatch(each -> each instanceof Long c && Character.isValidCodePoint((int) (long) c));
  }

  // ---- an option

  private void set(String option, List<String> values) {
    switch (option) {
      case "certfile" -> certfile = Path.of(one(option, values));
      case "keyfile" -> keyfile = Path.of(one(option, values));
      case "password" -> password = one(option, values);
      case "cacertfile" -> cacertfile = Path.of(one(option, values));
      case "verify" -> verifyPeer = either(option, values, "verify_peer", "verify_none");
      case "fail_if_no_peer_cert" -> failIfNoPeerCert = either(option, values, "true", "false");
      case "depth" -> depth = number(option, one(option, values));
      case "versions" -> versions = values;
      case "ciphers" -> ciphers = List.of(String.join(":", values).split("[:,]"));
      default -> {
        if (!PASSED_OVER.contains(option)) {
          throw wrong(option, KNOWN + " was expected; a JVM node has no other option of TLS");
        }
        LOG.log(Level.DEBUG, "{0}_{1} says nothing to a JVM node", role, option);
      }
    }
  }

  private String one(String option, List<String> values) {
    if (values.size() != 1) {
      throw wrong(option, "one value was expected, these are " + values.size());
    }
    return values.getFirst();
  }

  private boolean either(String option, List<String> values, String yes, String no) {
    var value = one(option, values);
    if (!value.equals(yes) && !value.equals(no)) {
      throw wrong(option, yes + " or " + no + " was expected, this is " + value);
    }
    return value.equals(yes);
  }

  private int number(String option, String value) {
    try {
      return Integer.parseInt(value);
    } catch (NumberFormatException e) {
      throw wrong(option, "a number was expected, this is " + value);
    }
  }

  private IllegalArgumentException wrong(String option, String what) {
    return new IllegalArgumentException(role + "_" + option + ": " + what);
  }

  private TlsOptions.Role role() {
    try {
      return new TlsOptions.Role(
          certfile,
          keyfile,
          password,
          cacertfile,
          verifyPeer,
          failIfNoPeerCert,
          depth,
          versions,
          ciphers);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(role + "_" + e.getMessage(), e);
    }
  }
}
