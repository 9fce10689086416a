package dev.retort.node;

import static dev.retort.Kernel.receive;
import static dev.retort.Kernel.self;
import static dev.retort.Kernel.send;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.retort.Node;
import dev.retort.etf.Encoder;
import dev.retort.term.Atom;
import dev.retort.term.Binary;
import dev.retort.term.Fun;
import dev.retort.term.ImproperList;
import dev.retort.term.Name;
import dev.retort.term.Pid;
import dev.retort.term.Ref;
import dev.retort.term.Tuple;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.zip.Deflater;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What a peer can do that has the cookie: its connection ends or its message is dropped, with the
 * reason in the log; the node, which has little memory, serves its other peers meanwhile.
 */
@Timeout(60)
class HostileMessagesTest {
  private static final int MILLION = 1_000_000;

  private static final TestNodes nodes = new TestNodes();
  private static ForkedNode target;

  /** An honest peer. */
  private static Node other;

  private Pretender peer;

  @BeforeAll
  static void startNodes() throws IOException {
    target = new ForkedNode("hostile");
    other = nodes.start(ForkedNode.asTheOther(TestNodes.options()));
  }

  @AfterAll
  static void nothingWasEverTooMuch() throws IOException {
    try {
      assertThat(target.log()).doesNotContain("OutOfMemoryError");
      assertThat(target.isAlive()).isTrue();
    } finally {
      target.close();
      nodes.close();
    }
  }

  @BeforeEach
  void connect() throws IOException {
    peer = nodes.pretend(target.name()).ticking(Duration.ofSeconds(1));
  }

  @AfterEach
  void nodeGoesOn() throws Exception {
    peer.close();
    assertServes();
  }

  /** What the node says of itself to its honest peer. */
  private record Answer(long seen, long crashes, long kilobytes, long descriptors, long threads) {}

  private static Answer assertServes() throws Exception {
    return other.run(
        () -> {
          send(new Name(Atom.of("target"), target.name()), Tuple.of(Atom.of("ask"), self()));
          var answer = receive(Tuple.class, Duration.ofSeconds(30));
          assertThat(answer).as("the answer to an honest peer").isNotNull();
          return new Answer(
              (Long) answer.get(1),
              (Long) answer.get(2),
              (Long) answer.get(3),
              (Long) answer.get(4),
              (Long) answer.get(5));
        });
  }

  private void assertClosed(String reason) {
    peer.assertEnds();
    target.awaitLog("connection to " + peer.name().name() + " is closed: ");
    target.awaitLog(reason);
  }

  /** The message was dropped, and what comes after it arrives. */
  private void assertDropped(String reason) throws Exception {
    target.awaitLog(reason);
    assertPeerIsHeard();
  }

  private void assertPeerIsHeard() throws Exception {
    long before = assertServes().seen;
    peer.sendTo("target", "still here");
    await().until(() -> assertServes().seen > before);
  }

  // ---- control messages

  @Test
  void unknownControlMessage() {
    peer.send(Tuple.of(99L));
    assertClosed("control message 99 is unknown");
  }

  @Test
  void controlMessageWhoseNumberWouldBeAKnownOneIfItWereCutOff() {
    peer.send(Tuple.of((1L << 32) + 6, peer.pid(), Atom.of(""), Atom.of("target")), "text");
    assertClosed("control message 4294967302 is unknown");
  }

  private enum Signal {
    LINK,
    UNLINK_ID,
    EXIT,
    EXIT2,
    MONITOR,
    DOWN,
    SPAWN
  }

  /** A node speaks for its own processes only, and asks about those of whom it talks to. */
  @ParameterizedTest
  @EnumSource(Signal.class)
  void pidOfAnotherNodeAsSender(Signal signal) throws Exception {
    var third = Pid.of(Atom.of("third@nowhere"), 1, 0, 1);
    var ours = Pid.of(target.name(), 1, 0, 1); // of an earlier incarnation
    var ref = Ref.of(peer.name(), 1, 1, 2, 3);
    switch (signal) {
      case LINK -> peer.send(Tuple.of(1L, third, ours));
      case UNLINK_ID -> peer.send(Tuple.of(35L, 1L, third, ours));
      case EXIT -> peer.send(Tuple.of(24L, third, ours), Atom.KILL);
      case EXIT2 -> peer.send(Tuple.of(26L, third, ours), Atom.KILL);
      case MONITOR -> peer.send(Tuple.of(19L, third, Atom.of("target"), ref));
      case DOWN -> peer.send(Tuple.of(28L, third, ours, ref), Atom.NOPROC);
      case SPAWN ->
          peer.send(
              Tuple.of(
                  29L,
                  ref,
                  third,
                  third,
                  Tuple.of(Atom.of("erlang"), Atom.of("halt"), 0L),
                  List.of()),
              List.of());
    }
    assertClosed("in the name of a process of third@nowhere");
  }

  @Test
  void linkToAProcessOfAnotherNode() {
    peer.send(Tuple.of(1L, peer.pid(), Pid.of(Atom.of("fourth@nowhere"), 1, 0, 1)));
    assertClosed("a process of fourth@nowhere is asked of this node");
  }

  // ---- atoms

  @Test
  void atomOfMoreThan255Characters() throws Exception {
    peer.sendTo("target", atom("é".repeat(256)));
    assertDropped("an atom has at most 255 characters, this one has 256");
    peer.sendTo("target", atom("x".repeat(65_535)));
    assertDropped("an atom has at most 255 characters, this one has 65535");
    peer.sendTo("target", atom("😀".repeat(255))); // 1020 bytes are well
    assertPeerIsHeard();
    peer.frame(out -> out.bytes(atom("y".repeat(257))));
    assertClosed("an atom has at most 255 characters, this one has 257");
  }

  @Test
  void atomOfMoreThan255CharactersInAHeader() {
    peer.frame(
        header(new byte[] {(byte) 0x18, 0}, "z".repeat(300).getBytes(StandardCharsets.UTF_8)));
    assertClosed("a header has a malformed atom: an atom has at most 255 characters");
  }

  @Test
  void atomThatIsNotUtf8() throws Exception {
    peer.sendTo("target", new byte[] {119, 1, -1});
    assertDropped("expected an atom's name in UTF-8");
    peer.frame(header(new byte[] {(byte) 0x18, 0}, new byte[] {-1}));
    assertClosed("a header has an atom that is not UTF-8");
  }

  /** A header with one new atom, whose length is in two bytes. */
  private static byte[] header(byte[] flagsAndIndex, byte[] text) {
    return ByteBuffer.allocate(7 + text.length)
        .put((byte) 131)
        .put((byte) 68)
        .put((byte) 1)
        .put(flagsAndIndex)
        .putShort((short) text.length)
        .put(text)
        .array();
  }

  private static byte[] atom(String text) {
    var bytes = text.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(3 + bytes.length)
        .put((byte) 118)
        .putShort((short) bytes.length)
        .put(bytes)
        .array();
  }

  /** In messages and in headers; they are garbage like anything else. */
  @Test
  void aMillionDistinctAtoms() throws Exception {
    long before = assertServes().kilobytes;
    int next = 0;
    while (next < MILLION) {
      var atoms = new ArrayList<Object>();
      for (int i = 0; i < 9_800; i++) {
        atoms.add(Atom.of("atom" + next++));
      }
      peer.sendTo("target", atoms);
      var frame = new ByteArrayOutputStream();
      frame.writeBytes(new byte[] {(byte) 131, 68, (byte) 200});
      for (int i = 0; i < 101; i++) {
        frame.write(i == 100 ? 0 : 0x88); // new entries of the first segment
      }
      for (int i = 0; i < 200; i++) {
        var text = ("atom" + next++).getBytes(StandardCharsets.UTF_8);
        frame.write(i);
        frame.write(text.length);
        frame.writeBytes(text);
      }
      var control = new Encoder();
      control.write(Tuple.of(6L, peer.pid(), Atom.of(""), Atom.of("target")));
      control.write("atoms in the header");
      frame.writeBytes(control.toByteArray());
      peer.frame(frame.toByteArray());
    }
    assertPeerIsHeard();
    assertThat(assertServes().kilobytes - before).isLessThan(20_000); // they take 100,000
  }

  // ---- large claims

  private enum Nest {
    TUPLE(104, 1),
    LIST(108, 0, 0, 0, 1),
    MAP(116, 0, 0, 0, 1, 97, 1),
    KEY(116, 0, 0, 0, 1),
    FUN_OF_LISTS(108, 0, 0, 0, 2, 106);

    private final String open;

    Nest(int... open) {
      this.open = new String(bytes(open), StandardCharsets.ISO_8859_1);
    }
  }

  @ParameterizedTest
  @EnumSource(Nest.class)
  void termNestedAMillionDeep(Nest nest) throws Exception {
    var deep = nested(nest, MILLION);
    peer.sendTo("target", deep);
    assertDropped("nested deeper than the limit of 10000 levels");
    peer.frame(out -> out.bytes(deep));
    assertClosed("a malformed control message: malformed term");
  }

  /** As deep as may be: whoever compares it may have no stack for that, and ends alone. */
  @Test
  void termNestedToTheLimitEndsNobodyButWhoUsesIt() throws Exception {
    long before = assertServes().seen;
    var message = nested(Nest.TUPLE, 9_990);
    peer.sendTo("target", message);
    for (var service : List.of("net_kernel", "rex", "global_name_server")) {
      peer.sendTo(service, message);
      peer.sendTo(service, inCall(message));
    }
    await().until(() -> assertServes().seen > before);
    assertServicesGoOn();
    assertPeerIsHeard();
  }

  private static byte[] nested(Nest nest, int levels) {
    return (nest.open.repeat(levels) + "j").getBytes(StandardCharsets.ISO_8859_1);
  }

  /** {@code {'$gen_call', {Pid, Tag}, {set_lock, {Message, Message}}}}. */
  private byte[] inCall(byte[] message) {
    var out = new Encoder();
    out.bytes(bytes(104, 3));
    out.write(Atom.of("$gen_call"));
    out.write(Tuple.of(peer.pid(), 1L));
    out.bytes(bytes(104, 2));
    out.write(Atom.of("set_lock"));
    out.bytes(bytes(104, 2));
    out.bytes(message);
    out.bytes(message);
    return out.toByteArray();
  }

  private static byte[] bytes(int... values) {
    var bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return bytes;
  }

  @Test
  void lengthsThatNothingFollows() throws Exception {
    for (int tag : new int[] {105, 108, 116, 109, 111, 77}) { // tuple, list, map, bytes, integer
      peer.sendTo("target", bytes(tag, 0xff, 0xff, 0xff, 0xff, 1, 2, 3));
      assertDropped("tag " + tag + ": expected ");
    }
    peer.sendTo("target", bytes(107, 0xff, 0xff, 1, 2, 3));
    assertDropped("tag 107: expected 65535 bytes");
    peer.sendTo("target", bytes(108, 0, 0, 0, 3, 108, 0, 0, 0, 3, 108, 0, 0, 0, 3));
    assertDropped("tag 108: expected 4 elements, but only");
  }

  /** To print its digits would take minutes. */
  @Test
  void integerOfAMegabyte() throws Exception {
    long before = assertServes().seen;
    var number = new byte[6 + (1 << 20)];
    ByteBuffer.wrap(number).put((byte) 111).putInt(1 << 20).put((byte) 0);
    java.util.Arrays.fill(number, 6, number.length, (byte) 0xff);
    peer.sendTo("target", number);
    peer.sendTo("target", inMapKeys(number));
    await().until(() -> assertServes().seen >= before + 2);
  }

  private static byte[] inMapKeys(byte[] number) {
    var other = number.clone();
    other[7] = 1;
    var out = new Encoder();
    out.bytes(bytes(116, 0, 0, 0, 2));
    out.bytes(number);
    out.bytes(bytes(106));
    out.bytes(other);
    out.bytes(bytes(106));
    return out.toByteArray();
  }

  /** 250 MB of zeros in 250 kB. */
  @Test
  void compressedBomb() throws Exception {
    int size = 250_000_000;
    var out = new ByteArrayOutputStream();
    out.writeBytes(ByteBuffer.allocate(5).put((byte) 80).putInt(size + 5).array());
    var deflater = new Deflater(1);
    var buffer = new byte[1 << 16];
    deflater.setInput(ByteBuffer.allocate(5).put((byte) 109).putInt(size).array());
    while (deflater.getBytesRead() < size || !deflater.needsInput()) {
      if (deflater.needsInput()) {
        deflater.setInput(new byte[1 << 20]);
      }
      out.write(buffer, 0, deflater.deflate(buffer));
    }
    deflater.end();
    peer.sendTo("target", out.toByteArray());
    assertDropped("between nodes none is compressed");
    peer.frame(content -> content.bytes(out.toByteArray()));
    assertClosed("between nodes none is compressed");
  }

  // ---- fragments

  private void begin(Encoder out) {
    out.write(Tuple.of(6L, peer.pid(), Atom.of(""), Atom.of("target")));
  }

  @Test
  void fragmentsThatNeverEnd() {
    var piece = new byte[60_000];
    peer.fragment(true, 1, Long.MAX_VALUE, this::begin);
    for (int i = 1; i < 2 * ForkedNode.HEAP_MEGABYTES * 16 && !isClosed(); i++) {
      peer.fragment(false, 1, Long.MAX_VALUE - i, out -> out.bytes(piece));
    }
    assertClosed("unfinished messages of ");
  }

  @Test
  void fragmentsOfNothing() {
    peer.fragment(true, 1, Long.MAX_VALUE, this::begin);
    peer.raw(
        ByteBuffer.allocate(22)
            .putInt(18)
            .put((byte) 131)
            .put((byte) 70)
            .putLong(1)
            .putLong(Long.MAX_VALUE - 1)
            .array());
    assertClosed("a fragment without content");
  }

  private boolean isClosed() {
    return target.log().contains("connection to " + peer.name().name() + " is closed");
  }

  @Test
  void moreUnfinishedMessagesThanCanBe() {
    for (int i = 0; i <= 10_000; i++) {
      peer.fragment(true, i, 2, this::begin);
    }
    assertClosed("more than 10000 unfinished messages");
  }

  private enum Disorder {
    SKIPPED("fragment 1 came, 2 was expected"),
    TWICE("fragment 3 came, 2 was expected"),
    BEGUN_TWICE("begins twice"),
    NOT_BEGUN("a fragment of a message that has not begun"),
    OF_NONE("a message of 0 fragments"),
    CUT_OFF("a fragment ends within its header");

    private final String reason;

    Disorder(String reason) {
      this.reason = reason;
    }
  }

  @ParameterizedTest
  @EnumSource(Disorder.class)
  void fragmentsOutOfOrder(Disorder disorder) {
    Consumer<Encoder> rest = out -> out.bytes(new byte[10]);
    switch (disorder) {
      case SKIPPED -> {
        peer.fragment(true, 7, 3, this::begin);
        peer.fragment(false, 7, 1, rest);
      }
      case TWICE -> {
        peer.fragment(true, 7, 4, this::begin);
        peer.fragment(false, 7, 3, rest);
        peer.fragment(false, 7, 3, rest);
      }
      case BEGUN_TWICE -> {
        peer.fragment(true, 7, 3, this::begin);
        peer.fragment(true, 7, 3, this::begin);
      }
      case NOT_BEGUN -> peer.fragment(false, 7, 1, rest);
      case OF_NONE -> peer.fragment(true, 7, 0, this::begin);
      case CUT_OFF -> peer.frame(new byte[] {(byte) 131, 70, 0, 0, 0});
    }
    assertClosed(disorder.reason);
  }

  // ---- code

  /** A fun is data here; to call one is nothing that this node does. */
  @Test
  void funsThatNobodyAllowed() throws Exception {
    var md5 = Binary.of(new byte[16]);
    var fun =
        new Fun.Closure(Atom.of("os"), 0, md5, 0, 0, 0, peer.pid(), List.of(Atom.of("rm"), "-rf"));
    var apply = Tuple.of(Atom.of("erlang"), Atom.of("apply"), 2L);
    var erpc = Tuple.of(Atom.of("erpc"), Atom.of("execute_call"), 4L);
    int word = 0;
    for (var function : List.of(apply, erpc, Tuple.of(Atom.of("os"), Atom.of("cmd"), 1L))) {
      var arguments =
          function.equals(erpc)
              ? List.of(
                  Ref.of(peer.name(), 1, 9), Atom.of("erlang"), Atom.of("apply"), List.of(fun))
              : List.of(fun, List.of());
      var ref = Ref.of(peer.name(), 1, 1, 2, ++word);
      peer.send(
          Tuple.of(29L, ref, peer.pid(), peer.pid(), function, List.of(Atom.of("monitor"))),
          arguments);
    }
    peer.sendTo("target", fun);
    peer.sendTo(
        "rex",
        inCast(
            Tuple.of(
                Atom.of("cast"),
                Atom.of("erlang"),
                Atom.of("apply"),
                List.of(fun, List.of()),
                peer.pid())));
    peer.send(
        Tuple.of(
            29L,
            Ref.of(peer.name(), 1, 1, 2, 99),
            peer.pid(),
            peer.pid(),
            SpawnRequests.CLOSURE,
            List.of()),
        List.of(fun));
    target.awaitLog("a closure of " + peer.name().name() + " is refused");
    assertPeerIsHeard();
    var answers = new String(readUntil(word), StandardCharsets.ISO_8859_1);
    assertThat(answers).contains("undef").contains("closures_not_accepted");
  }

  private static Tuple inCast(Tuple request) {
    return Tuple.of(Atom.of("$gen_cast"), request);
  }

  /** What the node has sent, up to so many ends of processes and the refusal. */
  private byte[] readUntil(int ends) throws IOException {
    var in = peer.socket().getInputStream();
    var all = new ByteArrayOutputStream();
    while (true) {
      all.write(in.read());
      all.writeBytes(in.readNBytes(in.available()));
      var text = all.toString(StandardCharsets.ISO_8859_1);
      if (text.contains("closures_not_accepted") && text.split("undef", -1).length > ends) {
        return all.toByteArray();
      }
    }
  }

  /** Whatever comes to the processes that every node has, they go on. */
  @Test
  void messagesWithoutSenseToTheNodesOwnProcesses() throws Exception {
    var pid = peer.pid();
    var parts =
        List.<Object>of(
            1L,
            -1L,
            "text",
            List.of(),
            List.of(1L, Atom.of("x")),
            Tuple.of(),
            Tuple.of(1L),
            Tuple.of(Atom.of("call"), 1L, 2L, 3L, 4L),
            java.util.Map.of(1L, 2L),
            ImproperList.of(List.of(Atom.of("alias")), 1L),
            pid,
            Ref.of(peer.name(), 1, 1),
            Atom.of("true"));
    var heads = new ArrayList<Object>(parts);
    for (var head :
        List.of(
            "call",
            "cast",
            "block_call",
            "sbcast",
            "send",
            "features_request",
            "init_connect",
            "init_connect_ack",
            "exchange",
            "resolved",
            "new_nodes",
            "in_sync",
            "lock_set",
            "set_lock",
            "del_lock",
            "register",
            "unregister",
            "lost_connection",
            "remove_connection",
            "cancel_connect",
            "is_auth",
            "nodedown",
            "EXIT",
            "DOWN",
            "$gen_call",
            "$gen_cast",
            "system")) {
      heads.add(Atom.of(head));
    }
    for (var service : List.of("net_kernel", "rex", "global_name_server", "user", "target")) {
      for (var head : heads) {
        for (int size = 0; size < 8; size++) {
          for (int shift = 0; shift < 3; shift++) {
            var elements = new Object[size + 1];
            elements[0] = head;
            for (int i = 1; i <= size; i++) {
              elements[i] = parts.get((i * 5 + shift * 7 + size) % parts.size());
            }
            var request = Tuple.of(elements);
            peer.sendTo(service, request);
            peer.sendTo(service, Tuple.of(Atom.of("$gen_cast"), request));
            peer.sendTo(service, Tuple.of(Atom.of("$gen_call"), Tuple.of(pid, 1L), request));
            peer.sendTo(service, Tuple.of(pid, request));
          }
        }
      }
    }
    assertPeerIsHeard();
    assertServicesGoOn();
  }

  private static void assertServicesGoOn() throws Exception {
    assertThat(other.run(() -> Node.ping(target.name().name()))).isTrue();
    for (var service : List.of("net_kernel", "rex", "global_name_server", "user")) {
      var alive =
          other.run(
              () -> {
                var monitor = dev.retort.Kernel.monitor(new Name(Atom.of(service), target.name()));
                return receive(monitor, Object.class, down -> true, Duration.ofMillis(1)) == null;
              });
      assertThat(alive).as(service + " is there").isTrue();
    }
  }

  // ---- floods

  @Test
  void floodOfTicks() throws Exception {
    var ticks = new byte[1 << 20];
    for (int i = 0; i < 8; i++) {
      peer.raw(ticks);
      assertServes();
    }
    assertPeerIsHeard();
  }

  /** It says that it lives, and never reads what it is sent. */
  @Test
  void peerThatNeverReads() throws Exception {
    peer.sendTo("target", Tuple.of(Atom.of("flood"), peer.pid()));
    var flooded = "connection to " + peer.name().name() + " is closed: it has read nothing for 4 s";
    await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () -> {
              assertServes();
              return target.log().contains(flooded);
            });
    target.awaitLog("the flood is over");
  }

  /** It asks without end, and never reads the answers. */
  @Test
  void peerThatNeverReadsAnswers() throws Exception {
    var question = new Encoder();
    question.u32(0);
    question.bytes(bytes(131, 68, 0));
    var nobody = Atom.of("nobody".repeat(40));
    question.write(Tuple.of(19L, peer.pid(), nobody, Ref.of(peer.name(), 1, 1, 2, 3)));
    question.u32At(0, question.size() - 4);
    var one = question.toByteArray();
    var many = ByteBuffer.allocate(one.length * 1000);
    while (many.hasRemaining()) {
      many.put(one);
    }
    while (!isClosed()) {
      peer.raw(many.array());
    }
    assertThat(target.log())
        .containsPattern(
            peer.name().name()
                + " is closed: it (does not read what it asked for|has read nothing for 4 s)");
  }
}
