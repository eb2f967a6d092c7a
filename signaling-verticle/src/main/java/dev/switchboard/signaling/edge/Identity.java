package dev.switchboard.signaling.edge;

import dev.switchboard.shared.auth.Caller;
import org.jspecify.annotations.Nullable;

/** Who a socket speaks for, as long as it lives. Belongs to the loop of its edge. */
public final class Identity {
  private @Nullable Caller caller;

  /** The bearer of a token; null for a guest. */
  public Identity(@Nullable Caller caller) {
    this.caller = caller;
  }

  /** Who the token speaks for; null for a guest. */
  public @Nullable Caller caller() {
    return caller;
  }

  /** The user of the token; null for a guest. */
  public @Nullable String userId() {
    Caller known = caller;
    return known == null ? null : known.userId();
  }

  /** Puts a newer token of the same user in place. */
  public void renew(Caller renewed) {
    caller = renewed;
  }
}
