package dev.switchboard.signaling.socketio.engine;

import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** The secret that authenticates session ids. All nodes of a cluster share one. Thread-safe. */
public final class SidKey {
  private static final String ALGORITHM = "HmacSHA256";

  private final SecretKeySpec key;

  private SidKey(byte[] secret) {
    key = new SecretKeySpec(secret, ALGORITHM);
  }

  /** A key from at least 16 secret bytes. */
  public static SidKey of(byte[] secret) {
    if (secret.length < 16) {
      throw new IllegalArgumentException(
          "a session id key has at least 16 bytes, not " + secret.length);
    }
    return new SidKey(secret);
  }

  /** A key that only this process knows. */
  public static SidKey random() {
    byte[] secret = new byte[32];
    new SecureRandom().nextBytes(secret);
    return new SidKey(secret);
  }

  Mac newMac() {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      return mac;
    } catch (NoSuchAlgorithmException | InvalidKeyException e) {
      throw new IllegalStateException("every JDK has " + ALGORITHM, e);
    }
  }
}
