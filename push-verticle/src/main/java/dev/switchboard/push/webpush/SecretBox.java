package dev.switchboard.push.webpush;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.switchboard.shared.config.SecretsKey;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** What is kept in Postgres and nobody may read there: AES-256-GCM under {@code SECRETS_KEY}. */
public final class SecretBox {
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;

  private final SecretKey key;
  private final SecureRandom random = new SecureRandom();

  /** The box for one purpose, with a key of its own. */
  SecretBox(SecretsKey secrets, String purpose) {
    this.key = new SecretKeySpec(secrets.derive(purpose), "AES");
  }

  /**
   * Nonce, ciphertext and tag.
   *
   * @param label says what it is, and must be given to open it: one secret can't stand for another
   */
  byte[] seal(byte[] secret, String label) {
    byte[] nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    try {
      byte[] sealed = cipher(Cipher.ENCRYPT_MODE, nonce, label).doFinal(secret);
      byte[] all = Arrays.copyOf(nonce, NONCE_BYTES + sealed.length);
      System.arraycopy(sealed, 0, all, NONCE_BYTES, sealed.length);
      return all;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The secret; empty if it was sealed under another key or has been changed. */
  Optional<byte[]> open(byte[] sealed, String label) {
    if (sealed.length < NONCE_BYTES) {
      return Optional.empty();
    }
    try {
      byte[] nonce = Arrays.copyOf(sealed, NONCE_BYTES);
      return Optional.of(
          cipher(Cipher.DECRYPT_MODE, nonce, label)
              .doFinal(sealed, NONCE_BYTES, sealed.length - NONCE_BYTES));
    } catch (GeneralSecurityException e) {
      return Optional.empty();
    }
  }

  private Cipher cipher(int mode, byte[] nonce, String label) throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
    cipher.updateAAD(label.getBytes(UTF_8));
    return cipher;
  }
}
