package dev.switchboard.push;

import static io.vertx.core.http.HttpMethod.PUT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.shared.testing.Await;
import dev.switchboard.shared.testing.RealPostgres;
import dev.switchboard.shared.testing.RealRedis;
import dev.switchboard.shared.users.Erasure;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The tokens of a user as the team's back end brings, sees and erases them. */
final class UserDevicesIT {
  private static final String DEVICES = "/api/v1/users/ann/devices";
  private static final String APNS = "ab".repeat(32);
  private static final String FCM = "dQw4w9WgXcQ:APA91b-" + "x".repeat(120);

  private PushNode node;
  private RedisProbe redis;

  @BeforeEach
  void start() {
    RealRedis.flush();
    redis = new RedisProbe();
    node = new PushNode("a", RealPostgres.newDatabase(), new RecordingSender(false));
  }

  @AfterEach
  void stop() {
    node.close();
    redis.close();
  }

  private static JsonObject device(String type, String token) {
    return new JsonObject().put("type", type).put("token", token);
  }

  private JsonObject put(int status, String user, JsonArray devices) {
    var response = node.request(PUT, DEVICES, user, devices.toBuffer());
    assertThat(response.statusCode()).as(response.bodyAsString()).isEqualTo(status);
    return response.bodyAsJsonObject();
  }

  private JsonArray devices() {
    return Await.await(node.role.export("ann")).getJsonArray("devices", new JsonArray());
  }

  @Test
  void tokenStoreIsTakenOverAsOftenAsOneLikes() {
    JsonArray store =
        new JsonArray()
            .add(device("fcm", FCM).put("deviceId", "phone").put("app", "default"))
            .add(device("apns", APNS.toUpperCase(java.util.Locale.ROOT)));
    for (int i = 0; i < 2; i++) {
      assertThat(put(200, PushNode.OPERATOR, store).getInteger("stored")).isEqualTo(2);
      assertThat(devices()).hasSize(2);
    }
    put(200, "ann", store);
    JsonObject shown = devices().getJsonObject(0);
    assertThat(shown.getString("token")).hasSizeLessThanOrEqualTo(9).endsWith("…");
    assertThat(devices().encode()).doesNotContain(FCM).doesNotContain(APNS);
    assertThat(redis.send("HKEYS", "push:reach:ann").toString()).contains("fcm|phone");
  }

  @Test
  void listWithOneBadDeviceStoresNone() {
    JsonArray store = new JsonArray().add(device("fcm", FCM)).add(device("pigeon", "x".repeat(20)));
    assertThat(put(422, PushNode.OPERATOR, store).getString("detail")).startsWith("devices[1] ");
    put(422, PushNode.OPERATOR, new JsonArray().add(device("fcm", FCM).put("app", "other")));
    put(422, PushNode.OPERATOR, new JsonArray().add("x"));
    JsonArray many = new JsonArray();
    for (int i = 0; i < 201; i++) {
      many.add(device("fcm", FCM));
    }
    put(422, PushNode.OPERATOR, many);
    var list = node.request(PUT, DEVICES, PushNode.OPERATOR, new JsonObject());
    assertThat(list.statusCode()).isEqualTo(422);
    put(403, "bob", new JsonArray());
    assertThat(devices()).isEmpty();
  }

  @Test
  void erasedUserHasNoTokensNoReachAndNoTraceWithOthers() {
    put(200, PushNode.OPERATOR, new JsonArray().add(device("fcm", FCM).put("deviceId", "phone")));
    redis.send("HSET", "push:reach:ann", "apns|gone", "1");
    redis.send("HSET", "push:failures:ann", "fcm|phone", "{}");
    redis.send("XADD", "push:dead", "*", "id", "n1", "userId", "ann", "data", "{}");
    redis.send(
        "XADD", "push:dead", "*", "id", "n2", "userId", "bob", "data", "{\"callerId\":\"ann\"}");
    redis.send("XADD", "push:dead", "*", "id", "n3", "userId", "bob", "data", "{}");
    Await.await(node.role.erase(new Erasure("ann", Set.of("phone"), 1)));
    Await.await(node.role.erase(new Erasure("ann", Set.of("phone"), 2)));
    assertThat(devices()).isEmpty();
    assertThat(redis.send("EXISTS", "push:reach:ann", "push:failures:ann").toInteger()).isZero();
    assertThat(redis.send("XLEN", "push:dead").toInteger()).isEqualTo(1);
  }
}
