package dev.switchboard.ice.provider;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.ice.provider.MintOutcome.Minted;
import dev.switchboard.ice.server.IceServer;
import io.vertx.core.buffer.Buffer;
import java.net.URI;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ProviderAnswerTest {
  private static final ListProvider TWILIO =
      new ListProvider.Twilio(URI.create("https://h"), "AC1", "AC1", "hunter2");

  private static MintOutcome read(String body) {
    return ProviderAnswer.read(TWILIO, Buffer.buffer(body), 1_000);
  }

  @Test
  void onlyUrlsThatEveryBrowserTakesAreKeptAndNoneTwice() {
    Minted minted =
        (Minted)
            read(
                """
                {"ice_servers":[{"urls":["turn:a?transport=udp","turn:a?transport=udp","turn:b:53",
                "turn:c:0","turns:d?transport=udp","stuns:e","stun:f","stun:f:53","http://g",7,null,
                "turn:u:p@h","turn:999.1.1.1","TURN:i?transport=UDP"],"username":"n","credential":"w"},
                "x",null,[]],"ttl":500}
                """);

    assertThat(minted.servers())
        .extracting(IceServer::url)
        .containsExactly("turn:a?transport=udp", "stun:f");
    assertThat(minted.servers().getLast().credential()).isEmpty();
    assertThat(minted.lifeSeconds()).isEqualTo(500);
  }

  @Test
  void aCredentialForAllIsUsedWhereAnEntryHasNone() {
    Minted minted =
        (Minted)
            read(
                "{\"ice_servers\":[{\"url\":\"turn:a\"}],\"username\":\"n\",\"password\":\"w\",\"ttl\":\"86400\"}");

    assertThat(minted.servers().getFirst().credential()).map(c -> c.username()).contains("n");
    // never longer than was asked for
    assertThat(minted.lifeSeconds()).isEqualTo(1_000);
  }

  @Test
  void aListIsBounded() {
    StringBuilder urls = new StringBuilder("\"turn:a\"");
    for (int i = 0; i < 1_000; i++) {
      urls.append(",\"turn:a").append(i).append('"');
    }
    Minted minted =
        (Minted)
            read(
                "{\"ice_servers\":[{\"urls\":["
                    + urls
                    + "],\"username\":\"n\",\"credential\":\"w\"}]}");
    assertThat(minted.servers()).hasSize(16);
  }

  @Test
  void noAnswerBreaksTheReader() {
    String good =
        "{\"ice_servers\":[{\"urls\":[\"turn:a\"],\"username\":\"n\",\"credential\":\"w\"}],\"ttl\":\"9\"}";
    Random random = new Random(5);
    for (int round = 0; round < 20_000; round++) {
      StringBuilder broken = new StringBuilder(good);
      for (int change = random.nextInt(4); change >= 0; change--) {
        broken.setCharAt(random.nextInt(broken.length()), (char) (32 + random.nextInt(95)));
      }
      assertThat(read(broken.toString())).isNotNull();
    }
  }

  @Test
  void nothingPrintsASecret() {
    assertThat(TWILIO.toString() + TWILIO.question(5)).doesNotContain("hunter2");
    assertThat(new ListProvider.Cloudflare(URI.create("https://h"), "k", "hunter2").toString())
        .doesNotContain("hunter2");
  }
}
