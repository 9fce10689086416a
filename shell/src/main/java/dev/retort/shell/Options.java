package dev.retort.shell;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the command line says; iex's flags.
 *
 * <p>Read by hand: a library for it costs each start more than a tenth of the time to the prompt.
 *
 * @param shortName {@code --sname}; null if not given, as the next two
 * @param longName {@code --name}
 * @param cookie {@code --cookie}
 * @param weakCookie {@code --allow-weak-cookie}
 * @param address {@code --interface}, where the node listens; null for this machine alone
 * @param ports {@code --port}, where the node listens; null for any free one
 * @param peerPort {@code --peer-port}, where all others listen; 0 where epmd is asked
 * @param tls {@code -proto_dist inet_tls} with its options; null for TCP alone
 * @param netTickTime {@code --net-ticktime}, in seconds; 0 for Erlang's own
 * @param access {@code --access}, the file of what other nodes may do here; null for everything
 * @param check {@code --check}, the node that is to be met; null for none
 * @param remsh {@code --remsh}, the node whose shell is wanted; null for none
 * @param sources what is to be evaluated, in the order given
 */
record Options(
    @Nullable String shortName,
    @Nullable String longName,
    @Nullable String cookie,
    boolean weakCookie,
    @Nullable String address,
    @Nullable Ports ports,
    int peerPort,
    @Nullable Tls tls,
    @Nullable String access,
    int netTickTime,
    @Nullable String check,
    @Nullable String remsh,
    boolean hidden,
    boolean noHalt,
    boolean version,
    boolean help,
    List<Source> sources) {

  static final String USAGE =
      """
      Usage: jex [options] [-e CODE]... [FILE...]

      A Java shell that is a node of an Erlang, Elixir and Retort cluster.

        --sname NAME        starts a node with a short name: NAME or NAME@HOST
        --name NAME@HOST    starts a node with a long name
        --cookie COOKIE     the cluster's cookie; without it the one in ~/.erlang.cookie
        --hidden            other nodes do not list this one among the visible
        --interface ADDRESS takes calls of other machines at this address; 0.0.0.0 is every one.
                            Without it the node takes calls of this machine only
        --allow-weak-cookie with --interface: a cookie that can be guessed will do
        --port PORT         the port that the node listens on, or a range such as 9100-9105;
                            without it any free one
        --no-epmd           without epmd: every other node listens on --port, too
        --peer-port PORT    as --no-epmd, where the others listen on a port of their own
        -proto_dist inet_tls
                            speaks TLS with other nodes, which must do so, too. One of the next
                            two goes with it; all have the names that they have for erl
        -ssl_dist_optfile FILE
                            the options of TLS: [{server, [...]}, {client, [...]}].
        -ssl_dist_opt NAME VALUE...
                            one or more of them, such as server_certfile FILE; may be given
                            several times
        --net-ticktime SECS how long a silent node is believed alive: 60, unless all nodes say
                            something else, as with erl -kernel net_ticktime
        --access FILE       what other nodes may do here: a line for each kind of node, such as
                            shop@* call=prices send=orders
        --check NODE        tells step by step what stands between this node and NODE, and ends;
                            with 0 if they can talk. Takes the options above
        --remsh NODE        a shell on NODE instead of one here: iex on an Elixir node, erl on an
                            Erlang node, jex on a Retort node. Takes the options above
        -e, --eval CODE     evaluates CODE; may be given several times
        --no-halt           stays up when the code or the input is at its end
        --version           prints the version
        -h, --help          prints this

      Without -e and FILE there is a prompt, and h() tells what can be called there. With them the
      code is evaluated in the order given, and jex ends: with 0, or with 1 at the first failure.
      When the input is no terminal, its lines are evaluated as if they were typed, and jex ends
      with 1 if one of them failed.

      ERL_DIST_PORT in the environment is --no-epmd --port, ERL_EPMD_PORT the port of all epmds.
      NO_COLOR in the environment turns colours off. What is typed is kept in ~/.jex_history, with
      --remsh in ~/.jex_remote_history.
      """;

  /**
   * How other nodes are spoken to in TLS.
   *
   * @param optfile {@code -ssl_dist_optfile}; null where {@code options} are given
   * @param options {@code -ssl_dist_opt}: names, each before its value
   */
  record Tls(@Nullable Path optfile, List<String> options) {}

  /** Something to evaluate. */
  sealed interface Source {
    /** The text after {@code -e}. */
    record Code(String text) implements Source {}

    /** A file of snippets. */
    record File(Path path) implements Source {}
  }

  /** Where a node may listen, from 1 to 65535. */
  record Ports(int first, int last) {}

  /** A command line that cannot be followed; the message says why. */
  static final class Refused extends Exception {
    private static final long serialVersionUID = 1;

    Refused(String message) {
      super(message);
    }
  }

  /** Whether there is code to evaluate instead of a prompt. */
  boolean isBatch() {
    return !sources.isEmpty();
  }

  static Options parse(String... arguments) throws Refused {
    return new Reading(arguments).options();
  }

  /** A port as text. */
  static int port(String flag, String text) throws Refused {
    try {
      int port = Integer.parseInt(text);
      if (port >= 1 && port <= 65535) {
        return port;
      }
    } catch (NumberFormatException e) {
      // It is refused as a number that is too large is.
    }
    throw new Refused(flag + " takes a number from 1 to 65535, not " + text);
  }

  private static int seconds(String flag, String text) throws Refused {
    try {
      int seconds = Integer.parseInt(text);
      if (seconds >= 1) {
        return seconds;
      }
    } catch (NumberFormatException e) {
      // It is refused as a number that is too small is.
    }
    throw new Refused(flag + " takes a number of seconds, at least 1, not " + text);
  }

  /** One pass over the command line. */
  private static final class Reading {
    private final ArrayDeque<String> rest;
    private final List<Source> sources = new ArrayList<>();
    private @Nullable String shortName;
    private @Nullable String longName;
    private @Nullable String cookie;
    private boolean weakCookie;
    private @Nullable String address;
    private @Nullable Ports ports;
    private boolean withoutEpmd;
    private int peerPort;
    private boolean withTls;
    private @Nullable Path tlsFile;
    private final List<String> tlsOptions = new ArrayList<>();
    private @Nullable String access;
    private int netTickTime;
    private @Nullable String check;
    private @Nullable String remsh;
    private boolean hidden;
    private boolean noHalt;
    private boolean version;
    private boolean help;

    Reading(String... arguments) {
      rest = new ArrayDeque<>(List.of(arguments));
    }

    Options options() throws Refused {
      while (!rest.isEmpty()) {
        take(rest.pop());
      }
      if (shortName != null && longName != null) {
        throw new Refused("--sname and --name exclude each other");
      }
      boolean isNamed = shortName != null || longName != null;
      if (!isNamed && check == null && remsh == null && isAboutNodes()) {
        throw new Refused(
            "--cookie, --hidden, --interface, --port, -proto_dist and the like need a node's name: --sname NAME"
                + " or --name NAME@HOST");
      }
      if (check != null && (!sources.isEmpty() || noHalt)) {
        throw new Refused("--check does nothing else: leave out -e, FILE and --no-halt");
      }
      if (remsh != null && (check != null || !sources.isEmpty() || noHalt)) {
        throw new Refused(
            "--remsh opens a shell there and does nothing here: leave out --check, -e, FILE and"
                + " --no-halt");
      }
      return new Options(
          shortName,
          longName,
          cookie,
          weakCookie,
          address,
          ports,
          peerPort == 0 && withoutEpmd ? ownPort() : peerPort,
          tls(),
          access,
          netTickTime,
          check,
          remsh,
          hidden,
          noHalt,
          version,
          help,
          List.copyOf(sources));
    }

    private boolean isAboutNodes() {
      return cookie != null
          || address != null
          || ports != null
          || withoutEpmd
          || peerPort != 0
          || access != null
          || netTickTime != 0
          || weakCookie
          || withTls
          || tlsFile != null
          || !tlsOptions.isEmpty()
          || hidden;
    }

    private @Nullable Tls tls() throws Refused {
      if (tlsFile != null && !tlsOptions.isEmpty()) {
        throw new Refused("-ssl_dist_optfile and -ssl_dist_opt exclude each other");
      }
      boolean options = tlsFile != null || !tlsOptions.isEmpty();
      if (withTls != options) {
        throw new Refused(
            options
                ? "-ssl_dist_optfile and -ssl_dist_opt need -proto_dist inet_tls"
                : "-proto_dist inet_tls needs -ssl_dist_optfile FILE, or -ssl_dist_opt"
                    + " server_certfile FILE and so on");
      }
      return withTls ? new Tls(tlsFile, List.copyOf(tlsOptions)) : null;
    }

    /** Without epmd, where others listen if nothing else is said. */
    private int ownPort() throws Refused {
      if (ports == null || ports.first() != ports.last()) {
        throw new Refused(
            "--no-epmd needs one port on which every node listens: --port PORT, or --peer-port PORT"
                + " for that of the others");
      }
      return ports.first();
    }

    private void take(String argument) throws Refused {
      int equals = argument.startsWith("--") ? argument.indexOf('=') : -1;
      if (equals > 0) {
        rest.push(argument.substring(equals + 1));
      }
      var flag = equals > 0 ? argument.substring(0, equals) : argument;
      int before = rest.size();
      switch (flag) {
        case "--sname" -> shortName = value(flag);
        case "--name" -> longName = value(flag);
        case "--cookie" -> cookie = value(flag);
        case "--allow-weak-cookie" -> weakCookie = true;
        case "--interface" -> address = value(flag);
        case "--port" -> ports = ports(value(flag));
        case "--no-epmd" -> withoutEpmd = true;
        case "--peer-port" -> peerPort = port(flag, value(flag));
        case "-proto_dist", "--proto-dist" -> withTls = isTls(flag, value(flag));
        case "-ssl_dist_optfile", "--ssl-dist-optfile" -> tlsFile = Path.of(value(flag));
        case "-ssl_dist_opt", "--ssl-dist-opt" -> takeTlsOptions(flag);
        case "--access" -> access = value(flag);
        case "--net-ticktime" -> netTickTime = seconds(flag, value(flag));
        case "--check" -> check = value(flag);
        case "-e", "--eval" -> sources.add(new Source.Code(value(flag)));
        case "--hidden" -> hidden = true;
        case "--no-halt" -> noHalt = true;
        case "--version" -> version = true;
        case "-h", "--help" -> help = true;
        case "--remsh" -> remsh = value(flag);
        case "--" -> takeFiles();
        default -> {
          if (flag.length() > 1 && flag.startsWith("-")) {
            throw new Refused("there is no option " + flag);
          }
          sources.add(new Source.File(Path.of(argument)));
        }
      }
      if (equals > 0 && rest.size() == before) {
        throw new Refused("the option " + flag + " takes no value");
      }
    }

    private void takeFiles() {
      while (!rest.isEmpty()) {
        sources.add(new Source.File(Path.of(rest.pop())));
      }
    }

    private static boolean isTls(String flag, String protocol) throws Refused {
      return switch (protocol) {
        case "inet_tls", "inet6_tls" -> true;
        case "inet_tcp", "inet6_tcp" -> false;
        default ->
            throw new Refused(
                "the option " + flag + " takes inet_tcp or inet_tls, not " + protocol);
      };
    }

    /** As many names with values as there are. */
    private void takeTlsOptions(String flag) throws Refused {
      do {
        tlsOptions.add(value(flag));
        tlsOptions.add(value(flag));
      } while (!rest.isEmpty() && rest.getFirst().matches("(server|client)_\\w+"));
    }

    private static Ports ports(String text) throws Refused {
      int dash = text.indexOf('-', 1);
      int first = port("--port", dash < 0 ? text : text.substring(0, dash));
      int last = dash < 0 ? first : port("--port", text.substring(dash + 1));
      if (first > last) {
        throw new Refused("--port takes a range from its first port to its last, not " + text);
      }
      return new Ports(first, last);
    }

    private String value(String flag) throws Refused {
      var value = rest.poll();
      if (value == null || value.isEmpty()) {
        throw new Refused("the option " + flag + " needs a value");
      }
      return value;
    }
  }
}
