package dev.retort;

import dev.retort.term.Atom;
import dev.retort.term.Via;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;

/**
 * How a process starts: a {@link MailboxLimit}, or what the functions of {@link GenServer} make.
 */
public sealed interface Option
    permits Option.Named, Option.NamedVia, Option.InitTimeout, Option.Debugged, MailboxLimit {
  /** {@code name: :stack}. */
  record Named(Atom name) implements Option {
    /**
     * @throws IllegalArgumentException if it is {@code nil} or {@code undefined}, which mean none
     */
    public Named {
      Objects.requireNonNull(name, "name");
      if (name.equals(Atom.UNDEFINED) || name.equals(Atom.NIL)) {
        throw new IllegalArgumentException(name + " cannot be a process's name");
      }
    }
  }

  /** {@code name: {:via, Registry, {:sessions, "ann"}}}. */
  record NamedVia(Via name) implements Option {
    public NamedVia {
      Objects.requireNonNull(name, "name");
    }
  }

  /** {@code timeout: 5000}: how long {@code init} may take. */
  record InitTimeout(Duration within) implements Option {
    /**
     * @throws IllegalArgumentException if it is negative
     */
    public InitTimeout {
      Timers.nanos(within);
    }
  }

  /** {@code debug: [:trace, :log, :statistics]}. */
  record Debugged(Set<Sys.Debug> how) implements Option {
    public Debugged {
      how = Set.copyOf(how);
    }
  }
}
