package dev.switchboard.ice;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.shared.bus.BusAddresses;
import dev.switchboard.shared.testing.Await;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Lists of providers that mint, refuse, hang and lie, as clients of a real node get them. */
class ProviderIT {
  private static final String STUN = "stun:stun.l.google.com:19302";

  private final HttpClient client = HttpClient.newHttpClient();

  private HttpResponse<String> get(IceNode node) throws Exception {
    return client.send(
        HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + node.server.actualPort() + "/ice-servers"))
            .timeout(Duration.ofSeconds(5))
            .header("Authorization", "Bearer user:ann")
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private JsonObject list(IceNode node) throws Exception {
    return new JsonObject(get(node).body());
  }

  private static List<String> urls(JsonObject answer) {
    return IntStream.range(0, answer.getJsonArray("iceServers").size())
        .mapToObj(i -> answer.getJsonArray("iceServers").getJsonObject(i).getString("urls"))
        .toList();
  }

  private static String username(JsonObject answer) {
    int last = answer.getJsonArray("iceServers").size() - 1;
    return answer.getJsonArray("iceServers").getJsonObject(last).getString("username", "");
  }

  private static void until(IceNode node, String state) {
    Await.until(() -> state.equals(node.role.health().getString("turnProvider")));
  }

  private static double requests(IceNode node, String outcome) {
    var counter =
        node.meters.find("switchboard.turn.provider.requests").tag("outcome", outcome).counter();
    return counter == null ? 0 : counter.count();
  }

  @Test
  void cloudflaresListIsHandedOutAsBrowsersTakeIt() throws Exception {
    try (FakeProvider provider = new FakeProvider(FakeProvider::mint);
        IceNode node = new IceNode(provider.cloudflare())) {
      JsonObject answer = list(node);

      assertThat(urls(answer))
          .containsExactly(
              STUN,
              "stun:stun.cloudflare.com:3478",
              "turn:turn.cloudflare.com:3478?transport=udp",
              "turn:turn.cloudflare.com:80?transport=tcp",
              "turns:turn.cloudflare.com:443?transport=tcp");
      assertThat(username(answer)).isEqualTo("name-1");
      assertThat(answer.getLong("ttl")).isEqualTo(86_400);
      assertThat(provider.asked.getFirst())
          .isEqualTo(
              new FakeProvider.Asked(
                  "/v1/turn/keys/key-1/credentials/generate-ice-servers",
                  "Bearer t0ken",
                  "{\"ttl\":172800}"));
      assertThat(node.role.features()).isEqualTo(new JsonObject().put("turn", true));
      assertThat(node.role.health()).isEqualTo(new JsonObject().put("turnProvider", "minted"));
    }
  }

  @Test
  void twiliosListIsHandedOutBelowAPrefix() throws Exception {
    try (FakeProvider provider = new FakeProvider(FakeProvider::mintAsTwilio);
        IceNode node = new IceNode(provider.twilio())) {
      JsonObject answer = list(node);

      assertThat(urls(answer))
          .containsExactly(
              STUN,
              "stun:global.stun.twilio.com:3478",
              "turn:global.turn.twilio.com:3478?transport=udp",
              "turn:global.turn.twilio.com:3478?transport=tcp",
              "turn:global.turn.twilio.com:443?transport=tcp");
      assertThat(provider.asked.getFirst().path())
          .isEqualTo("/proxy/2010-04-01/Accounts/AC1/Tokens.json");
      assertThat(provider.asked.getFirst().authorization()).isEqualTo("Basic QUMxOmF1dGg=");
      assertThat(provider.asked.getFirst().body()).isEqualTo("Ttl=86400");
      assertThat(answer.getLong("ttl")).isEqualTo(86_400);
    }
  }

  @Test
  void whileTheProviderHangsStunAloneIsAnsweredAndIsNotToBeKept() throws Exception {
    try (FakeProvider provider = new FakeProvider(FakeProvider::hang);
        IceNode node = new IceNode(provider.cloudflare())) {
      HttpResponse<String> response = get(node);
      JsonObject answer = new JsonObject(response.body());

      assertThat(urls(answer)).containsExactly(STUN);
      assertThat(answer.getLong("ttl")).isEqualTo(60);
      assertThat(response.headers().firstValue("Cache-Control")).contains("no-store");
      // It was not waited for: the node goes on asking for 1.5 s.
      assertThat(node.role.health().getString("turnProvider")).isEqualTo("starting");

      until(node, "unavailable");
      assertThat(node.role.health().getBoolean("degraded")).isTrue();
      assertThat(node.role.features().getBoolean("turn")).isFalse();

      provider.behaviour = FakeProvider::mint;
      until(node, "minted");
      assertThat(username(list(node))).startsWith("name-");
      assertThat(provider.mostAtOnce.get()).isEqualTo(1);
    }
  }

  @Test
  void aCallIsAnsweredInItsHundredMilliseconds() throws Exception {
    try (FakeProvider provider = new FakeProvider(FakeProvider::hang);
        IceNode node = new IceNode(provider.cloudflare())) {
      JsonObject request = new JsonObject().put("userId", "ann").put("callId", "c1");
      JsonObject reply =
          node.vertx
              .eventBus()
              .<JsonObject>request(BusAddresses.ICE_SERVERS, request)
              .await(5, SECONDS)
              .body();

      assertThat(reply.getBoolean("complete")).isFalse();
      assertThat(reply.getJsonArray("iceServers")).hasSize(1);
      assertThat(node.role.health().getString("turnProvider")).isEqualTo("starting");
    }
  }

  @Test
  void theLastListIsUsedWhileTheProviderRefusesAndOnlyAsLongAsItLives() throws Exception {
    try (FakeProvider provider = new FakeProvider(FakeProvider::mintAsTwilio);
        IceNode node = new IceNode(shortLived(provider))) {
      assertThat(username(list(node))).isEqualTo("name-1");
      provider.behaviour = (request, _) -> FakeProvider.status(request, 403).end("{\"x\":1}");
      until(node, "refused");

      JsonObject kept = list(node);
      assertThat(username(kept)).startsWith("name-");
      assertThat(kept.getLong("ttl")).isEqualTo(600);
      assertThat(node.role.health().getBoolean("degraded")).isTrue();
      assertThat(node.role.features().getBoolean("turn")).isTrue();

      node.clock.advance(Duration.ofSeconds(1_000));
      // What really remains of the 1,200 seconds.
      assertThat(list(node).getLong("ttl")).isEqualTo(200);
      assertThat(node.meters.get("switchboard.turn.provider.life").gauge().value()).isEqualTo(200);

      node.clock.advance(Duration.ofSeconds(200));
      assertThat(urls(list(node))).containsExactly(STUN);
      assertThat(node.role.features().getBoolean("turn")).isFalse();
    }
  }

  private static Map<String, String> shortLived(FakeProvider provider) {
    Map<String, String> settings = new HashMap<>(provider.twilio());
    settings.put("TURN_CREDENTIAL_TTL", "600");
    settings.put("TURN_ANONYMOUS_TTL", "600");
    return settings;
  }

  @Test
  void listsAreRenewedAheadAndRotate() throws Exception {
    try (FakeProvider provider = new FakeProvider(FakeProvider::mintAsTwilio);
        IceNode node = new IceNode(shortLived(provider))) {
      // 600 s of 1,200 at the pace of this test's node
      Await.until(() -> provider.asked.size() > 2);
      Await.until(() -> requests(node, "minted") > 2);

      assertThat(username(list(node))).isNotEqualTo("name-1");
      assertThat(provider.mostAtOnce.get()).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "{\"iceServers\":{}}",
        "{\"iceServers\":[]}",
        "{\"iceServers\":[{\"urls\":[\"stun:a\"]}]}",
        "{\"iceServers\":[{\"urls\":[\"turn:a\"]}]}",
        "{\"iceServers\":[{\"urls\":[\"turn:a:53\"],\"username\":\"u\",\"credential\":\"p\"}]}",
        "{\"iceServers\":[{\"urls\":\"turn:a\",\"username\":7,\"credential\":\"p\"}]}",
        "{\"iceServers\":[{\"urls\":\"turn:a\",\"username\":\"u\",\"credential\":\"p\"}],\"ttl\":-1}"
      })
  void aLieIsNoList(String body) throws Exception {
    try (FakeProvider provider =
            new FakeProvider((request, _) -> FakeProvider.status(request, 200).end(body));
        IceNode node = new IceNode(provider.cloudflare())) {
      until(node, "unavailable");
      assertThat(urls(list(node))).containsExactly(STUN);
    }
  }

  @Test
  void floodsDripsRedirectsAndOutagesAreOutlived() throws Exception {
    try (FakeProvider provider = new FakeProvider(FakeProvider::flood);
        IceNode node = new IceNode(provider.cloudflare())) {
      Await.until(() -> requests(node, "unavailable") > 0);
      after(node, provider, provider::drip);
      after(
          node,
          provider,
          (request, _) ->
              FakeProvider.status(request, 302).putHeader("Location", provider.url()).end());
      after(node, provider, (request, _) -> FakeProvider.status(request, 500).end());
      after(
          node,
          provider,
          (request, _) -> FakeProvider.status(request, 429).putHeader("Retry-After", "1").end());
      after(node, provider, (request, _) -> request.connection().close());
      assertThat(urls(list(node))).containsExactly(STUN);

      provider.behaviour = FakeProvider::mint;
      until(node, "minted");
      assertThat(provider.asked)
          .allSatisfy(asked -> assertThat(asked.path()).startsWith("/v1/turn/keys/"));
    }
  }

  private static void after(IceNode node, FakeProvider provider, FakeProvider.Behaviour next) {
    provider.behaviour = next;
    double before = requests(node, "unavailable");
    // The first may have been under way already.
    Await.until(() -> requests(node, "unavailable") > before + 1);
  }

  @Test
  void entriesWithTheirOwnCredentialStayBesideTheProvidersList() throws Exception {
    try (FakeProvider provider = new FakeProvider(FakeProvider::mint)) {
      Map<String, String> settings = new HashMap<>(provider.cloudflare());
      settings.put("TURN_SERVER_URL", "turn:u:p@127.0.0.1:3470,turn:127.0.0.1:3471");
      settings.put("TURN_STATIC_SECRET", "unused");
      try (IceNode node = new IceNode(settings)) {
        assertThat(urls(list(node)))
            .contains("turn:127.0.0.1:3470", "turn:turn.cloudflare.com:80?transport=tcp")
            .doesNotContain("turn:127.0.0.1:3471");
      }
    }
  }
}
