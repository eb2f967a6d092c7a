package dev.switchboard.ice;

import dev.switchboard.ice.server.Credential;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Credentials that expire (draft-uberti-behave-turn-rest-00, coturn's {@code use-auth-secret}): the
 * name is {@code <expiry seconds>:<name>}, the password base64 of HMAC-SHA1 of it under the shared
 * secret.
 */
final class TurnCredentials {
  private static final String ALGORITHM = "HmacSHA1";

  private final SecretKeySpec key;

  TurnCredentials(String secret) {
    key = new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), ALGORITHM);
  }

  /** A credential for {@code name} that lives {@code ttlSeconds} from {@code now}. */
  Credential mint(String name, Instant now, long ttlSeconds) {
    String username = (now.getEpochSecond() + ttlSeconds) + ":" + name;
    return new Credential(username, sign(username));
  }

  private String sign(String username) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      byte[] signature = mac.doFinal(username.getBytes(StandardCharsets.UTF_8));
      return Base64.getEncoder().encodeToString(signature);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has " + ALGORITHM, e);
    }
  }
}
