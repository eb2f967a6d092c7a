package dev.switchboard.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.deploy.testing.HoldingPushService;
import dev.switchboard.deploy.testing.Nodes;
import dev.switchboard.deploy.testing.StockClient;
import dev.switchboard.shared.testing.Await;
import dev.switchboard.shared.testing.RealRedis;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.NetServer;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyPairGenerator;
import java.util.Base64;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every provider takes connections and answers nothing: calls go on as if they were well. */
final class HungProvidersIT {
  private static final int CALLS = 20;

  private final Vertx vertx = Vertx.vertx();
  private final Set<Integer> reached = ConcurrentHashMap.newKeySet();
  private HoldingPushService browsers;
  private Nodes nodes;

  @BeforeEach
  void start(@TempDir Path folder) throws IOException {
    RealRedis.flush();
    browsers = new HoldingPushService();
    int apns = hungPort();
    int fcm = hungPort();
    Map<String, String> settings =
        Map.ofEntries(
            Map.entry("PUSH_PROVIDERS", "apns,fcm,webpush"),
            Map.entry("PUSH_STRICT", "on"),
            Map.entry("APNS_KEY_PATH", apnsKey(folder).toString()),
            Map.entry("APNS_KEY_ID", "ABC123DEFG"),
            Map.entry("APNS_TEAM_ID", "DEF123GHIJ"),
            Map.entry("APNS_BUNDLE_ID", "com.example.app"),
            Map.entry("APNS_SERVER", "127.0.0.1:" + apns),
            Map.entry("FCM_CREDENTIALS_JSON", fcmAccount(fcm).encode()),
            Map.entry("FCM_ENDPOINT", "https://127.0.0.1:" + fcm),
            Map.entry("WEBPUSH_ALLOW_HTTP", "on"),
            Map.entry("WEBPUSH_ALLOW_PRIVATE", "on"),
            Map.entry("RATE_CALLS_PER_MINUTE", "1000"));
    nodes = Nodes.start(settings, "signaling,ice,push");
  }

  @AfterEach
  void stop() {
    nodes.close();
    browsers.close();
    Await.await(vertx.close());
  }

  /** Takes connections and reads nothing from them. */
  private int hungPort() {
    NetServer server = vertx.createNetServer();
    server.connectHandler(
        socket -> {
          socket.pause();
          reached.add(server.actualPort());
        });
    return Await.await(server.listen(0, "127.0.0.1")).actualPort();
  }

  private static Path apnsKey(Path folder) throws IOException {
    Path file =
        Files.createFile(
            folder.resolve("key.p8"),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    return Files.writeString(file, pem(newKey("EC", 256)));
  }

  private static JsonObject fcmAccount(int port) {
    return new JsonObject()
        .put("type", "service_account")
        .put("project_id", "demo")
        .put("private_key_id", "k1")
        .put("private_key", pem(newKey("RSA", 2048)))
        .put("client_email", "push@demo.iam.gserviceaccount.com")
        .put("client_id", "1")
        .put("token_uri", "https://127.0.0.1:" + port + "/token");
  }

  private static Key newKey(String algorithm, int bits) {
    try {
      KeyPairGenerator keys = KeyPairGenerator.getInstance(algorithm);
      keys.initialize(bits);
      return keys.generateKeyPair().getPrivate();
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private static String pem(Key key) {
    return "-----BEGIN PRIVATE KEY-----\n"
        + Base64.getMimeEncoder().encodeToString(key.getEncoded())
        + "\n-----END PRIVATE KEY-----\n";
  }

  private void post(String path, JsonObject body, int status) {
    assertThat(
            Nodes.send(
                    HttpRequest.newBuilder(nodes.node(0).url().resolve(path))
                        .header("Authorization", "Bearer " + nodes.token("bob"))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body.encode())))
                .statusCode())
        .isEqualTo(status);
  }

  private void token(String type, String token, String device) {
    JsonObject body =
        new JsonObject().put("type", type).put("token", token).put("device_id", device);
    post("/v1/push/tokens", body, 200);
  }

  @Test
  void callsAreAcknowledgedAndOthersGoOn() {
    token("fcm", "f".repeat(140), "pixel");
    token("apns", "ab".repeat(32), "iphone");
    token("apns_voip", "cd".repeat(32), "iphone");
    post("/api/v1/push/subscribe", browsers.subscription("bob"), 201);
    StockClient ann = nodes.client(0, "ann", "phone");
    JsonObject bob = new JsonObject().put("calleeId", "bob").put("callType", "video");
    for (int i = 0; i < CALLS; i++) {
      JsonObject ringing = ann.ask("call_initiate", bob);
      assertThat(ringing.getBoolean("success")).as(ringing.encode()).isTrue();
      JsonObject call = new JsonObject().put("callId", ringing.getString("callId"));
      assertThat(ann.ask("call_end", call).getBoolean("success")).isTrue();
    }
    JsonObject last = ann.ask("call_initiate", bob);
    assertThat(last.getBoolean("success")).as(last.encode()).isTrue();
    // the last one is still ringing, so every provider is being tried, and none answers
    Await.until(() -> reached.size() == 2 && !browsers.topics().isEmpty(), 30);
    StockClient dan = nodes.client(0, "dan", "phone");
    nodes.client(0, "cat", "phone").call(dan);
    assertThat(nodes.node(0).log()).doesNotContain("has been blocked for");
  }
}
