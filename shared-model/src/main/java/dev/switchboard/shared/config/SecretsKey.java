package dev.switchboard.shared.config;

import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The key that all secrets of an installation come from ({@code SECRETS_KEY}, base64 of 32 bytes).
 * It is never used itself: each purpose derives a key of its own, so that none of them gives away
 * another. Never prints what it holds. Thread-safe.
 */
public final class SecretsKey {
  private static final String NAME = "SECRETS_KEY";
  private static final String ALGORITHM = "HmacSHA256";
  private static final int BYTES = 32;

  private final SecretKeySpec key;

  private SecretsKey(byte[] bytes) {
    key = new SecretKeySpec(bytes, ALGORITHM);
  }

  /** Reads it, empty where it is absent. Throws {@link BadSettingException}. */
  public static Optional<SecretsKey> from(Settings settings) {
    return settings.text(NAME).map(SecretsKey::parse);
  }

  private static SecretsKey parse(String text) {
    byte[] bytes;
    try {
      bytes = Base64.getDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      // The value is a secret, so it is not shown, and neither is the decoder's message.
      throw new BadSettingException(NAME, "is not base64: it must be base64 of 32 random bytes");
    }
    if (bytes.length != BYTES) {
      throw new BadSettingException(
          NAME,
          "is base64 of "
              + bytes.length
              + " bytes: it must be base64 of "
              + BYTES
              + " random ones");
    }
    return new SecretsKey(bytes);
  }

  /**
   * The 32 bytes of the key for one purpose: HMAC-SHA256 of its name. The same on every node, and
   * after every restart.
   */
  public byte[] derive(String purpose) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      return mac.doFinal(purpose.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException | InvalidKeyException e) {
      throw new IllegalStateException("every JDK has " + ALGORITHM, e);
    }
  }
}
