package dev.switchboard.deploy.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vertx.core.json.JsonObject;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Tokens as a team's back end makes them, for a server that gives none away. */
public final class UserTokens {
  private static final Base64.Encoder URL = Base64.getUrlEncoder().withoutPadding();
  private static final Duration LIFE = Duration.ofDays(1);
  private static final String HEADER = part(new JsonObject().put("alg", "HS256"));

  private UserTokens() {}

  /** A token of a user, for a day, signed with the server's {@code JWT_SECRET}. */
  public static String sign(String secret, String userId) {
    long end = Instant.now().plus(LIFE).getEpochSecond();
    String signed = HEADER + "." + part(new JsonObject().put("userId", userId).put("exp", end));
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret.getBytes(UTF_8), "HmacSHA256"));
      return signed + "." + URL.encodeToString(mac.doFinal(signed.getBytes(UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String part(JsonObject json) {
    return URL.encodeToString(json.encode().getBytes(UTF_8));
  }
}
