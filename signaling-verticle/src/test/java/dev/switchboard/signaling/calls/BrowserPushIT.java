package dev.switchboard.signaling.calls;

import static dev.switchboard.signaling.calls.Payloads.initiate;
import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.shared.testing.RealRedis;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which browsers a call rings by push. */
final class BrowserPushIT {
  private CallNodes nodes;

  @BeforeEach
  void start() {
    RealRedis.flush();
    nodes = new CallNodes(Map.of());
    nodes.redis("SADD", "push:providers", "webpush");
  }

  @AfterEach
  void stop() {
    nodes.close();
  }

  private void subscribed(String field) {
    nodes.redis("HSET", "push:reach:bob", field, "1");
  }

  private void registered(String deviceId, String platform) {
    JsonObject payload =
        new JsonObject().put("userId", "bob").put("deviceId", deviceId).put("platform", platform);
    assertThat(nodes.connected(1, "bob").ask("register", payload).getBoolean("success")).isTrue();
  }

  private List<String> rung() {
    initiate(nodes.registered(0, "ann", "phone"), "bob");
    return nodes.pushes("bob");
  }

  @Test
  void userWithOnlyASubscriptionCanBeCalled() {
    subscribed("webpush|#s1");
    assertThat(rung()).containsExactly("incoming_call [\"webpush|#s1\"]");
  }

  @Test
  void browserThatNamedNoDeviceIsPassedOverWhileAPageHasASocket() {
    subscribed("webpush|#s1");
    registered("tab", "web");
    assertThat(rung()).isEmpty();
  }

  @Test
  void browserThatNamedADeviceIsPassedOverOnlyWhileThatDeviceHasASocket() {
    subscribed("webpush|laptop");
    subscribed("webpush|tab");
    registered("tab", "web");
    assertThat(rung()).containsExactly("incoming_call [\"webpush|laptop\"]");
  }

  @Test
  void phoneWithASocketDoesNotSilenceTheBrowser() {
    subscribed("webpush|#s1");
    registered("phone", "android");
    assertThat(rung()).containsExactly("incoming_call [\"webpush|#s1\"]");
  }

  @Test
  void browserIsRungAfterAllWhenThePageTurnsOutToBeGone() {
    subscribed("webpush|#s1");
    nodes.redis(
        "HSET",
        "session:user:bob",
        "tab",
        "{\"userId\":\"bob\",\"socketId\":\"gone\",\"deviceId\":\"tab\",\"platform\":\"web\","
            + "\"registeredAt\":0,\"edge\":\"gone.0\"}");
    // rung in time for the acknowledgement, which else would call the callee unavailable
    assertThat(rung()).containsExactly("incoming_call [\"webpush|#s1\"]");
  }
}
