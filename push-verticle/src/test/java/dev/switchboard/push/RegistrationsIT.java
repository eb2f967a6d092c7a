package dev.switchboard.push;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.shared.push.PushJobs;
import dev.switchboard.shared.testing.Await;
import dev.switchboard.shared.testing.RealPostgres;
import dev.switchboard.shared.testing.RealRedis;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class RegistrationsIT {
  /** Not so long ago that the sweep of stale devices would take what is registered then. */
  private static final long START = System.currentTimeMillis() - 10_000;

  private static final String FCM = "fcm-registration-";

  private final String database = RealPostgres.newDatabase();
  private RedisProbe redis;
  private PushNode node;

  @BeforeEach
  void start() {
    RealRedis.flush();
    redis = new RedisProbe();
    node = new PushNode("a", database, new RecordingSender(false));
  }

  @AfterEach
  void stop() {
    node.close();
    redis.close();
  }

  private JsonArray tokens(String user) {
    return node.request(HttpMethod.GET, "/v1/push/tokens", user, Buffer.buffer())
        .bodyAsJsonObject()
        .getJsonArray("tokens");
  }

  private void untilWritten() {
    Await.until(() -> redis.length(PushJobs.REGISTRATIONS) == 0);
  }

  @Test
  void registeredTokensReachPostgresAndMoveBetweenUsers() {
    redis.register("ann", "phone", "fcm", FCM + "1", START + 1_000);
    redis.register("bob", "phone", "fcm", FCM + "1", START + 2_000);
    untilWritten();

    assertThat(tokens("ann")).isEmpty();
    assertThat(tokens("bob")).hasSize(1);
    assertThat(redis.reach("ann")).isEmpty();
    assertThat(redis.reach("bob")).containsExactly("fcm|phone");
  }

  @Test
  void logOutRemovesTheDevicesTokensAndOnlyThose() {
    redis.register("ann", "phone", "fcm", FCM + "1", START + 1_000);
    redis.register("ann", "pad", "fcm", FCM + "2", START + 1_000);
    redis.unregister("ann", "phone", START + 2_000);
    untilWritten();

    assertThat(tokens("ann")).hasSize(1);
    assertThat(redis.reach("ann")).containsExactly("fcm|pad");
  }

  @Test
  void logInAfterLogOutStays() {
    redis.register("ann", "phone", "fcm", FCM + "1", START + 1_000);
    redis.unregister("ann", "phone", START + 2_000);
    redis.register("ann", "phone", "fcm", FCM + "1", START + 3_000);
    untilWritten();

    assertThat(tokens("ann")).hasSize(1);
    assertThat(redis.reach("ann")).containsExactly("fcm|phone");
  }

  @Test
  void unusableEntriesAreLeftOutAndTakenFromTheIndex() {
    redis.register("ann", "phone", "apns", "not hexadecimal", START + 1_000);
    redis.add(PushJobs.REGISTRATIONS, Map.of("op", "dance", "userId", "ann"));
    redis.add(PushJobs.REGISTRATIONS, Map.of("nothing", "here"));
    redis.register("ann\u0000", "phone", "fcm", FCM + "0", START + 1_000);
    redis.register("ann", "pad", "fcm", FCM + "2", START + 1_000);
    untilWritten();

    assertThat(redis.reach("ann")).containsExactly("fcm|pad");
  }

  @Test
  void survivorWritesWhatAVanishedNodeHadInHand() {
    redis.register("ann", "phone", "fcm", FCM + "ann", START + 1_000);
    untilWritten();
    node.vanish();
    for (int i = 0; i < 300; i++) {
      redis.register("user" + i, "phone", "fcm", FCM + i, START + 1_000 + i);
    }
    // handed to a consumer that will never acknowledge
    redis.send(
        "XREADGROUP", "GROUP", "push", "dead", "COUNT", 5, "STREAMS", PushJobs.REGISTRATIONS, ">");
    try (PushNode second = new PushNode("b", database, new RecordingSender(false))) {
      untilWritten();
      assertThat(second.role.worksWithoutPostgres()).isFalse();
      assertThat(redis.reach("user299")).containsExactly("fcm|phone");
    }
    assertThat(tokens("user0").size() + tokens("user299").size()).isEqualTo(2);
  }
}
