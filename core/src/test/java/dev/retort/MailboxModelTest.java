package dev.retort;

import dev.retort.spi.Signal;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Validate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What holds of a {@link Mailbox} however its threads meet. */
class MailboxModelTest {
  private static final String FIRST = "first";
  private static final String SECOND = "second";
  private static final String THIRD = "third";

  /** A mailbox without a process. */
  private static final class Box extends Mailbox {
    final List<Object> rest = new ArrayList<>();

    Box(@Nullable Gauge gauge, Object... messages) {
      super(gauge);
      for (var message : messages) {
        push(message, false);
      }
      settle();
    }

    @Override
    boolean isNew() {
      return false;
    }

    @Override
    void apply(Signal signal) {
      if (signal instanceof Signal.ToAlias sent) {
        prepend(sent.message);
      }
    }

    @Override
    @Nullable Consumer<Object> tooLate() {
      return null;
    }

    @Override
    void applied() {}

    /** As a process does it. */
    void end() {
      lock();
      ended = true;
      var first = close();
      unlock();
      left(first, rest::add);
    }

    List<Object> all() {
      var all = new ArrayList<>();
      for (Object message; (message = poll()) != null; ) {
        all.add(message);
      }
      return all;
    }
  }

  @Test
  void nothingIsLostAndEachSendersOrderIsKept() {
    Model.check(TwoSenders.class, 3);
  }

  /** {@code push}'s compare-and-set against {@code drain}'s getAndSet and another push. */
  public static class TwoSenders {
    private final Box box = new Box(null);
    private final List<Object> taken = new ArrayList<>();

    @Operation(runOnce = true)
    public void one() {
      box.push("1a", false);
      box.push("1b", false);
    }

    @Operation(runOnce = true)
    public void other() {
      box.push("2a", false);
      box.push("2b", false);
    }

    @Operation(runOnce = true)
    public void poll() {
      taken.addAll(box.all());
    }

    @Validate
    public void each() {
      taken.addAll(box.all());
      Model.isTrue(
          taken.size() == 4
              && taken.indexOf("1a") < taken.indexOf("1b")
              && taken.indexOf("2a") < taken.indexOf("2b"),
          taken);
    }
  }

  @Test
  void aSelectiveTakeAndADrainByAnotherThreadLoseNothing() {
    Model.check(TakeAgainstDrain.class, 2);
  }

  /** {@code Cursor.unlink} of the last entry against {@code append} behind it. */
  public static class TakeAgainstDrain {
    private final Box box = new Box(null, FIRST, SECOND);
    private boolean taken;

    @Operation(runOnce = true)
    public void take() {
      var cursor = box.new Cursor();
      for (Entry entry; (entry = cursor.next()) != null; cursor.skip(entry)) {
        if (entry.value.equals(SECOND)) {
          taken = cursor.take(entry);
          break;
        }
      }
    }

    @Operation(runOnce = true)
    public void drain() {
      box.push(THIRD, false);
      box.settle();
    }

    @Validate
    public void rest() {
      var left = box.all();
      Model.isTrue(taken && left.equals(List.of(FIRST, THIRD)), left);
    }
  }

  @Test
  void whatIsDroppedAsTheOldestIsNotTakenToo() {
    Model.check(DropAgainstTake.class, 2);
  }

  /** {@code dropOldest} against {@code Cursor.take} of the same entry. */
  public static class DropAgainstTake {
    private final Box box =
        new Box(new Gauge(MailboxLimit.of(2, Overload.DROP_OLDEST), null), FIRST, SECOND);
    private final List<Object> gone = new ArrayList<>();
    private @Nullable Object dropped;

    @Operation(runOnce = true)
    public void drop() {
      dropped = box.dropOldest();
    }

    @Operation(runOnce = true)
    public void take() {
      var cursor = box.new Cursor();
      for (Entry entry; (entry = cursor.next()) != null; ) {
        if (cursor.take(entry)) {
          gone.add(entry.value);
          break;
        }
      }
    }

    @Validate
    public void once() {
      if (dropped != null) {
        gone.add(dropped);
      }
      gone.addAll(box.all());
      Model.isTrue(gone.size() == 2 && gone.contains(FIRST) && gone.contains(SECOND), gone);
    }
  }

  @Test
  void aMessageWithAFreshReferenceIsFoundThoughTheOldestWasDropped() {
    Model.check(MarkAgainstDrop.class, 2);
  }

  /** {@code mark}'s reads of the tail and of the arrangement against {@code dropOldest}. */
  public static class MarkAgainstDrop {
    private final Box box =
        new Box(new Gauge(MailboxLimit.of(1, Overload.DROP_OLDEST), null), FIRST);
    private final Object ref = new Object();

    @Operation(runOnce = true)
    public void mark() {
      box.mark(ref);
    }

    @Operation(runOnce = true)
    public void drop() {
      box.dropOldest();
    }

    @Validate
    public void found() {
      box.push(SECOND, false);
      var cursor = box.new Cursor(ref);
      Entry entry;
      while ((entry = cursor.next()) != null && !entry.value.equals(SECOND)) {
        cursor.skip(entry);
      }
      Model.isTrue(entry != null, "not found");
    }
  }

  @Test
  void whatIsNotTakenIsHandedOutAtTheEnd() {
    Model.check(CloseAgainstPoll.class, 2);
  }

  /** {@code poll} without the lock, which cuts an entry off, against {@code close}'s walk. */
  public static class CloseAgainstPoll {
    private final Box box = new Box(null, FIRST, SECOND, THIRD);
    private @Nullable Object taken;

    @Operation(runOnce = true)
    public void poll() {
      if (!box.ended) {
        taken = box.poll();
      }
    }

    @Operation(runOnce = true)
    public void close() {
      box.end();
    }

    @Validate
    public void each() {
      var left = new ArrayList<>(box.rest);
      left.addAll(box.all()); // what the process's own thread sees to
      if (taken != null) {
        left.add(taken);
      }
      Model.isTrue(left.containsAll(List.of(FIRST, SECOND, THIRD)), left);
    }
  }

  @Test
  void whatIsHandedOutAtTheEndIsNotTakenToo() {
    Model.check(CloseAgainstTake.class, 2);
  }

  /** {@code Cursor.take} after {@code close}, between {@code next} and it. */
  public static class CloseAgainstTake {
    private final Box box = new Box(null, FIRST, SECOND);
    private @Nullable Object taken;

    @Operation(runOnce = true)
    public void take() {
      var cursor = box.new Cursor();
      var entry = cursor.next();
      if (entry != null && cursor.take(entry)) {
        taken = entry.value;
      }
    }

    @Operation(runOnce = true)
    public void close() {
      box.end();
    }

    @Validate
    public void once() {
      Model.isTrue(taken == null || !box.rest.contains(taken), taken + " and " + box.rest);
    }
  }
}
