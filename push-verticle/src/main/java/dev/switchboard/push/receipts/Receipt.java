package dev.switchboard.push.receipts;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * By what a device shows that it got a push, without a token: the half of an HMAC-SHA256 of its
 * reach field under a secret of the notification, and the field itself, both in base64url. Pure,
 * but for the random secret.
 */
public final class Receipt {
  private static final int SECRET_BYTES = 16;
  private static final int MAC_BYTES = 16;
  private static final String HMAC = "HmacSHA256";
  private static final SecureRandom RANDOM = new SecureRandom();

  private Receipt() {}

  /** A secret for the receipts of one notification. */
  public static String newSecret() {
    byte[] secret = new byte[SECRET_BYTES];
    RANDOM.nextBytes(secret);
    return HexFormat.of().formatHex(secret);
  }

  /** The receipt of a device. */
  public static String of(String secret, String reachField) {
    Base64.Encoder encoder = Base64.getUrlEncoder().withoutPadding();
    byte[] field = reachField.getBytes(StandardCharsets.UTF_8);
    return encoder.encodeToString(mac(secret, field)) + "." + encoder.encodeToString(field);
  }

  /** Whose receipt it is, as a reach field; empty for one that is not of this secret. */
  public static Optional<String> read(String secret, String receipt) {
    int dot = receipt.indexOf('.');
    if (dot < 0) {
      return Optional.empty();
    }
    try {
      byte[] mac = Base64.getUrlDecoder().decode(receipt.substring(0, dot));
      byte[] field = Base64.getUrlDecoder().decode(receipt.substring(dot + 1));
      return MessageDigest.isEqual(mac, mac(secret, field))
          ? Optional.of(new String(field, StandardCharsets.UTF_8))
          : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static byte[] mac(String secret, byte[] field) {
    try {
      Mac mac = Mac.getInstance(HMAC);
      mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), HMAC));
      return Arrays.copyOf(mac.doFinal(field), MAC_BYTES);
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }
}
