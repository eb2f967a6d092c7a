package dev.switchboard.ice.provider;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.ice.server.IceServer;
import dev.switchboard.shared.testing.fuzz.Damage;
import dev.switchboard.shared.testing.fuzz.Fuzz;
import dev.switchboard.shared.testing.fuzz.OddJson;
import dev.switchboard.shared.testing.fuzz.Trial;
import io.vertx.core.buffer.Buffer;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** What a provider may answer: a list that every browser takes is kept, or none is. */
final class ProviderAnswerFuzzTest {
  private static final long ASKED = 3_600;
  private static final ListProvider PROVIDER =
      new ListProvider.Cloudflare(URI.create("https://rtc.live.cloudflare.com"), "key", "token");

  private static final List<String> URLS =
      List.of(
          "\"turn:turn.example.com:3478?transport=udp\"",
          "\"turns:turn.example.com:5349?transport=tcp\"",
          "\"stun:stun.example.com:3478\"",
          "\"stuns:stun.example.com\"",
          "\"turn:turn.example.com:99999\"",
          "\"turn:[::1]:3478\"",
          "\"turn:\"",
          "\"turn:example.com?transport=UDP\"",
          "\"TURN:turn.example.com\"",
          "\"http://example.com\"");

  private static String answer(RandomGenerator random) {
    String url = OddJson.onceIn(random, 3) ? OddJson.one(random, URLS) : URLS.getFirst();
    String urls = OddJson.arrayOf(random, url);
    String server =
        OddJson.object(
            random,
            Map.of(
                "urls", List.of(urls, urls, url),
                "username", List.of("\"1700000600:ann\"", "\"a b\""),
                "credential", List.of("\"c2VjcmV0\"")));
    String servers = OddJson.arrayOf(random, server);
    return OddJson.object(
        random,
        Map.of(
            "iceServers", List.of(servers, servers, server),
            "ttl", List.of("600", "600", "600", "\"600\"", "0", "1e999"),
            "username", List.of("\"all\""),
            "password", List.of("\"of them\"")));
  }

  @Test
  void aListIsWhatBrowsersTakeOrNone() throws InterruptedException {
    Fuzz.run(ProviderAnswerFuzzTest::isWhatBrowsersTake)
        .atLeast(0.05, "minted")
        .atLeast(0.1, "unavailable");
  }

  private static void isWhatBrowsersTake(Trial trial) {
    String whole = answer(trial.random());
    String text =
        trial.of(OddJson.onceIn(trial.random(), 4) ? Damage.text(trial.random(), whole) : whole);
    switch (ProviderAnswer.read(PROVIDER, Buffer.buffer(text), ASKED)) {
      case MintOutcome.Minted minted -> {
        assertThat(minted.lifeSeconds()).isBetween(1L, ASKED);
        assertThat(minted.servers()).hasSizeBetween(1, 16);
        assertThat(minted.servers()).anyMatch(server -> server.credential().isPresent());
        for (IceServer server : minted.servers()) {
          assertThat(server.url())
              .matches("(stun|turn|turns):[A-Za-z0-9_\\[:.\\]-]+(\\?transport=(udp|tcp))?");
          assertThat(server.credential().isPresent())
              .isNotEqualTo(server.url().startsWith("stun:"));
        }
        trial.count("minted");
      }
      case MintOutcome.Unavailable _ -> trial.count("unavailable");
      case MintOutcome.Refused refused -> throw new AssertionError(refused);
    }
  }
}
