package dev.switchboard.shared.webhooks;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class WebhookEntryTest {
  @Test
  void bodyIsWhatStandardWebhooksWants() {
    JsonObject data = new JsonObject().put("callId", "c 1").put("name", "\"}}");
    String text =
        WebhookEntry.close(WebhookEntry.open(WebhookEvent.CALL_ENDED, data, 1_700_000_000_123L), 3);
    WebhookEntry entry = WebhookEntry.parse(text).orElseThrow();
    assertThat(entry.id()).startsWith("msg_");
    assertThat(entry.filedAt()).isEqualTo(1_700_000_000_123L);
    assertThat(new JsonObject(entry.body()))
        .isEqualTo(
            new JsonObject()
                .put("type", "call.ended")
                .put("timestamp", "2023-11-14T22:13:20.123Z")
                .put("data", data.copy().put("seq", 3)));
    assertThat(entry.encode()).isEqualTo(text);
  }

  @Test
  void idThatARowHasStaysTheSame() {
    UUID id = new UUID(1, 2);
    JsonObject data = new JsonObject().put("roomId", "r");
    assertThat(WebhookEntry.first(id, WebhookEvent.ROOM_ACCEPTED, data, 5))
        .isEqualTo(WebhookEntry.first(id, WebhookEvent.ROOM_ACCEPTED, data, 5))
        .extracting(WebhookEntry::id)
        .isEqualTo("msg_" + id);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "id", "id 5", "id x {}", " 5 {}"})
  void whatIsNoEntryIsNone(String text) {
    assertThat(WebhookEntry.parse(text)).isEmpty();
  }
}
