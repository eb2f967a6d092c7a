package dev.switchboard.deploy;

import dev.switchboard.shared.auth.TokenIssuer;
import dev.switchboard.shared.http.Answers;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.time.InstantSource;

/** Tokens for trying things out, on this machine and never in production. */
final class DevTokens {
  private static final Duration LIFETIME = Duration.ofHours(24);
  private static final int MAX_USER_LENGTH = 128;

  private final TokenIssuer issuer;
  private final InstantSource clock;

  DevTokens(TokenIssuer issuer, InstantSource clock) {
    this.issuer = issuer;
    this.clock = clock;
  }

  void issue(RoutingContext context) {
    String userId = context.request().getParam("userId", "").strip();
    if (userId.isEmpty() || userId.length() > MAX_USER_LENGTH) {
      Answers.refuse(context, 400, "userId must have 1 to " + MAX_USER_LENGTH + " characters");
      return;
    }
    boolean operator =
        switch (context.request().getParam("admin", "")) {
          case "true", "1", "on", "yes" -> true;
          default -> false;
        };
    Answers.json(
        context,
        200,
        new JsonObject()
            .put("token", issuer.issue(userId, operator, LIFETIME))
            .put("userId", userId)
            .put("expiresAt", clock.millis() + LIFETIME.toMillis()));
  }
}
