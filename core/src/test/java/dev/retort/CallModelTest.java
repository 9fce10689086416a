package dev.retort;

import dev.retort.term.Atom;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Validate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What holds of a {@link LocalCall} however its caller and its server meet. */
class CallModelTest {
  private static final String REPLY = "reply";
  private static final Atom BOOM = Atom.of("boom");

  /** A deadline that has passed. */
  private static final long PAST = Long.MIN_VALUE / 2;

  /** What a caller saw of its call; and that it does not change. */
  private record Seen(boolean inTime, @Nullable Object failure, @Nullable Object result) {
    static Seen of(LocalCall call, boolean inTime) {
      return new Seen(inTime, call.failure(), call.result());
    }

    void hold(LocalCall call) {
      call.reply("late");
      call.fail("late");
      Model.isTrue(equals(of(call, inTime)), this + " became " + of(call, inTime));
      Model.isTrue(inTime ? BOOM.equals(failure) || REPLY.equals(result) : failure == null, this);
      Model.isTrue(inTime || !REPLY.equals(result), this);
    }
  }

  @Test
  void ofReplyFailureAndGivingUpExactlyOneIsTheOutcome() {
    Model.check(ReplyAgainstFailAgainstGivingUp.class, 3);
  }

  /** {@code complete}'s compare-and-set against another's, and against {@code await}'s. */
  public static class ReplyAgainstFailAgainstGivingUp {
    private final LocalCall call = new LocalCall("request", null, null);
    private @Nullable Seen seen;

    @Operation(runOnce = true)
    public void reply() {
      call.reply(REPLY);
    }

    @Operation(runOnce = true)
    public void fail() {
      call.fail(BOOM);
    }

    @Operation(runOnce = true)
    public void await() {
      seen = Seen.of(call, call.await(PAST));
    }

    @Validate
    public void one() {
      if (seen != null) {
        seen.hold(call);
      }
    }
  }

  @Test
  void aProcessThatGivesUpHasItsReplyOrNeverGetsIt() {
    Model.check(ReplyAgainstGivingUp.class, 2);
  }

  /** {@code complete} against {@code await} of a process whose deadline has passed. */
  public static class ReplyAgainstGivingUp {
    private final StillNode still = new StillNode();
    private final LocalCall call;
    private @Nullable Seen seen;

    public ReplyAgainstGivingUp() {
      var process =
          still.process(
              new Behaviour() {
                @Override
                void init() {}

                @Override
                void handle(Object message) {
                  ask();
                }

                @Override
                Class<?> code() {
                  return ReplyAgainstGivingUp.class;
                }
              });
      call = new LocalCall("request", process, null);
      process.send("ask");
    }

    private void ask() {
      seen = Seen.of(call, call.await(PAST));
    }

    @Operation(runOnce = true)
    public void turn() {
      still.runReady();
    }

    @Operation(runOnce = true)
    public void reply() {
      call.reply(REPLY);
    }

    @Validate
    public void one() {
      Model.isTrue(seen != null, "it has not come back");
      seen.hold(call);
    }
  }
}
