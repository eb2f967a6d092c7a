package dev.switchboard.shared.redis;

import org.jspecify.annotations.Nullable;

/** Redis or Postgres can't be reached, or did not answer in time: {@code E503}, HTTP 503. */
public final class StoreUnavailableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final boolean inDoubt;

  public StoreUnavailableException(String store, @Nullable Throwable cause) {
    this(store, cause, false);
  }

  private StoreUnavailableException(String store, @Nullable Throwable cause, boolean inDoubt) {
    super(store + " is unavailable", cause, false, false);
    this.inDoubt = inDoubt;
  }

  /** For a request that had been sent when the store went away. */
  public static StoreUnavailableException inDoubt(String store, @Nullable Throwable cause) {
    return new StoreUnavailableException(store, cause, true);
  }

  /** True if the request is in doubt: it may have been applied all the same, or may still be. */
  public boolean isInDoubt() {
    return inDoubt;
  }
}
