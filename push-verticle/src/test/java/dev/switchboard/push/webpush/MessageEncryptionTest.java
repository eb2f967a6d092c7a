package dev.switchboard.push.webpush;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class MessageEncryptionTest {
  private static final Browser BROWSER = Browser.make();

  @BeforeAll
  static void load() {
    Crypto.loadFastest();
  }

  static List<Crypto> providers() {
    Crypto.loadFastest();
    return List.of(Crypto.ofJdk(), Crypto.fastest());
  }

  private static byte[] bytes(String text) {
    return Base64Url.decode(text).orElseThrow();
  }

  private static ECPublicKey receiver(Crypto crypto) {
    return new P256(crypto).publicKey(BROWSER.publicKey()).orElseThrow();
  }

  /** The example of RFC 8291, section 5, whose steps are in its Appendix A. */
  @ParameterizedTest
  @MethodSource("providers")
  void exampleOfTheStandardIsReproduced(Crypto crypto) {
    P256 curve = new P256(crypto);
    KeyPair own =
        new KeyPair(
            curve
                .publicKey(
                    bytes(
                        "BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8"))
                .orElseThrow(),
            curve.privateKey(bytes("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw")).orElseThrow());
    ECPublicKey browser =
        curve
            .publicKey(
                bytes(
                    "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"))
            .orElseThrow();

    byte[] body =
        new MessageEncryption(crypto)
            .encrypt(
                "When I grow up, I want to be a watermelon".getBytes(UTF_8),
                0,
                browser,
                bytes("BTBZMqHH6r4Tts7J_aSIgg"),
                own,
                bytes("DGv6ra1nlYgDCS1FRnbzlw"));

    assertThat(Base64Url.encode(body))
        .isEqualTo(
            "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmY"
                + "WAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNW"
                + "QexSgSxsj_Qulcy4a-fN");
  }

  @Property(tries = 200)
  void whatIsEncryptedIsWhatTheBrowserReads(@ForAll @Size(max = 3_993) byte[] message) {
    Crypto crypto = Crypto.fastest();
    byte[] body = new MessageEncryption(crypto).encrypt(message, receiver(crypto), BROWSER.auth());

    assertThat(BROWSER.decrypt(body)).isEqualTo(message);
    assertThat(body).hasSizeLessThanOrEqualTo(4_096);
  }

  /** Keys are read while the JDK's cryptography is in use, and used when the fastest is. */
  @Test
  void keysReadBeforeTheFastestWasLoadedAreUsedAfterwards() throws GeneralSecurityException {
    byte[] message = "early".getBytes(UTF_8);
    byte[] body =
        new MessageEncryption(Crypto.fastest())
            .encrypt(message, receiver(Crypto.ofJdk()), BROWSER.auth());
    assertThat(BROWSER.decrypt(body)).isEqualTo(message);

    KeyPair early = new P256(Crypto.ofJdk()).generate();
    Signature signature = Crypto.fastest().signature();
    signature.initSign(early.getPrivate());
    signature.update(message);
    byte[] signed = signature.sign();
    signature.initVerify(early.getPublic());
    signature.update(message);
    assertThat(signature.verify(signed)).isTrue();
    assertThat(signature.getProvider()).isInstanceOf(AmazonCorrettoCryptoProvider.class);
  }

  @Test
  void lengthsAreHiddenByPadding() {
    MessageEncryption encryption = new MessageEncryption(Crypto.fastest());
    ECPublicKey receiver = receiver(Crypto.fastest());
    for (int length = 0; length < 127; length += 7) {
      byte[] body = encryption.encrypt(new byte[length], receiver, BROWSER.auth());
      assertThat(body).hasSize(86 + 128 + 1 + 16);
    }
  }

  @Test
  void eachMessageHasItsOwnKeyAndSalt() {
    MessageEncryption encryption = new MessageEncryption(Crypto.fastest());
    byte[] message = "again".getBytes(UTF_8);
    ECPublicKey receiver = receiver(Crypto.fastest());
    byte[] one = encryption.encrypt(message, receiver, BROWSER.auth());
    byte[] other = encryption.encrypt(message, receiver, BROWSER.auth());

    assertThat(one).isNotEqualTo(other);
    assertThat(java.util.Arrays.copyOf(one, 16)).isNotEqualTo(java.util.Arrays.copyOf(other, 16));
    assertThat(java.util.Arrays.copyOfRange(one, 21, 86))
        .isNotEqualTo(java.util.Arrays.copyOfRange(other, 21, 86));
  }

  @Test
  void largestMessageFillsTheLargestBodyAndOneByteMoreIsRefused() {
    MessageEncryption encryption = new MessageEncryption(Crypto.fastest());
    ECPublicKey receiver = receiver(Crypto.fastest());

    assertThat(
            encryption.encrypt(new byte[MessageEncryption.MESSAGE_MAX], receiver, BROWSER.auth()))
        .hasSize(4_096);
    assertThatThrownBy(
            () ->
                encryption.encrypt(
                    new byte[MessageEncryption.MESSAGE_MAX + 1], receiver, BROWSER.auth()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void messageOfAnotherKeyCannotBeRead() {
    MessageEncryption encryption = new MessageEncryption(Crypto.fastest());
    byte[] body =
        encryption.encrypt(new byte[5], receiver(Crypto.fastest()), Browser.make().auth());

    assertThatThrownBy(() -> BROWSER.decrypt(body)).isInstanceOf(AssertionError.class);
  }
}
