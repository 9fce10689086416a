package dev.retort.node;

import dev.retort.node.HandshakeMessage.Challenge;
import dev.retort.node.HandshakeMessage.ChallengeAck;
import dev.retort.node.HandshakeMessage.ChallengeReply;
import dev.retort.node.HandshakeMessage.SendName;
import dev.retort.node.HandshakeMessage.Status;
import dev.retort.term.Atom;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.security.SecureRandom;
import java.util.Locale;

/**
 * The handshake of two nodes, in both roles; {@code dist_util} of Erlang's kernel. Each method is
 * one conversation from its first word to its last, on the thread that calls it.
 */
final class Handshake {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final String SAME_COOKIE =
      "start both nodes with the same --cookie, or both with none and the same ~/.erlang.cookie";

  private final Self self;
  private final Cookies cookies;
  private final AccessRules access;
  private final Connections connections;

  /** Who says its name, and what it can. */
  interface Self {
    /** Its name; only its host, while it is without one. */
    String name();

    int creation();

    boolean isHidden();

    /** Whether it asks the other side for a name. */
    boolean isNameless();

    /** The other side has given it a name; false if another one was faster. */
    boolean named(Atom name, int creation);
  }

  /** A name that is given with the node's start, and does not change. */
  record Fixed(String name, int creation, boolean isHidden) implements Self {
    @Override
    public boolean isNameless() {
      return false;
    }

    @Override
    public boolean named(Atom name, int creation) {
      return false;
    }
  }

  Handshake(Self self, Cookies cookies, AccessRules access, Connections connections) {
    this.self = self;
    this.cookies = cookies;
    this.access = access;
    this.connections = connections;
  }

  /** With one cookie for all nodes, which may do everything. */
  Handshake(NodeName self, int creation, boolean hidden, Cookie cookie, Connections connections) {
    this(
        new Fixed(self.toString(), creation, hidden),
        new Cookies(cookie, null),
        AccessRules.NONE,
        connections);
  }

  /**
   * Who is at the other end of a connection.
   *
   * @param flags what both sides can do
   * @param retort whether it is a Retort node
   */
  record Peer(Atom node, int creation, long flags, boolean retort) {
    boolean isHidden() {
      return !has(DistributionFlags.PUBLISHED);
    }

    boolean has(long flag) {
      return DistributionFlags.has(flags, flag);
    }
  }

  /** The attempt gives way to one in the other direction, which is not a failure. */
  static final class GivenUpException extends IOException {
    private static final long serialVersionUID = 1;

    GivenUpException() {
      super("the other node connects at the same time");
    }
  }

  /** The handshake has failed, with a reason that has been logged. */
  static final class FailedException extends IOException {
    private static final long serialVersionUID = 1;

    FailedException(String message, IOException cause) {
      super(message, cause);
    }
  }

  private long flags() {
    return DistributionFlags.OFFERED | (self.isHidden() ? 0 : DistributionFlags.PUBLISHED);
  }

  /** Who asks for a name is answered with the same flag, and not published. */
  private long flags(boolean nameless) {
    return nameless ? DistributionFlags.OFFERED | DistributionFlags.NAME_ME : flags();
  }

  /** {@code handshake_we_started}. */
  Peer connect(HandshakeSocket socket, Atom node, Attempt attempt) throws IOException {
    var steps = attempt.steps();
    var protection = socket.protection();
    if (protection == null) {
      steps.at(Stage.HANDSHAKE);
    }
    if (!access.allows(node)) {
      throw new IOException("none of this node's own rules of access is for it");
    }
    boolean nameless = self.isNameless();
    long ours = flags(nameless);
    int own = nameless ? 0 : self.creation();
    socket.send(new SendName(ours, own, self.name(), true));
    var answer = status(socket);
    if (protection != null) { // only now it is certain that it believes our certificate
      steps.passed(protection);
      steps.at(Stage.HANDSHAKE);
    }
    var status = answer.text();
    switch (status) {
      case Status.OK, Status.OK_SIMULTANEOUS -> {
        if (nameless) {
          throw new IOException("it gives this node no name, as nodes since OTP 23 do");
        }
      }
      case Status.NAMED -> {
        if (!nameless || NodeName.parse(String.valueOf(answer.name())) == null) {
          throw new IOException("it gives this node the name " + answer.name());
        }
      }
      case Status.NOK -> throw new GivenUpException();
      case Status.ALIVE -> {
        boolean goOn = connections.isPending(node, attempt);
        socket.send(Status.of(goOn ? Status.TRUE : Status.FALSE));
        if (!goOn) {
          throw new GivenUpException();
        }
      }
      case Status.NOT_ALLOWED ->
          throw new IOException(
              "it does not allow "
                  + self.name()
                  + " to connect (not_allowed): its net_kernel:allow/1 lists others, or it has this"
                  + " name itself");
      default -> throw new IOException("it answers with the status \"" + status + "\"");
    }
    Challenge challenge;
    try {
      challenge = Challenge.decode(socket.receive());
    } catch (EOFException e) {
      throw new IOException(
          "it closed the connection when it had said "
              + status
              + ": its log tells why; before OTP 25 nodes do so with those that they cannot follow",
          e);
    }
    if (!challenge.name().equals(node.name())) {
      throw new IOException(
          "it calls itself " + challenge.name() + ": connect to that name, or to another port");
    }
    steps.passed(status.equals(Status.OK) ? "it answers" : "it answers " + status);
    steps.at(Stage.FLAGS);
    long common = common(ours, challenge.flags());
    steps.passed("it can do all that is needed" + (challenge.retort() ? ", a Retort node" : ""));
    steps.at(Stage.COOKIE);
    var cookie = cookies.of(node);
    int mine = RANDOM.nextInt();
    socket.send(new ChallengeReply(mine, cookie.digest(challenge.challenge())));
    ChallengeAck ack;
    try {
      ack = ChallengeAck.decode(socket.receive());
    } catch (EOFException e) {
      throw new IOException(
          "it closed the connection when it had seen our challenge reply: the cookies differ, "
              + SAME_COOKIE,
          e);
    }
    if (!cookie.matches(ack.digest(), mine)) {
      throw new IOException("invalid challenge ack: the cookies differ, " + SAME_COOKIE);
    }
    steps.passed("both have the same");
    var given = answer.name();
    if (given != null && !self.named(Atom.of(given), answer.creation())) {
      throw new IOException("another node has given this one a name meanwhile: connect once more");
    }
    return new Peer(node, challenge.creation(), common, challenge.retort());
  }

  /** The first word of the other side, or none. */
  private static Status status(HandshakeSocket socket) throws IOException {
    try {
      return Status.decode(socket.receive());
    } catch (EOFException | SocketException e) {
      if (socket.protection() != null) {
        throw new IOException(
            "it closed the connection when TLS was made: it does not believe our certificate, or"
                + " takes calls of its own machine only; its log tells why",
            e);
      }
      throw new IOException(
          "it closed the connection without a word: a Retort node that takes calls of its own"
              + " machine only (start it with --interface), a node that speaks TLS"
              + " (-proto_dist inet_tls), or something else than a node",
          e);
    }
  }

  /** The first word of a caller. */
  SendName hear(HandshakeSocket socket) throws IOException {
    return SendName.decode(socket.receive());
  }

  /**
   * {@code handshake_other_started}.
   *
   * @param hello what the other side has said first
   */
  Peer accept(SendName hello, HandshakeSocket socket, Attempt attempt) throws IOException {
    var name = hello.name();
    int peerCreation = hello.creation();
    boolean nameless = DistributionFlags.has(hello.flags(), DistributionFlags.NAME_ME);
    if (nameless) {
      // it said its host, and gets the rest from us
      name = Long.toUnsignedString(RANDOM.nextLong(), 36).toUpperCase(Locale.ROOT) + "@" + name;
      peerCreation = RANDOM.nextInt(4, Integer.MAX_VALUE);
    }
    if (NodeName.parse(name) == null) {
      throw new IOException("\"" + name + "\" is no node name");
    }
    attempt.node(Atom.of(name));
    if (!access.allows(attempt.node())) {
      socket.send(Status.of(Status.NOT_ALLOWED));
      throw new IOException("none of this node's rules of access is for it");
    }
    if (name.equals(self.name())) {
      socket.send(Status.of(Status.NOT_ALLOWED));
      throw new IOException("it has this node's own name: start one of the two under another one");
    }
    long common;
    try {
      common = common(flags(nameless), hello.flags());
    } catch (IOException e) {
      socket.send(Status.of(Status.NOT_ALLOWED));
      throw e;
    }
    var verdict = connections.acceptPending(attempt);
    switch (verdict) {
      case OK -> socket.send(nameless ? Status.named(name, peerCreation) : Status.of(Status.OK));
      case OK_SIMULTANEOUS -> socket.send(Status.of(Status.OK_SIMULTANEOUS));
      case NOK -> {
        socket.send(Status.of(Status.NOK));
        throw new GivenUpException();
      }
      case UP -> {
        // Either it has lost the old connection and we have not seen that yet, or it is confused.
        socket.send(Status.of(Status.ALIVE));
        var answer = Status.decode(socket.receive()).text();
        if (!answer.equals(Status.TRUE)) {
          throw new GivenUpException();
        }
      }
      case ALREADY -> throw new GivenUpException();
    }
    int mine = RANDOM.nextInt();
    socket.send(new Challenge(flags(nameless), mine, self.creation(), self.name(), true));
    ChallengeReply reply;
    try {
      reply = ChallengeReply.decode(socket.receive());
    } catch (EOFException e) {
      throw new IOException("it closed the connection when it had seen our challenge", e);
    }
    var cookie = cookies.of(attempt.node());
    if (!cookie.matches(reply.digest(), mine)) {
      throw new IOException("invalid challenge reply: the cookies differ, " + SAME_COOKIE);
    }
    connections.replaceOld(attempt, socket.millisLeft());
    socket.send(new ChallengeAck(cookie.digest(reply.challenge())));
    return new Peer(attempt.node(), peerCreation, common, hello.retort());
  }

  private static long common(long ours, long theirs) throws IOException {
    var missing = DistributionFlags.missing(theirs);
    if (!missing.isEmpty()) {
      throw new IOException(
          "it cannot do what every node since OTP 25 does, and must be updated: it lacks "
              + String.join(", ", missing));
    }
    return ours & DistributionFlags.expand(theirs);
  }
}
