package dev.switchboard.push.webpush;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Cipher;
import javax.crypto.KeyAgreement;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The receiving side of RFC 8291 and RFC 8188, written from their text and sharing nothing with the
 * sending side: HMAC step by step, the JDK's own providers, any number of records.
 */
public final class Browser {
  private static final SecureRandom RANDOM = new SecureRandom();

  private final KeyPair keys;
  private final byte[] auth;

  private Browser(KeyPair keys, byte[] auth) {
    this.keys = keys;
    this.auth = auth;
  }

  public static Browser make() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC", "SunEC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      byte[] auth = new byte[16];
      RANDOM.nextBytes(auth);
      return new Browser(generator.generateKeyPair(), auth);
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  /** The {@code keys} of its subscription. */
  public JsonObject keys() {
    return new JsonObject().put("p256dh", text(publicKey())).put("auth", text(auth));
  }

  byte[] publicKey() {
    ECPoint point = ((ECPublicKey) keys.getPublic()).getW();
    ByteBuffer bytes = ByteBuffer.allocate(65).put((byte) 4);
    return bytes.put(fixed(point.getAffineX())).put(fixed(point.getAffineY())).array();
  }

  byte[] auth() {
    return auth.clone();
  }

  private static byte[] fixed(BigInteger number) {
    byte[] bytes = number.toByteArray();
    byte[] fixed = new byte[32];
    int length = Math.min(32, bytes.length);
    System.arraycopy(bytes, bytes.length - length, fixed, 32 - length, length);
    return fixed;
  }

  private static String text(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /** What was sent, without its padding. */
  public byte[] decrypt(byte[] body) {
    try {
      ByteBuffer in = ByteBuffer.wrap(body);
      byte[] salt = new byte[16];
      in.get(salt);
      int recordSize = in.getInt();
      byte[] senderPoint = new byte[in.get() & 0xff];
      in.get(senderPoint);
      byte[] secret = agree(keys.getPrivate(), senderPoint);
      byte[] pseudoRandom = hmac(auth, secret);
      byte[] info = join("WebPush: info\0".getBytes(US_ASCII), publicKey(), senderPoint);
      byte[] inputKey = hmac(pseudoRandom, join(info, new byte[] {1}));
      byte[] contentRandom = hmac(salt, inputKey);
      byte[] key = expand(contentRandom, "Content-Encoding: aes128gcm", 16);
      byte[] nonce = expand(contentRandom, "Content-Encoding: nonce", 12);
      return records(in, recordSize, key, nonce);
    } catch (GeneralSecurityException e) {
      throw new AssertionError("the message can't be decrypted", e);
    }
  }

  private static byte[] records(ByteBuffer in, int size, byte[] key, byte[] nonce)
      throws GeneralSecurityException {
    ByteArrayOutputStream plain = new ByteArrayOutputStream();
    for (int i = 0; in.hasRemaining(); i++) {
      byte[] record = new byte[Math.min(size, in.remaining())];
      in.get(record);
      byte[] own = nonce.clone();
      own[11] ^= (byte) i;
      Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding", "SunJCE");
      cipher.init(
          Cipher.DECRYPT_MODE, new SecretKeySpec(key, "AES"), new GCMParameterSpec(128, own));
      byte[] padded = cipher.doFinal(record);
      int end = padded.length - 1;
      while (padded[end] == 0) {
        end--;
      }
      byte delimiter = (byte) (in.hasRemaining() ? 1 : 2);
      if (padded[end] != delimiter) {
        throw new AssertionError("record " + i + " ends with " + padded[end]);
      }
      plain.write(padded, 0, end);
    }
    return plain.toByteArray();
  }

  private static byte[] agree(PrivateKey own, byte[] point) throws GeneralSecurityException {
    AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
    parameters.init(new ECGenParameterSpec("secp256r1"));
    ECPoint other =
        new ECPoint(
            new BigInteger(1, Arrays.copyOfRange(point, 1, 33)),
            new BigInteger(1, Arrays.copyOfRange(point, 33, 65)));
    KeyAgreement agreement = KeyAgreement.getInstance("ECDH", "SunEC");
    agreement.init(own);
    agreement.doPhase(
        KeyFactory.getInstance("EC", "SunEC")
            .generatePublic(
                new ECPublicKeySpec(other, parameters.getParameterSpec(ECParameterSpec.class))),
        true);
    return agreement.generateSecret();
  }

  private static byte[] expand(byte[] key, String label, int length)
      throws GeneralSecurityException {
    return Arrays.copyOf(hmac(key, (label + "\0\u0001").getBytes(US_ASCII)), length);
  }

  private static byte[] hmac(byte[] key, byte[] text) throws GeneralSecurityException {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    return mac.doFinal(text);
  }

  private static byte[] join(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }
}
