package dev.switchboard.push.webpush;

import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECFieldFp;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPrivateKeySpec;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.EllipticCurve;
import java.util.Arrays;
import java.util.Optional;

/** Keys on the curve P-256, as Web Push writes them: uncompressed points and bare scalars. */
final class P256 {
  /** Bytes of an uncompressed point: 4, x, y (SEC 1 section 2.3.3). */
  static final int POINT_BYTES = 65;

  private static final int SCALAR_BYTES = 32;
  private static final byte UNCOMPRESSED = 4;
  private static final ECParameterSpec CURVE = curve();
  private static final BigInteger PRIME = ((ECFieldFp) CURVE.getCurve().getField()).getP();

  private final Crypto crypto;

  P256(Crypto crypto) {
    this.crypto = crypto;
  }

  private static ECParameterSpec curve() {
    try {
      AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
      parameters.init(new ECGenParameterSpec("secp256r1"));
      return parameters.getParameterSpec(ECParameterSpec.class);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JDK does not know P-256", e);
    }
  }

  /** A new pair. */
  KeyPair generate() {
    try {
      KeyPairGenerator generator = crypto.keyPairGenerator();
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The key of an uncompressed point; empty unless it is one on the curve. */
  Optional<ECPublicKey> publicKey(byte[] point) {
    if (point.length != POINT_BYTES || point[0] != UNCOMPRESSED) {
      return Optional.empty();
    }
    BigInteger x = new BigInteger(1, Arrays.copyOfRange(point, 1, 1 + SCALAR_BYTES));
    BigInteger y = new BigInteger(1, Arrays.copyOfRange(point, 1 + SCALAR_BYTES, POINT_BYTES));
    return isOnCurve(x, y) ? Optional.of(publicKey(new ECPoint(x, y))) : Optional.empty();
  }

  private ECPublicKey publicKey(ECPoint point) {
    try {
      return (ECPublicKey) crypto.keyFactory().generatePublic(new ECPublicKeySpec(point, CURVE));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** y² = x³ + ax + b; a point elsewhere would let its sender find out our private key. */
  private static boolean isOnCurve(BigInteger x, BigInteger y) {
    if (x.compareTo(PRIME) >= 0 || y.compareTo(PRIME) >= 0) {
      return false;
    }
    EllipticCurve curve = CURVE.getCurve();
    BigInteger right = x.multiply(x).add(curve.getA()).multiply(x).add(curve.getB());
    return y.multiply(y).subtract(right).mod(PRIME).signum() == 0;
  }

  /** The key of a bare scalar; empty unless it is one of the curve's. */
  Optional<ECPrivateKey> privateKey(byte[] scalar) {
    BigInteger value = new BigInteger(1, scalar);
    if (scalar.length != SCALAR_BYTES
        || value.signum() == 0
        || value.compareTo(CURVE.getOrder()) >= 0) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          (ECPrivateKey) crypto.keyFactory().generatePrivate(new ECPrivateKeySpec(value, CURVE)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  static byte[] encode(ECPublicKey key) {
    byte[] point = new byte[POINT_BYTES];
    point[0] = UNCOMPRESSED;
    write(key.getW().getAffineX(), point, 1);
    write(key.getW().getAffineY(), point, 1 + SCALAR_BYTES);
    return point;
  }

  static byte[] encode(ECPrivateKey key) {
    byte[] scalar = new byte[SCALAR_BYTES];
    write(key.getS(), scalar, 0);
    return scalar;
  }

  private static void write(BigInteger number, byte[] into, int at) {
    byte[] bytes = number.toByteArray();
    int length = Math.min(bytes.length, SCALAR_BYTES);
    System.arraycopy(bytes, bytes.length - length, into, at + SCALAR_BYTES - length, length);
  }
}
