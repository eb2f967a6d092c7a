package dev.switchboard.signaling.calls;

import static dev.switchboard.signaling.calls.Payloads.call;
import static dev.switchboard.signaling.calls.Payloads.initiate;
import static dev.switchboard.signaling.testing.AckAssert.assertAck;
import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.shared.testing.RealRedis;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Response;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Devices of several apps: how they register, and which of them a call reaches. */
final class PushAppsIT {
  private static final String TOKEN = "ab".repeat(32);

  private CallNodes nodes;

  @BeforeEach
  void start() {
    RealRedis.flush();
    nodes = new CallNodes(Map.of("PUSH_APPS", "{kids: {}, work: {}}"));
  }

  @AfterEach
  void stop() {
    nodes.close();
  }

  private JsonObject device() {
    return new JsonObject().put("userId", "bob").put("deviceId", "phone");
  }

  private Map<String, String> lastRegistration() {
    Response entry = nodes.redis("XREVRANGE", "push:registrations", "+", "-", "COUNT", "1").get(0);
    Map<String, String> fields = new HashMap<>();
    for (int i = 0; i + 1 < entry.get(1).size(); i += 2) {
      fields.put(entry.get(1).get(i).toString(), entry.get(1).get(i + 1).toString());
    }
    return fields;
  }

  private boolean isReached(String field) {
    return nodes.redis("HEXISTS", "push:reach:bob", field).toInteger() == 1;
  }

  @Test
  void tokensGoToPushWithTheAppAndTheEnvironmentThatTheDeviceNames() {
    Phone phone = nodes.connected(0, "bob");
    assertAck(
            phone.ask(
                "register",
                device().put("apnsToken", TOKEN).put("app", "kids").put("environment", "sandbox")))
        .isSuccess();
    assertThat(lastRegistration())
        .containsEntry("type", "apns")
        .containsEntry("app", "kids")
        .containsEntry("environment", "sandbox");
    assertThat(isReached("apns@kids|phone")).isTrue();
    assertAck(phone.ask("register_voip_token", new JsonObject().put("voipToken", TOKEN)))
        .isSuccess();
    assertThat(lastRegistration())
        .containsEntry("type", "apns_voip")
        .containsEntry("app", "kids")
        .doesNotContainKey("environment");
    assertThat(isReached("apns_voip@kids|phone")).isTrue();
  }

  @Test
  void whoNamesNoAppIsRegisteredAsEver() {
    Phone phone = nodes.connected(0, "bob");
    assertAck(phone.ask("register", device().put("fcmToken", "fcm-token"))).isSuccess();
    assertThat(lastRegistration())
        .containsOnlyKeys("op", "userId", "deviceId", "platform", "type", "token", "at");
    assertThat(isReached("fcm|phone")).isTrue();
  }

  @Test
  void unknownAppIsRefusedWithTheNamesOfThoseThereAre() {
    Phone phone = nodes.connected(0, "bob");
    JsonObject refused = phone.ask("register", device().put("app", "moon"));
    assertThat(refused.encode()).contains("app must be one of default, kids, work");
    assertThat(phone.hear("registration_error").encode())
        .contains("app must be one of default, kids, work");
    assertThat(phone.ask("register", device().put("environment", "moon")).encode())
        .contains("environment must be one of production, sandbox");
    assertAck(phone.ask("register", device().put("app", "default"))).isSuccess();
  }

  @Test
  void deviceOfAnAppWithoutAProviderReachesNobody() {
    nodes.redis("SADD", "push:providers", "fcm", "fcm@kids");
    nodes.redis("HSET", "push:reach:bob", "fcm@work|phone", "1");
    Phone caller = nodes.registered(0, "ann", "phone");
    assertAck(caller.ask("call_initiate", call("bob"))).isRefused("E103");
    nodes.redis("HSET", "push:reach:bob", "fcm@kids|pad", "1");
    initiate(caller, "bob");
    assertThat(nodes.pushes("bob")).containsExactly("incoming_call [\"fcm@kids|pad\"]");
  }

  @Test
  void browserOfAnotherAppThatNamedNoDeviceIsPassedOverWhileAPageHasASocket() {
    nodes.redis("SADD", "push:providers", "webpush@kids");
    nodes.redis("HSET", "push:reach:bob", "webpush@kids|#s1", "1");
    assertAck(nodes.connected(1, "bob").ask("register", device().put("platform", "web")))
        .isSuccess();
    initiate(nodes.registered(0, "ann", "phone"), "bob");
    assertThat(nodes.pushes("bob")).isEmpty();
  }
}
