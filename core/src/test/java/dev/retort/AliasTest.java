package dev.retort;

import static dev.retort.Kernel.alias;
import static dev.retort.Kernel.demonitor;
import static dev.retort.Kernel.exit;
import static dev.retort.Kernel.makeRef;
import static dev.retort.Kernel.monitor;
import static dev.retort.Kernel.processInfo;
import static dev.retort.Kernel.receive;
import static dev.retort.Kernel.self;
import static dev.retort.Kernel.send;
import static dev.retort.Kernel.spawn;
import static dev.retort.Kernel.spawnMonitor;
import static dev.retort.Kernel.unalias;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.retort.term.Atom;
import dev.retort.term.Pid;
import dev.retort.term.Ref;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Aliases of every mode. That a message was dropped is seen by one that is sent to the pid behind
 * it: signals from one process to another arrive in the order sent.
 */
@Timeout(30)
class AliasTest {
  private static final Duration SOON = Duration.ofSeconds(10);
  private static final Atom BOOM = Atom.of("boom");

  private static <T> T run(Callable<T> body) throws Exception {
    return Node.current().run(body);
  }

  /** All messages up to the one that says that these are all. */
  private static List<Object> messagesUpToEnd() {
    send(self(), "end");
    var all = new ArrayList<Object>();
    for (var message = receive(); !message.equals("end"); message = receive()) {
      all.add(message);
    }
    return all;
  }

  @Test
  void whoHasTheAliasCanSendToItAsToThePid() throws Exception {
    assertThat(
            run(
                () -> {
                  var alias = alias();
                  spawn(() -> send(alias, "through the alias"));
                  return receive(SOON);
                }))
        .isEqualTo("through the alias");
  }

  @Test
  void aPlainThreadCanSendToAnAliasToo() throws Exception {
    var aliases = new LinkedBlockingQueue<Ref>();
    var received = new LinkedBlockingQueue<Object>();
    spawn(
        () -> {
          aliases.add(alias());
          received.add(receive());
        });
    assertThat(send(aliases.take(), "hello")).isEqualTo("hello");
    assertThat(received.take()).isEqualTo("hello");
  }

  @Test
  void messagesToTheAliasAndToThePidArriveInTheOrderSent() throws Exception {
    assertThat(
            run(
                () -> {
                  var me = self();
                  var alias = alias();
                  var sender =
                      spawnMonitor(
                          () -> {
                            for (int i = 0; i < 1000; i++) {
                              send(i % 3 == 0 ? alias : me, i);
                            }
                          });
                  receive(Down.class, message -> message.ref().equals(sender.ref()));
                  var all = messagesUpToEnd();
                  return all.equals(java.util.stream.IntStream.range(0, 1000).boxed().toList());
                }))
        .isTrue();
  }

  @Test
  void anExplicitAliasTakesMessagesUntilItIsTakenBack() throws Exception {
    assertThat(
            run(
                () -> {
                  var alias = alias(AliasMode.EXPLICIT_UNALIAS);
                  send(alias, 1);
                  send(alias, 2);
                  assertThat(List.of(receive(), receive())).containsExactly(1, 2);
                  assertThat(unalias(alias)).isTrue();
                  send(alias, 3);
                  return messagesUpToEnd();
                }))
        .isEmpty();
  }

  @Test
  void aReplyAliasTakesOneMessage() throws Exception {
    assertThat(
            run(
                () -> {
                  var alias = alias(AliasMode.REPLY);
                  send(alias, "first");
                  send(alias, "second");
                  var all = messagesUpToEnd();
                  assertThat(unalias(alias)).isFalse();
                  return all;
                }))
        .containsExactly("first");
  }

  @Test
  void ofManyWhoAnswerAReplyAliasOneIsHeard() throws Exception {
    assertThat(
            run(
                () -> {
                  var alias = alias(AliasMode.REPLY);
                  var senders = new ArrayList<Ref>();
                  for (int i = 0; i < 100; i++) {
                    senders.add(spawnMonitor(() -> send(alias, "answer")).ref());
                  }
                  for (var sender : senders) {
                    receive(Down.class, down -> down.ref().equals(sender));
                  }
                  return messagesUpToEnd();
                }))
        .containsExactly("answer");
  }

  @Test
  void onlyAnActiveAliasOfOnesOwnCanBeTakenBack() throws Exception {
    assertThat(
            run(
                () -> {
                  var alias = alias();
                  var others = new LinkedBlockingQueue<Boolean>();
                  spawn(() -> others.add(unalias(alias)));
                  assertThat(others.take()).isFalse();
                  assertThat(unalias(makeRef())).isFalse();
                  assertThat(unalias(alias)).isTrue();
                  return unalias(alias);
                }))
        .isFalse();
  }

  @Test
  void anAliasEndsWithItsOwner() throws Exception {
    assertThat(
            run(
                () -> {
                  var me = self();
                  var owner = spawnMonitor(() -> send(me, alias()));
                  var alias = (Ref) receive();
                  receive(Down.class, down -> down.ref().equals(owner.ref()));
                  send(alias, "nobody reads this");
                  return unalias(alias);
                }))
        .isFalse();
  }

  @Test
  void nothingIsKeptOfAnAliasThatHasEnded() throws Exception {
    int before = Node.current().aliases.size();
    run(
        () -> {
          for (int i = 0; i < 100; i++) {
            spawnMonitor(Kernel::alias);
            spawnMonitor(() -> monitor(self(), AliasMode.REPLY_DEMONITOR));
          }
          for (int i = 0; i < 200; i++) {
            receive(Down.class);
          }
          var used = alias(AliasMode.REPLY);
          send(used, "used");
          messagesUpToEnd();
          return unalias(alias());
        });
    assertThat(Node.current().aliases.size()).isEqualTo(before);
  }

  // ---- aliases of monitors

  @ParameterizedTest
  @EnumSource(
      value = AliasMode.class,
      names = {"EXPLICIT_UNALIAS", "DEMONITOR"})
  void aMonitorsAliasTakesManyMessages(AliasMode mode) throws Exception {
    assertThat(
            run(
                () -> {
                  var ref = monitor(spawn(Kernel::receive), mode);
                  send(ref, 1);
                  send(ref, 2);
                  return messagesUpToEnd();
                }))
        .containsExactly(1, 2);
  }

  @Test
  void anExplicitAliasOutlivesItsMonitor() throws Exception {
    assertThat(
            run(
                () -> {
                  var fired = monitor(spawn(() -> {}), AliasMode.EXPLICIT_UNALIAS);
                  receive(Down.class);
                  send(fired, "after the end");
                  var takenBack = monitor(spawn(Kernel::receive), AliasMode.EXPLICIT_UNALIAS);
                  demonitor(takenBack);
                  send(takenBack, "after demonitor");
                  return messagesUpToEnd();
                }))
        .containsExactly("after the end", "after demonitor");
  }

  @ParameterizedTest
  @EnumSource(
      value = AliasMode.class,
      names = {"DEMONITOR", "REPLY_DEMONITOR"})
  void aliasesThatEndWithTheMonitorDoSoWhenItFires(AliasMode mode) throws Exception {
    assertThat(
            run(
                () -> {
                  var ref = monitor(spawn(() -> {}), mode);
                  receive(Down.class);
                  send(ref, "too late");
                  assertThat(unalias(ref)).isFalse();
                  return messagesUpToEnd();
                }))
        .isEmpty();
  }

  @ParameterizedTest
  @EnumSource(
      value = AliasMode.class,
      names = {"DEMONITOR", "REPLY_DEMONITOR"})
  void aliasesThatEndWithTheMonitorDoSoWhenItIsTakenBack(AliasMode mode) throws Exception {
    assertThat(
            run(
                () -> {
                  var ref = monitor(spawn(Kernel::receive), mode);
                  assertThat(demonitor(ref)).isTrue();
                  send(ref, "too late");
                  return messagesUpToEnd();
                }))
        .isEmpty();
  }

  @Test
  void aReplyThroughAReplyDemonitorAliasTakesTheMonitorBack() throws Exception {
    assertThat(
            run(
                () -> {
                  var server = spawn(Kernel::receive);
                  var watch = monitor(server);
                  var ref = monitor(server, AliasMode.REPLY_DEMONITOR);
                  assertThat(processInfo(server).monitoredBy()).containsExactly(self(), self());
                  send(ref, "reply");
                  assertThat(receive()).isEqualTo("reply");
                  assertThat(processInfo(server).monitoredBy()).containsExactly(self());
                  assertThat(demonitor(ref)).isFalse();
                  exit(server, BOOM);
                  receive(Down.class, down -> down.ref().equals(watch));
                  send(ref, "second reply");
                  return messagesUpToEnd();
                }))
        .isEmpty();
  }

  @Test
  void ofReplyAndEndExactlyOneIsHeard() throws Exception {
    for (int i = 0; i < 500; i++) {
      var later =
          run(
              () -> {
                var server =
                    spawn(
                        () -> {
                          var replyTo = (Ref) receive();
                          send(replyTo, "reply");
                        });
                var ref = monitor(server, AliasMode.REPLY_DEMONITOR);
                spawn(() -> exit(server, Atom.KILL));
                send(server, ref);
                receive(
                    Object.class,
                    message ->
                        message.equals("reply")
                            || (message instanceof Down down && down.ref().equals(ref)));
                assertThat(demonitor(ref)).isFalse();
                assertThat(unalias(ref)).isFalse();
                var end = monitor(server);
                receive(Down.class, down -> down.ref().equals(end));
                return messagesUpToEnd();
              });
      assertThat(later).isEmpty();
    }
  }

  @Test
  void unaliasLeavesTheMonitor() throws Exception {
    var down =
        run(
            () -> {
              var server = spawn(Kernel::receive);
              var ref = monitor(server, AliasMode.REPLY_DEMONITOR);
              assertThat(unalias(ref)).isTrue();
              send(ref, "dropped");
              exit(server, BOOM);
              return receive(SOON);
            });
    assertThat(down).isInstanceOf(Down.class);
  }

  @Test
  void anAliasOfAMonitorOfNobodyEndsWithTheDown() throws Exception {
    assertThat(
            run(
                () -> {
                  Pid nobody = spawnMonitor(() -> {}).pid();
                  receive(Down.class);
                  var ref = monitor(nobody, AliasMode.REPLY_DEMONITOR);
                  assertThat(receive(Down.class).reason()).isEqualTo(Atom.NOPROC);
                  send(ref, "too late");
                  return messagesUpToEnd();
                }))
        .isEmpty();
  }

  // ---- bad input

  @Test
  void aModeThatDoesNotFitIsRefusedWithThoseThatDo() throws Exception {
    run(
        () -> {
          for (var mode : List.of(AliasMode.DEMONITOR, AliasMode.REPLY_DEMONITOR)) {
            assertThatThrownBy(() -> alias(mode))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("EXPLICIT_UNALIAS or REPLY was expected")
                .hasMessageContaining(mode.toString());
          }
          assertThatThrownBy(() -> monitor(self(), AliasMode.REPLY))
              .isInstanceOf(IllegalArgumentException.class)
              .hasMessageContaining("EXPLICIT_UNALIAS, DEMONITOR or REPLY_DEMONITOR");
          return true;
        });
  }

  @Test
  void outsideAProcessThereIsNobodyToSendTo() {
    assertThatThrownBy(Kernel::alias)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("alias was called on a thread that is no process")
        .hasMessageContaining("spawn(() -> ...)");
  }

  @Test
  void aReferenceThatIsNoAliasLeadsNowhere() throws Exception {
    assertThat(
            run(
                () -> {
                  send(makeRef(), "dropped");
                  send(monitor(self()), "dropped, too");
                  return messagesUpToEnd();
                }))
        .isEmpty();
  }
}
