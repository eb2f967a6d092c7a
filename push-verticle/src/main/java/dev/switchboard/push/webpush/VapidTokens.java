package dev.switchboard.push.webpush;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.vertx.core.json.JsonObject;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The {@code Authorization} header for a push service (RFC 8292): a token of ours, signed once for
 * each service and key and used again until some time before it expires. Belongs to one thread.
 */
final class VapidTokens {
  /** The RFC allows 24 hours; clocks differ, and some services allow less than they should. */
  private static final Duration LIFE = Duration.ofHours(12);

  private static final Duration RENEWED_BEFORE = Duration.ofHours(1);
  private static final Duration NEW = Duration.ofMinutes(1);
  private static final int MOST_KEPT = 4_096;
  private static final String HEADER =
      Base64Url.encode("{\"typ\":\"JWT\",\"alg\":\"ES256\"}".getBytes(US_ASCII));

  private final String subject;
  private final InstantSource clock;

  /** Any browser may name a service of its own: the one that was not used for longest goes. */
  private final Map<Signed, Token> tokens =
      new LinkedHashMap<>(64, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Signed, Token> eldest) {
          return size() > MOST_KEPT;
        }
      };

  private record Signed(String origin, String keyId) {}

  /**
   * What a push service is shown.
   *
   * @param header the value of {@code Authorization}
   */
  record Token(String header, long signedSeconds) {
    private long expiresSeconds() {
      return signedSeconds + LIFE.toSeconds();
    }
  }

  /**
   * @param subject how a push service reaches us, {@code mailto:} or {@code https:}
   */
  VapidTokens(String subject, InstantSource clock) {
    this.subject = subject;
    this.clock = clock;
  }

  /** The token for a service's origin, signed by a key. */
  Token get(String origin, VapidKey key) {
    long now = clock.instant().getEpochSecond();
    Signed which = new Signed(origin, key.id());
    Token token = tokens.get(which);
    if (token == null || token.expiresSeconds() - now < RENEWED_BEFORE.toSeconds()) {
      String signed = sign(origin, key, now + LIFE.toSeconds());
      token = new Token("vapid t=" + signed + ", k=" + key.id(), now);
      tokens.put(which, token);
    }
    return token;
  }

  /**
   * A service does not take a token. True if another attempt will show it a new one; a token that
   * was new already would fare no better.
   */
  boolean renew(String origin, VapidKey key, Token refused) {
    long age = clock.instant().getEpochSecond() - refused.signedSeconds;
    if (Math.abs(age) < NEW.toSeconds()) {
      return false;
    }
    tokens.remove(new Signed(origin, key.id()), refused);
    return true;
  }

  private String sign(String origin, VapidKey key, long expires) {
    JsonObject claims = new JsonObject().put("aud", origin).put("exp", expires).put("sub", subject);
    String signed = HEADER + "." + Base64Url.encode(claims.encode().getBytes(UTF_8));
    try {
      Signature signature = Crypto.fastest().signature();
      signature.initSign(key.privateKey());
      signature.update(signed.getBytes(US_ASCII));
      return signed + "." + Base64Url.encode(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a VAPID token can't be signed", e);
    }
  }
}
