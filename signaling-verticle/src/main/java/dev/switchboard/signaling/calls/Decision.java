package dev.switchboard.signaling.calls;

import java.util.List;

/** What the machine says to a command. */
public sealed interface Decision {
  /** The call becomes {@code next}; once that is saved the effects follow. */
  record Changed(Call next, List<Effect> effects) implements Decision {}

  /** The command has its effect already; it is answered as a success. */
  record Unchanged(Call call) implements Decision {}

  /** Refused. */
  record Refused(CallError error) implements Decision {}
}
