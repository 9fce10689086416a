package dev.retort;

import java.util.Objects;

/**
 * What a {@link StateMachine} handles: the event types of OTP's {@code gen_statem}, each with its
 * content.
 */
public sealed interface Event {
  /**
   * {@code {call, From}}: a {@link StateMachine#call}, which waits for a {@link Action#reply}.
   *
   * @param request {@link dev.retort.Call.Term} if no record claims it
   */
  record Call(dev.retort.Call<?> request, From from) implements Event {
    public Call {
      Objects.requireNonNull(request, "request");
      Objects.requireNonNull(from, "from");
    }
  }

  /** {@code cast}: a {@link StateMachine#cast}. */
  record Cast(Object message) implements Event {
    public Cast {
      Objects.requireNonNull(message, "message");
    }
  }

  /** {@code info}: any other message. */
  record Info(Object message) implements Event {
    public Info {
      Objects.requireNonNull(message, "message");
    }
  }

  /** {@code internal}: from the machine itself, by {@link Action#nextEvent} alone. */
  record Internal(Object content) implements Event {
    public Internal {
      Objects.requireNonNull(content, "content");
    }
  }

  /** {@code state_timeout}: the state has lasted as long as {@link Action#stateTimeout} said. */
  record StateTimeout(Object content) implements Event {
    public StateTimeout {
      Objects.requireNonNull(content, "content");
    }
  }

  /** {@code timeout}: no event has come for as long as {@link Action#eventTimeout} said. */
  record EventTimeout(Object content) implements Event {
    public EventTimeout {
      Objects.requireNonNull(content, "content");
    }
  }

  /** {@code {timeout, Name}}: the time that {@link Action#timeout} said is over. */
  record Timeout(Object name, Object content) implements Event {
    public Timeout {
      Objects.requireNonNull(name, "name");
      Objects.requireNonNull(content, "content");
    }
  }
}
