package dev.switchboard.shared.auth;

/** A token that does not let its bearer in. Never carries the token. */
public final class TokenRejectedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final boolean expired;

  public TokenRejectedException(boolean expired) {
    super(expired ? "Token expired" : "Invalid token", null, false, false);
    this.expired = expired;
  }

  /** True for a token that was valid once; false for every other fault. */
  public boolean isExpired() {
    return expired;
  }
}
