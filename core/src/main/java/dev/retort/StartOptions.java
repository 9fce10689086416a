package dev.retort;

import dev.retort.term.Atom;
import dev.retort.term.Via;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the {@link Option}s of a behaviour's start say together. */
record StartOptions(
    @Nullable Atom name,
    @Nullable Via via,
    Duration initTimeout,
    @Nullable MailboxLimit limit,
    Set<Sys.Debug> debug) {
  private static final Duration FOREVER = Duration.ofNanos(Long.MAX_VALUE);

  static StartOptions of(Option... options) {
    Atom name = null;
    Via via = null;
    MailboxLimit limit = null;
    Set<Sys.Debug> debug = Set.of();
    var timeout = FOREVER;
    for (var option : Objects.requireNonNull(options, "options")) {
      switch (Objects.requireNonNull(option, "options: one of them")) {
        case Option.Named(var given) -> name = given;
        case Option.NamedVia(var given) -> via = given;
        case Option.InitTimeout(var within) -> timeout = within;
        case Option.Debugged(var given) -> debug = given;
        case MailboxLimit given -> limit = given;
      }
    }
    if (name != null && via != null) {
      throw new IllegalArgumentException("one name was expected, not both " + name + " and " + via);
    }
    return new StartOptions(name, via, timeout, limit, debug);
  }
}
