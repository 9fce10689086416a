package dev.retort.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.ResourceBundle;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ComplaintsTest {
  private final List<String> lines = new ArrayList<>();
  private final AtomicLong now = new AtomicLong();
  private final Complaints complaints = new Complaints(new Lines(), now::get);

  private final class Lines implements System.Logger {
    @Override
    public String getName() {
      return "lines";
    }

    @Override
    public boolean isLoggable(Level level) {
      return true;
    }

    @Override
    public void log(
        Level level, @Nullable ResourceBundle bundle, String text, @Nullable Throwable thrown) {
      lines.add(text);
    }

    @Override
    public void log(
        Level level, @Nullable ResourceBundle bundle, String format, @Nullable Object... values) {
      lines.add(format);
    }
  }

  @Test
  void tenInASecondAreSaidAndTheOthersCounted() {
    for (int i = 0; i < 17; i++) {
      complaints.log(System.Logger.Level.WARNING, "line " + i);
    }
    assertThat(lines).hasSize(10).last().isEqualTo("line 9");
    now.addAndGet(Duration.ofSeconds(1).toNanos());
    complaints.log(System.Logger.Level.WARNING, "later");
    complaints.log(System.Logger.Level.WARNING, "later still");
    assertThat(lines.subList(10, 12))
        .containsExactly("later (7 lines before this one were left out)", "later still");
  }
}
