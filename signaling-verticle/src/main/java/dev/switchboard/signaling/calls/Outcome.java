package dev.switchboard.signaling.calls;

import dev.switchboard.signaling.edge.ErrorCode;
import dev.switchboard.signaling.sessions.Session;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a request about a call came to. */
public sealed interface Outcome {
  /** It holds. {@code peers} is where the asking party's signaling goes from now on. */
  record Done(Call call, List<Session> peers) implements Outcome {}

  /**
   * It does not. {@code callId} names the call in the way, {@code retryAfterMillis} is 0 if
   * unknown.
   */
  record Refused(ErrorCode error, @Nullable String callId, long retryAfterMillis)
      implements Outcome {
    Refused(ErrorCode error) {
      this(error, null, 0);
    }
  }
}
