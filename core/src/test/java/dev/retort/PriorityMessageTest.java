package dev.retort;

import static dev.retort.Kernel.alias;
import static dev.retort.Kernel.priorityAlias;
import static dev.retort.Kernel.receive;
import static dev.retort.Kernel.self;
import static dev.retort.Kernel.send;
import static dev.retort.Kernel.sendPriority;
import static dev.retort.Kernel.spawn;
import static dev.retort.Kernel.unalias;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.retort.term.Ref;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Messages that go before all ordinary ones, as in OTP 28. */
@Timeout(30)
class PriorityMessageTest {
  private static <T> T run(Callable<T> body) throws Exception {
    return Node.current().run(body);
  }

  /** All messages that are in the mailbox now. */
  private static List<Object> messages() {
    var all = new ArrayList<Object>();
    for (Object message; (message = receive(Duration.ZERO)) != null; ) {
      all.add(message);
    }
    return all;
  }

  @Test
  void theyGoBeforeAllOrdinaryOnesInTheOrderSent() throws Exception {
    assertThat(
            run(
                () -> {
                  var alias = priorityAlias(AliasMode.EXPLICIT_UNALIAS);
                  send(self(), "a");
                  sendPriority(alias, 1);
                  send(self(), "b");
                  sendPriority(alias, 2);
                  sendPriority(alias, 3);
                  return messages();
                }))
        .containsExactly(1, 2, 3, "a", "b");
  }

  @Test
  void aSelectiveReceiveThatIsWaitingSeesThem() throws Exception {
    run(
        () -> {
          var me = self();
          var alias = priorityAlias(AliasMode.EXPLICIT_UNALIAS);
          for (int i = 0; i < 10; i++) {
            send(me, i);
          }
          var seen = new AtomicInteger();
          var sender =
              spawn(
                  () -> {
                    receive();
                    sendPriority(alias, "now");
                  });
          var found =
              receive(
                  Object.class,
                  message -> {
                    if (seen.incrementAndGet() == 10) {
                      send(sender, "it has seen all that was there");
                    }
                    return message.equals("now");
                  });
          assertThat(found).isEqualTo("now");
          assertThat(messages()).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
          return true;
        });
  }

  @Test
  void aReceiveForAFreshReferenceFindsThemThoughTheyStandBeforeItsMark() throws Exception {
    run(
        () -> {
          var alias = priorityAlias(AliasMode.EXPLICIT_UNALIAS);
          for (int i = 0; i < 10; i++) {
            send(self(), i);
          }
          var ref = Kernel.makeRef();
          sendPriority(alias, ref);
          assertThat(receive(ref, Ref.class, ref::equals)).isEqualTo(ref);
          assertThat(messages()).hasSize(10);
          return true;
        });
  }

  @Test
  void selectiveReceivesMayTakeThemInAnyOrder() throws Exception {
    assertThat(
            run(
                () -> {
                  var alias = priorityAlias(AliasMode.EXPLICIT_UNALIAS);
                  send(self(), "a");
                  sendPriority(alias, 1);
                  sendPriority(alias, 2);
                  assertThat(receive(Integer.class, n -> n == 2)).isEqualTo(2);
                  sendPriority(alias, 3);
                  assertThat(receive(String.class)).isEqualTo("a");
                  send(self(), "b");
                  sendPriority(alias, 4);
                  return messages();
                }))
        .containsExactly(1, 3, 4, "b");
  }

  @Test
  void onlyTheSendersWishAndTheReceiversTogetherGiveAMessagePriority() throws Exception {
    assertThat(
            run(
                () -> {
                  var ordinary = alias();
                  var priority = priorityAlias(AliasMode.EXPLICIT_UNALIAS);
                  send(self(), "a");
                  sendPriority(ordinary, "b");
                  send(priority, "c");
                  return messages();
                }))
        .containsExactly("a", "b", "c");
  }

  @Test
  void aReplyAliasTakesOneOfThem() throws Exception {
    assertThat(
            run(
                () -> {
                  var alias = priorityAlias(AliasMode.REPLY);
                  send(self(), "a");
                  sendPriority(alias, 1);
                  sendPriority(alias, 2);
                  return messages();
                }))
        .containsExactly(1, "a");
  }

  @Test
  void throughAnAliasThatHasEndedTheyAreDropped() throws Exception {
    assertThat(
            run(
                () -> {
                  var alias = priorityAlias(AliasMode.EXPLICIT_UNALIAS);
                  unalias(alias);
                  sendPriority(alias, 1);
                  sendPriority(Kernel.makeRef(), 2);
                  return messages();
                }))
        .isEmpty();
  }

  @Test
  void aPlainThreadMaySendThem() throws Exception {
    var aliases = new LinkedBlockingQueue<Ref>();
    var received = new LinkedBlockingQueue<Object>();
    spawn(
        () -> {
          send(self(), "ordinary");
          aliases.add(priorityAlias(AliasMode.EXPLICIT_UNALIAS));
          received.add(receive(String.class, text -> text.equals("urgent")));
          received.add(receive());
        });
    sendPriority(aliases.take(), "urgent");
    assertThat(List.of(received.take(), received.take())).containsExactly("urgent", "ordinary");
  }

  @Test
  void aServerHandlesThemFirst() throws Exception {
    var order = new LinkedBlockingQueue<Object>();
    var aliases = new LinkedBlockingQueue<Ref>();
    var gate = new LinkedBlockingQueue<Object>();
    var server =
        GenServer.start(
            () ->
                new GenServer<Integer>() {
                  @Override
                  public Integer init() {
                    aliases.add(priorityAlias(AliasMode.EXPLICIT_UNALIAS));
                    return 0;
                  }

                  @Override
                  public Step<Integer> handleInfo(Object message, Integer state)
                      throws InterruptedException {
                    order.add(message);
                    if (message.equals("wait")) {
                      gate.take();
                    }
                    return GenServer.noReply(state);
                  }
                });
    send(server, "wait");
    assertThat(order.take()).isEqualTo("wait");
    for (int i = 0; i < 5; i++) {
      send(server, i);
    }
    sendPriority(aliases.take(), "urgent");
    gate.add("go");
    assertThat(order.take()).isEqualTo("urgent");
    for (int i = 0; i < 5; i++) {
      assertThat(order.take()).isEqualTo(i);
    }
    GenServer.stop(server);
  }

  @Test
  void aFullMailboxThatDropsTheOldestKeepsThem() throws Exception {
    var lists = new LinkedBlockingQueue<List<Object>>();
    run(
        () -> {
          var me = self();
          var receiver =
              spawn(
                  () -> {
                    var alias = priorityAlias(AliasMode.EXPLICIT_UNALIAS);
                    send(self(), "a");
                    sendPriority(alias, 1);
                    sendPriority(alias, 2);
                    send(self(), "b");
                    send(self(), "c");
                    send(self(), "d");
                    lists.add(messages());
                    send(me, "done");
                  },
                  MailboxLimit.of(3, Overload.DROP_OLDEST));
          receive();
          return receiver;
        });
    assertThat(lists.take()).startsWith(1, 2).endsWith("d").doesNotContain("a");
  }

  @Test
  void aMessageIsNeverNull() throws Exception {
    run(
        () -> {
          var alias = priorityAlias(AliasMode.EXPLICIT_UNALIAS);
          assertThatThrownBy(() -> sendPriority(alias, null))
              .isInstanceOf(NullPointerException.class)
              .hasMessageContaining("Atom.NIL");
          return true;
        });
  }

  @Test
  void aPriorityMessageGoesBeforeMessagesThatHaveBeenLookedAt() throws Exception {
    assertThat(
            run(
                () -> {
                  var alias = priorityAlias(AliasMode.EXPLICIT_UNALIAS);
                  send(self(), "a");
                  send(self(), "b");
                  sendPriority(alias, 1);
                  assertThat(receive()).isEqualTo(1);
                  sendPriority(alias, 2);
                  assertThat(receive()).isEqualTo(2);
                  assertThat(receive()).isEqualTo("a");
                  sendPriority(alias, 3);
                  return messages();
                }))
        .containsExactly(3, "b");
  }
}
