package dev.switchboard.push.webpush;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.shared.testing.TestClock;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.security.Signature;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class VapidTokensTest {
  private static final String ORIGIN = "https://push.example";

  private final TestClock clock = new TestClock();
  private final VapidTokens tokens = new VapidTokens("mailto:ops@example.com", clock);
  private final VapidKey key = VapidKey.make();

  private static String token(String header) {
    assertThat(header).startsWith("vapid t=");
    return header.substring("vapid t=".length(), header.indexOf(", k="));
  }

  private static JsonObject part(String token, int index) {
    return Buffer.buffer(Base64Url.decode(token.split("\\.")[index]).orElseThrow()).toJsonObject();
  }

  @Test
  void headerCarriesATokenForTheOriginThatTheKeySigned() throws Exception {
    String header = tokens.get(ORIGIN, key).header();

    assertThat(header).endsWith(", k=" + key.id());
    String token = token(header);
    assertThat(part(token, 0)).isEqualTo(new JsonObject("{\"typ\":\"JWT\",\"alg\":\"ES256\"}"));
    JsonObject claims = part(token, 1);
    assertThat(claims.getString("aud")).isEqualTo(ORIGIN);
    assertThat(claims.getString("sub")).isEqualTo("mailto:ops@example.com");
    assertThat(claims.getLong("exp") - clock.instant().getEpochSecond())
        .isPositive()
        .isLessThanOrEqualTo(Duration.ofHours(24).toSeconds());
    Signature verifier = Signature.getInstance("SHA256withECDSAinP1363Format", "SunEC");
    verifier.initVerify(
        new P256(Crypto.ofJdk()).publicKey(Base64Url.decode(key.id()).orElseThrow()).orElseThrow());
    int end = token.lastIndexOf('.');
    verifier.update(token.substring(0, end).getBytes(US_ASCII));
    byte[] signature = Base64Url.decode(token.substring(end + 1)).orElseThrow();
    assertThat(verifier.verify(signature)).isTrue();
  }

  @Test
  void signatureIsUsedAgainUntilItSoonExpires() {
    String first = tokens.get(ORIGIN, key).header();
    clock.advance(Duration.ofHours(10));
    assertThat(tokens.get(ORIGIN, key).header()).isEqualTo(first);
    clock.advance(Duration.ofHours(1).plusSeconds(1));

    String second = tokens.get(ORIGIN, key).header();

    assertThat(second).isNotEqualTo(first);
    assertThat(part(token(second), 1).getLong("exp"))
        .isGreaterThan(part(token(first), 1).getLong("exp"));
  }

  @Test
  void eachOriginAndEachKeyHasItsOwn() {
    String one = tokens.get(ORIGIN, key).header();
    assertThat(tokens.get("https://other.example", key).header()).isNotEqualTo(one);
    VapidKey other = VapidKey.make();
    assertThat(tokens.get(ORIGIN, other).header()).endsWith(", k=" + other.id());
    assertThat(tokens.get(ORIGIN, key).header()).isEqualTo(one);
  }

  @Test
  void refusedTokenIsMadeAnewUnlessItIsNew() {
    VapidTokens.Token first = tokens.get(ORIGIN, key);
    assertThat(tokens.renew(ORIGIN, key, first)).isFalse();
    assertThat(tokens.get(ORIGIN, key)).isSameAs(first);
    clock.advance(Duration.ofMinutes(2));

    assertThat(tokens.renew(ORIGIN, key, first)).isTrue();

    VapidTokens.Token second = tokens.get(ORIGIN, key);
    assertThat(second.header()).isNotEqualTo(first.header());
    // another message that was refused with the old one does not take the new one away
    tokens.renew(ORIGIN, key, first);
    assertThat(tokens.get(ORIGIN, key)).isSameAs(second);
  }
}
