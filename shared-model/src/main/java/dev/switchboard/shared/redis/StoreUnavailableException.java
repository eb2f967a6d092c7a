package dev.switchboard.shared.redis;

import org.jspecify.annotations.Nullable;

/** Redis or Postgres can't be reached, or did not answer in time: {@code E503}, HTTP 503. */
public final class StoreUnavailableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public StoreUnavailableException(String store, @Nullable Throwable cause) {
    super(store + " is unavailable", cause, false, false);
  }
}
