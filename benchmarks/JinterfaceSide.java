import com.ericsson.otp.erlang.OtpErlangAtom;
import com.ericsson.otp.erlang.OtpErlangBinary;
import com.ericsson.otp.erlang.OtpErlangLong;
import com.ericsson.otp.erlang.OtpErlangObject;
import com.ericsson.otp.erlang.OtpErlangPid;
import com.ericsson.otp.erlang.OtpErlangTuple;
import com.ericsson.otp.erlang.OtpMbox;
import com.ericsson.otp.erlang.OtpNode;
import java.util.Random;

/**
 * The server of {@code distribution} as Java programs have had it so far: with Jinterface, a
 * mailbox and a thread for each of the processes that {@code DistributionSide.java} registers.
 * There is no nursery, since nobody is told when a mailbox ends.
 */
final class JinterfaceSide {
  private static final OtpErlangAtom ALL_CAME = new OtpErlangAtom("all_came");
  private static final OtpErlangAtom MORE = new OtpErlangAtom("more");
  private static final OtpErlangAtom NONE = new OtpErlangAtom("none");
  private static final int MEBIBYTE = 1 << 20;

  private JinterfaceSide() {}

  /** What a thread does with its mailbox. */
  @FunctionalInterface
  private interface Body {
    void run(OtpMbox mailbox) throws Exception;
  }

  /** The cookie and the node's name. */
  public static void main(String[] args) throws Exception {
    var node = new OtpNode(args[1], args[0]);
    start(node.createMbox("echo"), JinterfaceSide::echo);
    start(node.createMbox("counter"), JinterfaceSide::counter);
    start(node.createMbox("sink"), JinterfaceSide::sink);
    start(node.createMbox("nursery"), JinterfaceSide::nursery);
    start(node.createMbox("source"), mailbox -> source(node, mailbox));
    Side.serve("Jinterface", command -> null);
  }

  private static void start(OtpMbox mailbox, Body body) {
    Thread.ofPlatform()
        .daemon()
        .start(
            () -> {
              try {
                body.run(mailbox);
              } catch (Exception e) {
                e.printStackTrace();
              }
            });
  }

  private static void echo(OtpMbox mailbox) throws Exception {
    while (true) {
      var request = (OtpErlangTuple) mailbox.receive();
      mailbox.send(pid(request, 0), tuple(mailbox.self(), request.elementAt(1)));
    }
  }

  /** What a gen_server does with a call: {@code {'$gen_call', {Pid, Tag}, Request}}. */
  private static void counter(OtpMbox mailbox) throws Exception {
    for (long count = 1; ; count++) {
      var from = (OtpErlangTuple) ((OtpErlangTuple) mailbox.receive()).elementAt(1);
      mailbox.send(pid(from, 0), tuple(from.elementAt(1), new OtpErlangLong(count)));
    }
  }

  private static void sink(OtpMbox mailbox) throws Exception {
    long count = 0;
    while (true) {
      if (mailbox.receive() instanceof OtpErlangTuple request) {
        mailbox.send(pid(request, 0), tuple(ALL_CAME, new OtpErlangLong(count)));
        count = 0;
      } else {
        count++;
      }
    }
  }

  private static void nursery(OtpMbox mailbox) throws Exception {
    while (true) {
      mailbox.send(pid((OtpErlangTuple) mailbox.receive(), 0), NONE);
    }
  }

  private static void source(OtpNode node, OtpMbox mailbox) throws Exception {
    while (true) {
      var request = (OtpErlangTuple) mailbox.receive();
      long window = ((OtpErlangLong) request.elementAt(1)).longValue();
      start(node.createMbox(), own -> flow(own, pid(request, 0), window));
    }
  }

  private static void flow(OtpMbox mailbox, OtpErlangPid to, long window) throws Exception {
    var bytes = new byte[MEBIBYTE];
    new Random(1).nextBytes(bytes);
    var message = tuple(mailbox.self(), new OtpErlangBinary(bytes));
    for (long i = 0; i < window; i++) {
      mailbox.send(to, message);
    }
    while (mailbox.receive().equals(MORE)) {
      mailbox.send(to, message);
    }
    mailbox.close();
  }

  private static OtpErlangPid pid(OtpErlangTuple tuple, int index) {
    return (OtpErlangPid) tuple.elementAt(index);
  }

  private static OtpErlangTuple tuple(OtpErlangObject... elements) {
    return new OtpErlangTuple(elements);
  }
}
