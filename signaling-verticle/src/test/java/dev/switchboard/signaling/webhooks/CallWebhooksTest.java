package dev.switchboard.signaling.webhooks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.shared.webhooks.WebhookEntry;
import dev.switchboard.shared.webhooks.WebhookEvent;
import dev.switchboard.shared.webhooks.WebhookEvents;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CallWebhooksTest {
  private static final WebhookEvents ALL = new WebhookEvents(Set.of(WebhookEvent.values()));

  private static JsonObject call(String state) {
    return new JsonObject()
        .put("callId", "c")
        .put("state", state)
        .put("callerId", "ann")
        .put("calleeId", "bob")
        .put("callType", "audio")
        .put("callerName", "Ann")
        .put("callerAvatar", "https://secret.example")
        .put("callerDevice", "a1")
        .put("calleeDevice", "")
        .put("createdAt", "1000")
        .put("acceptedAt", "")
        .put("endedAt", "")
        .put("reason", "")
        .put("endedBy", "");
  }

  private static JsonObject event(String opened) {
    return new JsonObject(WebhookEntry.parse(WebhookEntry.close(opened, 7)).orElseThrow().body());
  }

  private static List<String> types(WebhookEvents wanted, String before, JsonObject after) {
    return CallWebhooks.ofStep(wanted, before, after, 5).stream()
        .map(opened -> event(opened).getString("type"))
        .toList();
  }

  @ParameterizedTest
  @CsvSource({
    "ringing, accepted, call.accepted",
    "ringing, rejected, call.ended",
    "ringing, cancelled, call.ended",
    "ringing, timeout, call.missed call.ended",
    "accepted, ended, call.ended",
    "ringing, ringing, ''",
    "accepted, accepted, ''"
  })
  void eachStepHasItsEvents(String before, String after, String types) {
    assertThat(String.join(" ", types(ALL, before, call(after)))).isEqualTo(types);
  }

  @Test
  void newCallRings() {
    List<String> opened = CallWebhooks.ofStep(ALL, null, call("ringing"), 5);
    assertThat(opened).hasSize(1);
    assertThat(event(opened.getFirst()))
        .isEqualTo(
            new JsonObject()
                .put("type", "call.ringing")
                .put("timestamp", "1970-01-01T00:00:00.005Z")
                .put(
                    "data",
                    new JsonObject()
                        .put("callId", "c")
                        .put("callerId", "ann")
                        .put("calleeId", "bob")
                        .put("callType", "audio")
                        .put("callerName", "Ann")
                        .put("callerDevice", "a1")
                        .put("state", "ringing")
                        .put("createdAt", 1000)
                        .put("seq", 7)));
  }

  @Test
  void endSaysWhyAndHowLongItWas() {
    JsonObject call =
        call("ended")
            .put("acceptedAt", "2000")
            .put("endedAt", "63500")
            .put("reason", "hangup")
            .put("endedBy", "ann");
    JsonObject data =
        event(CallWebhooks.ofStep(ALL, "accepted", call, 5).getFirst()).getJsonObject("data");
    assertThat(data.getMap())
        .containsEntry("reason", "hangup")
        .containsEntry("endedBy", "ann")
        .containsEntry("duration", 61)
        .containsEntry("durationMs", 61_500);
    JsonObject missed =
        event(
                CallWebhooks.ofStep(ALL, "ringing", call("cancelled").put("endedAt", "2000"), 5)
                    .getFirst())
            .getJsonObject("data");
    assertThat(missed.getMap()).containsEntry("duration", 0).containsEntry("durationMs", 0);
  }

  @Test
  void callOnBehalfHasWhoAskedForItAndItsMetadata() {
    JsonObject call =
        call("ringing")
            .put("callerDevice", "")
            .put("requestedBy", "backend")
            .put("metadata", "{\"order\":7}");
    JsonObject data =
        event(CallWebhooks.ofStep(ALL, null, call, 5).getFirst()).getJsonObject("data");
    assertThat(data.getMap())
        .containsEntry("requestedBy", "backend")
        .doesNotContainKey("callerDevice");
    assertThat(data.getJsonObject("metadata")).isEqualTo(new JsonObject().put("order", 7));
  }

  @Test
  void onlyWhatIsWantedIsFiled() {
    WebhookEvents ends = new WebhookEvents(Set.of(WebhookEvent.CALL_ENDED));
    assertThat(types(ends, null, call("ringing"))).isEmpty();
    assertThat(types(ends, "ringing", call("timeout"))).containsExactly("call.ended");
    assertThat(CallWebhooks.ofRefusal(ends, call("ringing"), 5)).isEmpty();
    assertThat(CallWebhooks.ofStep(WebhookEvents.NONE, "accepted", call("ended"), 5)).isEmpty();
  }

  @Test
  void refusalIsOfNoState() {
    String opened = CallWebhooks.ofRefusal(ALL, call("ringing"), 5).getFirst();
    assertThat(event(opened).getString("type")).isEqualTo("call.refused");
    assertThat(event(opened).getJsonObject("data").getMap()).doesNotContainKey("state");
  }
}
