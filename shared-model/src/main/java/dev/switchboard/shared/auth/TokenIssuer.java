package dev.switchboard.shared.auth;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.JWTOptions;
import io.vertx.ext.auth.PubSecKeyOptions;
import io.vertx.ext.auth.jwt.JWTAuth;
import io.vertx.ext.auth.jwt.JWTAuthOptions;
import java.time.Duration;
import java.time.InstantSource;

/** Signs tokens for trying things out in development, and for tests. */
public final class TokenIssuer {
  private final JWTAuth auth;
  private final JwtSettings settings;
  private final InstantSource clock;

  /** Signs with the first HS256 secret; throws if there is none. */
  public TokenIssuer(Vertx vertx, JwtSettings settings, InstantSource clock) {
    this.settings = settings;
    this.clock = clock;
    this.auth =
        JWTAuth.create(
            vertx,
            new JWTAuthOptions()
                .addPubSecKey(
                    new PubSecKeyOptions()
                        .setAlgorithm("HS256")
                        .setBuffer(settings.secrets().getFirst())));
  }

  /** A token that {@link JwtVerifier} with the same settings accepts. */
  public String issue(String userId, boolean operator, Duration lifetime) {
    long now = clock.instant().getEpochSecond();
    JsonObject claims =
        new JsonObject()
            .put("userId", userId)
            .put("iat", now)
            .put("exp", now + lifetime.toSeconds());
    if (operator) {
      claims.put("admin", true);
    }
    settings.issuer().ifPresent(issuer -> claims.put("iss", issuer));
    settings.audience().ifPresent(audience -> claims.put("aud", audience));
    return auth.generateToken(claims, new JWTOptions().setAlgorithm("HS256").setNoTimestamp(true));
  }
}
