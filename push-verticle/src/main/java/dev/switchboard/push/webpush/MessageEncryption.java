package dev.switchboard.push.webpush;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.interfaces.ECPublicKey;
import javax.crypto.Cipher;
import javax.crypto.KDF;
import javax.crypto.KeyAgreement;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.HKDFParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Encrypts messages for browsers: RFC 8291, which is {@code aes128gcm} of RFC 8188 in one record
 * with a key that only the browser and this message's own key pair agree on. Safe for any thread.
 */
final class MessageEncryption {
  /** Bytes of the largest body that every push service takes (RFC 8030 section 7.2). */
  static final int BODY_MAX = 4096;

  private static final int SALT_BYTES = 16;
  private static final int TAG_BYTES = 16;
  private static final int HEADER_BYTES = SALT_BYTES + 4 + 1 + P256.POINT_BYTES;

  /** Bytes of the largest message: what the header, the tag and the padding's delimiter leave. */
  static final int MESSAGE_MAX = BODY_MAX - HEADER_BYTES - TAG_BYTES - 1;

  /** Lengths are hidden by padding to a multiple of this. */
  private static final int PADDED_TO = 128;

  private static final byte LAST_RECORD = 2;
  private static final byte[] KEY_INFO = "WebPush: info\0".getBytes(US_ASCII);
  private static final byte[] CEK_INFO = "Content-Encoding: aes128gcm\0".getBytes(US_ASCII);
  private static final byte[] NONCE_INFO = "Content-Encoding: nonce\0".getBytes(US_ASCII);

  private final Crypto crypto;
  private final P256 curve;
  private final SecureRandom random = new SecureRandom();

  MessageEncryption(Crypto crypto) {
    this.crypto = crypto;
    this.curve = new P256(crypto);
  }

  /**
   * The body of a push message. Throws {@link IllegalArgumentException} for a message of more than
   * {@link #MESSAGE_MAX} bytes.
   *
   * @param receiver the browser's key
   * @param auth the secret that it shares with us, 16 bytes
   */
  byte[] encrypt(byte[] message, ECPublicKey receiver, byte[] auth) {
    if (message.length > MESSAGE_MAX) {
      throw new IllegalArgumentException(
          message.length + " bytes; a message may have " + MESSAGE_MAX);
    }
    byte[] salt = new byte[SALT_BYTES];
    random.nextBytes(salt);
    return encrypt(message, padding(message.length), receiver, auth, curve.generate(), salt);
  }

  /** Bytes of the body for a message of so many, however large. */
  static int bodyLength(int message) {
    int padded = message > MESSAGE_MAX ? message : message + padding(message);
    return HEADER_BYTES + padded + 1 + TAG_BYTES;
  }

  private static int padding(int length) {
    int padded = (length + PADDED_TO) / PADDED_TO * PADDED_TO;
    return Math.min(padded, MESSAGE_MAX) - length;
  }

  /** As {@link #encrypt}, with everything that is else chosen at random. */
  byte[] encrypt(
      byte[] message, int padding, ECPublicKey receiver, byte[] auth, KeyPair own, byte[] salt) {
    byte[] sender = P256.encode((ECPublicKey) own.getPublic());
    byte[] keyInfo = concatenate(KEY_INFO, P256.encode(receiver), sender);
    try {
      KDF kdf = KDF.getInstance("HKDF-SHA256");
      byte[] secret = agree(own, receiver);
      byte[] inputKey = derive(kdf, secret, auth, keyInfo, 32);
      byte[] contentKey = derive(kdf, inputKey, salt, CEK_INFO, 16);
      byte[] nonce = derive(kdf, inputKey, salt, NONCE_INFO, 12);
      ByteBuffer plain = ByteBuffer.allocate(message.length + 1 + padding);
      plain.put(message).put(LAST_RECORD).rewind();
      ByteBuffer body = ByteBuffer.allocate(HEADER_BYTES + plain.capacity() + TAG_BYTES);
      body.put(salt).putInt(BODY_MAX).put((byte) sender.length).put(sender);
      Cipher cipher = crypto.cipher();
      cipher.init(
          Cipher.ENCRYPT_MODE,
          new SecretKeySpec(contentKey, "AES"),
          new GCMParameterSpec(TAG_BYTES * 8, nonce));
      cipher.doFinal(plain, body);
      return body.array();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a message can't be encrypted", e);
    }
  }

  private byte[] agree(KeyPair own, ECPublicKey receiver) throws GeneralSecurityException {
    KeyAgreement agreement = crypto.keyAgreement();
    Key mine = own.getPrivate();
    agreement.init(mine);
    agreement.doPhase(receiver, true);
    return agreement.generateSecret();
  }

  private static byte[] derive(KDF kdf, byte[] key, byte[] salt, byte[] info, int length)
      throws GeneralSecurityException {
    return kdf.deriveData(
        HKDFParameterSpec.ofExtract().addIKM(key).addSalt(salt).thenExpand(info, length));
  }

  private static byte[] concatenate(byte[]... parts) {
    int length = 0;
    for (byte[] part : parts) {
      length += part.length;
    }
    ByteBuffer all = ByteBuffer.allocate(length);
    for (byte[] part : parts) {
      all.put(part);
    }
    return all.array();
  }
}
