package dev.switchboard.push;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.switchboard.push.queue.Notifications;
import dev.switchboard.push.testing.ApnsPeer;
import dev.switchboard.shared.push.PushJobs;
import dev.switchboard.shared.testing.Await;
import dev.switchboard.shared.testing.RealRedis;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.SelfSignedCertificate;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** APNs behind a relay in Node, which chooses HTTP/2 by ALPN and frames its answers otherwise. */
final class ApnsRelayIT extends PushTest {
  private static final SelfSignedCertificate CERTIFICATE =
      SelfSignedCertificate.create("localhost");

  private final ApnsPeer keys = new ApnsPeer(RealRedis.freePort());
  private final List<JsonObject> received = new CopyOnWriteArrayList<>();
  private Process relay;
  private PushNode node;

  @BeforeEach
  void start() throws IOException {
    relay =
        new ProcessBuilder(
                "node",
                Path.of("src/test/resources/apns-relay.mjs").toString(),
                CERTIFICATE.privateKeyPath(),
                CERTIFICATE.certificatePath())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    BufferedReader lines = relay.inputReader(UTF_8);
    String port = lines.readLine();
    Thread.ofVirtual()
        .start(() -> lines.lines().forEach(line -> received.add(new JsonObject(line))));
    Map<String, String> settings = new HashMap<>(keys.settings());
    settings.put("APNS_SERVER", "localhost:" + port);
    settings.put("PUSH_TRUSTED_CA_PATH", CERTIFICATE.certificatePath());
    node = node("a", new RecordingSender(false), settings);
    redis.send("HSET", "call:c1", "state", "ringing");
  }

  @AfterEach
  void stop() {
    node.close();
    keys.close();
    relay.destroy();
  }

  private JsonObject push(String cause, String kind, JsonObject call) {
    redis.register("ann", kind, "apns", kind.repeat(64), clock.millis());
    Await.until(() -> redis.length(PushJobs.REGISTRATIONS) == 0);
    redis.job("n1", cause, "ann", call, clock.millis() + 3_600_000, "apns|" + kind);
    Await.until(() -> redis.length(PushJobs.JOBS) + redis.length(PushJobs.RINGS) == 0, 30);
    return node.withRedis(link -> new Notifications(link).find("n1"))
        .orElseThrow()
        .getJsonArray("devices")
        .getJsonObject(0);
  }

  private static JsonObject call() {
    return new JsonObject()
        .put("type", "incoming_call")
        .put("callId", "c1")
        .put("callerId", "bob")
        .put("callerName", "Bob");
  }

  @ParameterizedTest
  @CsvSource({
    "a,sent,",
    "d,sent,",
    "b,failed,BadTopic",
    "c,failed,status 403",
    "f,failed,InvalidProviderToken",
    "9,queued,TooManyRequests"
  })
  void answerIsHeardInFewFramesAndInMany(String kind, String status, String reason) {
    JsonObject device = push("missed_call", kind, call());
    assertThat(device.getString("status")).as(device.encode()).isEqualTo(status);
    assertThat(device.getString("reason")).isEqualTo(reason);
    assertThat(device.getInteger("attempts")).isEqualTo(1);
    Await.until(() -> received.size() == 1);
    if (status.equals("queued")) {
      assertThat(redis.retryAt()).isEqualTo(clock.millis() + 1_234_000.0, within(1_000.0));
    }
  }

  @Test
  void keyThatApnsDoesNotKnowDegradesTheRole() {
    push("missed_call", "f", call());
    assertThat(node.role.health().getBoolean("degraded")).isTrue();
  }

  @Test
  void ringOfALongNameAndALargeAvatarFits() {
    JsonObject call =
        call().put("callerName", "\u2764".repeat(1_000)).put("callerAvatar", "x".repeat(2_000));
    assertThat(push("incoming_call", "a", call).getString("status")).isEqualTo("sent");
    Await.until(() -> received.size() == 1);
    assertThat(received.getFirst().getInteger("bytes")).isLessThanOrEqualTo(4_096);
  }

  @Test
  void whatIsTooLargeGoesAtOnceWithLess() {
    JsonObject call = call().put("callerAvatar", "x".repeat(3_000));
    assertThat(push("incoming_call", "e", call).getInteger("attempts")).isEqualTo(1);
    Await.until(() -> received.size() == 2);
    assertThat(received.getLast().getJsonObject("payload").containsKey("callerAvatar")).isFalse();
    assertThat(received.getLast().getJsonObject("payload").getString("callerName"))
        .isEqualTo("Bob");
  }
}
