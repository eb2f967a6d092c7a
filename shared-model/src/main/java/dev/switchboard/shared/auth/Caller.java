package dev.switchboard.shared.auth;

/**
 * Who a valid token speaks for.
 *
 * @param userId claim {@code userId}, else {@code sub}
 * @param operator claim {@code admin} is true, or {@code scope} contains the word {@code admin}
 * @param expiresAtMillis milliseconds since the epoch; {@link Long#MAX_VALUE} without {@code exp}
 */
public record Caller(String userId, boolean operator, long expiresAtMillis) {}
