package dev.switchboard.push.webpush;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.util.Arrays;
import java.util.HexFormat;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

final class P256Test {
  private static final P256 CURVE = new P256(Crypto.fastest());

  @Test
  void keysComeBackAsTheyWereWritten() {
    for (int i = 0; i < 50; i++) {
      var pair = CURVE.generate();
      byte[] point = P256.encode((ECPublicKey) pair.getPublic());
      byte[] scalar = P256.encode((ECPrivateKey) pair.getPrivate());
      assertThat(P256.encode(CURVE.publicKey(point).orElseThrow())).isEqualTo(point);
      assertThat(P256.encode(CURVE.privateKey(scalar).orElseThrow())).isEqualTo(scalar);
    }
  }

  @Test
  void pointsOffTheCurveAreNone() {
    byte[] point = P256.encode((ECPublicKey) CURVE.generate().getPublic());
    byte[] off = point.clone();
    off[64] ^= 1;
    assertThat(CURVE.publicKey(off)).isEmpty();
    byte[] compressed = point.clone();
    compressed[0] = 2;
    assertThat(CURVE.publicKey(compressed)).isEmpty();
    assertThat(CURVE.publicKey(Arrays.copyOf(point, 64))).isEmpty();
    assertThat(CURVE.publicKey(Arrays.copyOf(point, 66))).isEmpty();
    byte[] zero = new byte[65];
    zero[0] = 4;
    assertThat(CURVE.publicKey(zero)).isEmpty();
    byte[] beyondTheField = new byte[65];
    Arrays.fill(beyondTheField, (byte) 0xff);
    beyondTheField[0] = 4;
    assertThat(CURVE.publicKey(beyondTheField)).isEmpty();
  }

  @Property(tries = 300)
  void noInputCrashes(@ForAll @Size(65) byte[] bytes) {
    bytes[0] = 4;
    CURVE.publicKey(bytes).ifPresent(key -> assertThat(P256.encode(key)).isEqualTo(bytes));
  }

  @Test
  void scalarsOutsideTheGroupAreNone() {
    byte[] order =
        HexFormat.of().parseHex("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");
    assertThat(CURVE.privateKey(order)).isEmpty();
    assertThat(CURVE.privateKey(new byte[32])).isEmpty();
    assertThat(CURVE.privateKey(new byte[31])).isEmpty();
    byte[] last = new BigInteger(1, order).subtract(BigInteger.ONE).toByteArray();
    assertThat(CURVE.privateKey(Arrays.copyOfRange(last, last.length - 32, last.length)))
        .isPresent();
  }
}
