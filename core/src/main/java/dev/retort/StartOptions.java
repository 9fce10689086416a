package dev.retort;

import dev.retort.term.Atom;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What the {@link Option}s of a behaviour's start say together. */
record StartOptions(@Nullable Atom name, Duration initTimeout, @Nullable MailboxLimit limit) {
  private static final Duration FOREVER = Duration.ofNanos(Long.MAX_VALUE);

  static StartOptions of(Option... options) {
    Atom name = null;
    MailboxLimit limit = null;
    var timeout = FOREVER;
    for (var option : Objects.requireNonNull(options, "options")) {
      switch (Objects.requireNonNull(option, "options: one of them")) {
        case Option.Named(var given) -> name = given;
        case Option.InitTimeout(var within) -> timeout = within;
        case MailboxLimit given -> limit = given;
      }
    }
    return new StartOptions(name, timeout, limit);
  }
}
