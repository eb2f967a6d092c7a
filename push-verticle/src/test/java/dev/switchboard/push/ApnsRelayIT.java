package dev.switchboard.push;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
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
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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

  /**
   * 5 and 6: a provider token that has expired, told in one frame and in several; 7: a stream that
   * is reset; 8: a connection that takes no more.
   */
  @ParameterizedTest
  @ValueSource(strings = {"5", "6", "7", "8"})
  void whatGoesWrongForOnePushCutsNoOther(String trouble) {
    List<String> slow = List.of("d0", "d1", "d2", "d3");
    Stream.concat(slow.stream(), Stream.of(trouble))
        .forEach(
            device ->
                redis.register(
                    "ann", device, "apns", device.repeat(64).substring(0, 64), clock.millis()));
    Await.until(() -> redis.length(PushJobs.REGISTRATIONS) == 0);
    long deadline = clock.millis() + 3_600_000;
    for (String device : slow) {
      redis.job(device, "missed_call", "ann", call(), deadline, "apns|" + device);
    }
    Await.until(() -> received.size() == slow.size());
    redis.job("n1", "missed_call", "ann", call(), deadline, "apns|" + trouble);
    Await.until(
        () -> {
          clock.advance(Duration.ofMillis(100));
          return node.counted("missed_call", "sent") == 5;
        },
        30);
    Map<String, Long> times =
        received.stream()
            .collect(groupingBy(push -> push.getString("token").substring(0, 2), counting()));
    assertThat(times)
        .isEqualTo(Map.of("d0", 1L, "d1", 1L, "d2", 1L, "d3", 1L, trouble.repeat(2), 2L));
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
