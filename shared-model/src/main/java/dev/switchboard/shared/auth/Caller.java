package dev.switchboard.shared.auth;

import org.jspecify.annotations.Nullable;

/**
 * Who a valid token speaks for.
 *
 * @param userId claim {@code userId}, else {@code sub}
 * @param operator claim {@code admin} is true, or {@code scope} contains the word {@code admin}
 * @param expiresAtMillis milliseconds since the epoch; {@link Long#MAX_VALUE} without {@code exp}
 * @param issuedAtMillis milliseconds since the epoch; {@link #NEVER} without {@code iat}
 * @param profile what the token calls the user; null where nobody asks ({@code CALLER_NAME})
 */
public record Caller(
    String userId,
    boolean operator,
    long expiresAtMillis,
    long issuedAtMillis,
    @Nullable Profile profile) {
  /** When a token was issued that does not say so: before everything. */
  public static final long NEVER = Long.MIN_VALUE;

  /**
   * How a token presents its user.
   *
   * @param name claim {@code name}; null without one
   * @param picture claim {@code picture}; null without one
   */
  public record Profile(@Nullable String name, @Nullable String picture) {}

  /** One whose token does not say when it was issued, nor what its bearer is called. */
  public Caller(String userId, boolean operator, long expiresAtMillis) {
    this(userId, operator, expiresAtMillis, NEVER, null);
  }
}
