package dev.switchboard.push.webpush;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.Signature;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.util.Optional;

/**
 * A key pair that identifies us to push services (RFC 8292). Its text is its public half.
 *
 * @param id the public key, base64url of the uncompressed point: what browsers subscribe with
 */
record VapidKey(String id, ECPrivateKey privateKey) {
  private static final byte[] PROBE = new byte[32];
  private static final int SCALAR_BYTES = 32;

  /** A new pair. */
  static VapidKey make() {
    KeyPair pair = new P256(Crypto.fastest()).generate();
    return new VapidKey(
        Base64Url.encode(P256.encode((ECPublicKey) pair.getPublic())),
        (ECPrivateKey) pair.getPrivate());
  }

  /** The pair of two texts in base64url; empty unless they are one. */
  static Optional<VapidKey> of(String publicKey, String privateKey) {
    P256 curve = new P256(Crypto.fastest());
    Optional<ECPublicKey> point = Base64Url.decode(publicKey).flatMap(curve::publicKey);
    Optional<ECPrivateKey> scalar =
        Base64Url.decode(privateKey).flatMap(VapidKey::padded).flatMap(curve::privateKey);
    if (point.isEmpty() || scalar.isEmpty() || !belong(point.get(), scalar.get())) {
      return Optional.empty();
    }
    return Optional.of(new VapidKey(Base64Url.encode(P256.encode(point.get())), scalar.get()));
  }

  /**
   * A pair that was one when it was kept. That it still is need not be found out, which takes a
   * signature: what it was sealed with vouches for both.
   */
  static Optional<VapidKey> kept(String id, byte[] scalar) {
    return new P256(Crypto.fastest()).privateKey(scalar).map(key -> new VapidKey(id, key));
  }

  /**
   * A scalar of 32 bytes. Some tools write it as a number: a byte shorter where the first would be
   * zero, a byte longer where the first would read as a sign.
   */
  private static Optional<byte[]> padded(byte[] number) {
    int more = number.length - SCALAR_BYTES;
    if (more < -1 || more > 1 || (more == 1 && number[0] != 0)) {
      return Optional.empty();
    }
    byte[] scalar = new byte[SCALAR_BYTES];
    int from = Math.max(0, more);
    System.arraycopy(number, from, scalar, Math.max(0, -more), number.length - from);
    return Optional.of(scalar);
  }

  private static boolean belong(ECPublicKey publicKey, ECPrivateKey privateKey) {
    try {
      Signature signature = Crypto.fastest().signature();
      signature.initSign(privateKey);
      signature.update(PROBE);
      byte[] signed = signature.sign();
      signature.initVerify(publicKey);
      signature.update(PROBE);
      return signature.verify(signed);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  /** The private half as it is kept: the bare scalar. */
  byte[] scalar() {
    return P256.encode(privateKey);
  }

  @Override
  public String toString() {
    return "VapidKey " + id;
  }
}
