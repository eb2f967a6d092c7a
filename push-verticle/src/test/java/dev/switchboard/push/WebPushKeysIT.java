package dev.switchboard.push;

import static io.vertx.core.http.HttpMethod.GET;
import static io.vertx.core.http.HttpMethod.POST;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.switchboard.push.webpush.Browser;
import dev.switchboard.shared.config.BadSettingException;
import dev.switchboard.shared.testing.Await;
import dev.switchboard.shared.testing.RealPostgres;
import dev.switchboard.shared.testing.RealRedis;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.KeyPairGenerator;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Our key pairs: made once by however many nodes, kept sealed, rotated. */
final class WebPushKeysIT {
  private static final String SECRETS = Base64.getEncoder().encodeToString(new byte[32]);
  private static final Map<String, String> OTHER_SECRETS =
      Map.of("SECRETS_KEY", Base64.getEncoder().encodeToString("1".repeat(32).getBytes(US_ASCII)));
  private static final String KEY = "/api/v1/push/vapid-public-key";
  private static final String SUBSCRIBE = "/api/v1/push/subscribe";

  private String database;

  @BeforeEach
  void start() {
    RealRedis.flush();
    database = RealPostgres.newDatabase();
  }

  private PushNode node(String id, Map<String, String> settings) {
    return new PushNode(id, database, new RecordingSender(false), settings);
  }

  private static String publicKey(PushNode node) {
    var response = node.request(GET, KEY, "", Buffer.buffer());
    assertThat(response.statusCode()).as(response.bodyAsString()).isEqualTo(200);
    return response.bodyAsJsonObject().getString("public_key");
  }

  private static List<Row> kept(PushNode node) {
    List<Row> rows = new ArrayList<>();
    Await.await(node.postgres.query("SELECT * FROM vapid_keys ORDER BY generation").execute())
        .forEach(rows::add);
    return rows;
  }

  @Test
  void nodesThatStartTogetherMakeOneKeyPairAndKeepIt() {
    List<PushNode> nodes = new ArrayList<>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<CompletableFuture<PushNode>> starting = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        String id = "node" + i;
        starting.add(
            CompletableFuture.supplyAsync(() -> node(id, Map.of("SECRETS_KEY", SECRETS)), threads));
      }
      starting.forEach(node -> nodes.add(node.join()));
      List<String> keys = nodes.stream().map(WebPushKeysIT::publicKey).distinct().toList();
      assertThat(keys).hasSize(1);
      byte[] point = Base64.getUrlDecoder().decode(keys.getFirst());
      assertThat(point).hasSize(65);
      assertThat(point[0]).isEqualTo((byte) 4);
      assertThat(keys.getFirst()).doesNotContain("=");
      assertThat(kept(nodes.getFirst())).hasSize(1);

      nodes.forEach(PushNode::close);
      nodes.clear();
      nodes.add(node("later", Map.of("SECRETS_KEY", SECRETS)));
      assertThat(publicKey(nodes.getFirst())).isEqualTo(keys.getFirst());
    } finally {
      nodes.forEach(PushNode::close);
    }
  }

  @Test
  void keyIsMadeAtTheStartThoughNobodyAsksForIt() {
    try (PushNode node = node("a", Map.of("SECRETS_KEY", SECRETS))) {
      Await.until(() -> kept(node).size() == 1);
    }
  }

  @Test
  void withoutTheSecretThatItWasKeptUnderThereIsNoKeyAndNoOtherIsMade() {
    try (PushNode node = node("a", Map.of("SECRETS_KEY", SECRETS))) {
      publicKey(node);
    }
    for (Map<String, String> settings : List.of(OTHER_SECRETS, Map.<String, String>of())) {
      try (PushNode node = node("b", settings)) {
        var response = node.request(GET, KEY, "", Buffer.buffer());
        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.bodyAsJsonObject().getString("detail")).contains("SECRETS_KEY");
        assertThat(kept(node)).hasSize(1);
      }
    }
  }

  private static boolean isDegraded(PushNode node) {
    return node.role.health().getBoolean("degraded", false);
  }

  @Test
  void webPushWhoseKeyCanNotBeReadIsNotInitializedUntilItCan() throws Exception {
    try (PushNode node = node("a", Map.of("SECRETS_KEY", SECRETS))) {
      publicKey(node);
      assertThat(isDegraded(node)).isFalse();
    }
    try (PushNode node = node("b", OTHER_SECRETS)) {
      Await.until(() -> isDegraded(node));
      assertThat(node.role.health().getString("webpush")).isEqualTo("not_initialized");
      assertThat(node.role.features().getBoolean("webpush")).isFalse();
      assertThat(Await.await(node.role.overview()).getJsonArray("providers"))
          .anySatisfy(provider -> assertThat(provider.toString()).contains("another SECRETS_KEY"));
      Map<String, String> others = new HashMap<>(Pair.make().settings());
      others.putAll(OTHER_SECRETS);
      try (PushNode _ = node("c", others)) {
        Await.until(() -> !isDegraded(node));
        assertThat(node.role.health().getString("webpush")).isEqualTo("initialized");
      }
    }
  }

  @Test
  void strictStartIsRefusedWhereTheKeyCanNotBeRead() {
    try (PushNode node = node("a", strict(Map.of("SECRETS_KEY", SECRETS)))) {
      publicKey(node);
    }
    assertThatThrownBy(() -> node("b", strict(OTHER_SECRETS)))
        .isInstanceOf(BadSettingException.class)
        .hasMessageContaining("SECRETS_KEY");
    Map<String, String> mocked = new HashMap<>(strict(OTHER_SECRETS));
    mocked.put("PUSH_PROVIDERS", "mock");
    node("c", mocked).close();
  }

  private static Map<String, String> strict(Map<String, String> settings) {
    Map<String, String> strict = new HashMap<>(settings);
    strict.put("PUSH_STRICT", "on");
    return strict;
  }

  @Test
  void configuredPairIsTheOneAndItsPrivateHalfIsNowhereInTheClear() throws Exception {
    Pair pair = Pair.make();
    try (PushNode node = node("a", pair.settings())) {
      assertThat(publicKey(node)).isEqualTo(pair.publicKey);
      List<Row> rows = kept(node);
      assertThat(rows).hasSize(1);
      byte[] stored = rows.getFirst().getBuffer("private_key").getBytes();
      assertThat(stored).hasSize(12 + 32 + 16);
      String latin = new String(stored, StandardCharsets.ISO_8859_1);
      byte[] scalar = Base64.getUrlDecoder().decode(pair.privateKey);
      assertThat(latin).doesNotContain(new String(scalar, StandardCharsets.ISO_8859_1));
      assertThat(latin).doesNotContain(pair.privateKey);
    }
  }

  @Test
  void subscriptionsRememberTheKeyTheyWereMadeWith() throws Exception {
    Pair old = Pair.make();
    Pair fresh = Pair.make();
    JsonObject early = subscription("early");
    try (PushNode node = node("a", old.settings())) {
      assertThat(post(node, early)).isEqualTo(201);
    }
    try (PushNode node = node("b", fresh.settings())) {
      assertThat(publicKey(node)).isEqualTo(fresh.publicKey);
      // the page says it again at each visit: the browser's subscription is still the old one
      assertThat(post(node, early)).isEqualTo(200);
      assertThat(post(node, subscription("late"))).isEqualTo(201);
      assertThat(post(node, subscription("cached").put("vapid_public_key", old.publicKey)))
          .isEqualTo(201);
      assertThat(post(node, subscription("foreign").put("vapid_public_key", Pair.make().publicKey)))
          .isEqualTo(400);

      assertThat(keyOf(node, "early")).isEqualTo(old.publicKey);
      assertThat(keyOf(node, "late")).isEqualTo(fresh.publicKey);
      assertThat(keyOf(node, "cached")).isEqualTo(old.publicKey);
      assertThat(kept(node)).hasSize(2);
    }
  }

  @Test
  void nodesWithDifferentPairsKeepBoth() throws Exception {
    List<Pair> pairs = new ArrayList<>();
    List<PushNode> nodes = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      pairs.add(Pair.make());
    }
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      pairs.stream()
          .map(
              pair ->
                  CompletableFuture.supplyAsync(
                      () -> node("n" + pairs.indexOf(pair), pair.settings()), threads))
          .toList()
          .forEach(node -> nodes.add(node.join()));
      for (int i = 0; i < 3; i++) {
        assertThat(publicKey(nodes.get(i))).isEqualTo(pairs.get(i).publicKey);
      }
      assertThat(kept(nodes.getFirst()))
          .extracting(row -> row.getString("public_key"))
          .containsExactlyInAnyOrderElementsOf(pairs.stream().map(p -> p.publicKey).toList());
    } finally {
      nodes.forEach(PushNode::close);
    }
  }

  private static JsonObject subscription(String name) {
    return new JsonObject()
        .put("endpoint", "https://8.8.8.8/" + name)
        .put("keys", KEYS_OF_ALL.keys());
  }

  private static final Browser KEYS_OF_ALL = Browser.make();

  private static int post(PushNode node, JsonObject subscription) {
    return node.request(POST, SUBSCRIBE, "", subscription).statusCode();
  }

  private static String keyOf(PushNode node, String name) {
    return Await.await(
            node.postgres
                .query(
                    "SELECT vapid_key FROM push_tokens WHERE token = 'https://8.8.8.8/"
                        + name
                        + "'")
                .execute())
        .iterator()
        .next()
        .getString("vapid_key");
  }

  /** A key pair as an operator configures it. */
  private record Pair(String publicKey, String privateKey) {
    static Pair make() throws Exception {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC", "SunEC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      var pair = generator.generateKeyPair();
      var point = ((ECPublicKey) pair.getPublic()).getW();
      byte[] bytes = new byte[65];
      bytes[0] = 4;
      write(point.getAffineX(), bytes, 1);
      write(point.getAffineY(), bytes, 33);
      byte[] scalar = new byte[32];
      write(((ECPrivateKey) pair.getPrivate()).getS(), scalar, 0);
      var encoder = Base64.getUrlEncoder().withoutPadding();
      return new Pair(encoder.encodeToString(bytes), encoder.encodeToString(scalar));
    }

    private static void write(BigInteger number, byte[] into, int at) {
      byte[] bytes = number.toByteArray();
      int length = Math.min(32, bytes.length);
      System.arraycopy(bytes, bytes.length - length, into, at + 32 - length, length);
    }

    Map<String, String> settings() {
      return Map.of(
          "SECRETS_KEY", SECRETS, "VAPID_PUBLIC_KEY", publicKey, "VAPID_PRIVATE_KEY", privateKey);
    }
  }
}
