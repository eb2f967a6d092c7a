package dev.switchboard.shared.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class JsonLevelsTest {
  /** Texts of lists and of objects. */
  private static String nested(String opens, String closes, int levels) {
    return opens.repeat(levels) + "1" + closes.repeat(levels);
  }

  private static void assertRefused(Runnable reading) {
    assertThatExceptionOfType(DecodeException.class).isThrownBy(reading::run);
  }

  @ParameterizedTest
  @ValueSource(strings = {"[ ]", "{\"a\": }"})
  void aClientsTextIsReadUpToItsLevels(String pair) {
    String opens = pair.substring(0, pair.length() - 2);
    String closes = pair.substring(pair.length() - 1);
    String most = nested(opens, closes, JsonLevels.OF_CLIENTS);
    assertThat(JsonLevels.decodeOfClient(Buffer.buffer(most)))
        .isEqualTo(Buffer.buffer(most).toJsonValue());
    String more = nested(opens, closes, JsonLevels.OF_CLIENTS + 1);
    assertRefused(() -> JsonLevels.decodeOfClient(Buffer.buffer(more)));
  }

  @Test
  void whatIsNoJsonIsRefused() {
    for (String text : new String[] {"", "{", "[1]]", "nope"}) {
      assertRefused(() -> JsonLevels.decodeOfClient(Buffer.buffer(text)));
    }
  }

  @Test
  void whateverVertxReadsHasSoManyLevelsAtMost() {
    String lists = nested("[", "]", JsonLevels.INSIDE);
    String objects = nested("{\"a\":", "}", JsonLevels.INSIDE);
    assertThat(new JsonArray(lists).encode()).isEqualTo(lists);
    assertThat(new JsonObject(objects).encode()).isEqualTo(objects);
    assertThat(Json.encode(Json.decodeValue(lists))).isEqualTo(lists);
    assertThat(Buffer.buffer(objects).toJsonObject().encode()).isEqualTo(objects);
    assertRefused(() -> new JsonArray("[" + lists + "]"));
    assertRefused(() -> new JsonObject("{\"a\":" + objects + "}"));
    assertRefused(() -> Json.decodeValue("[" + lists + "]"));
    assertRefused(() -> Buffer.buffer("[" + objects + "]").toJsonArray());
  }

  @Test
  void theBusTakesAClientsTextWithinOurs() {
    JsonObject message =
        new JsonObject()
            .put("data", new JsonObject(nested("{\"a\":", "}", JsonLevels.OF_CLIENTS)))
            .put("more", new JsonArray().add(new JsonObject()));
    assertThat(received(message)).isEqualTo(message);
    JsonObject deeper = new JsonObject();
    for (int levels = 0; levels < JsonLevels.INSIDE; levels++) {
      deeper = new JsonObject().put("a", deeper);
    }
    JsonObject tooDeep = deeper;
    assertRefused(() -> received(tooDeep));
  }

  /** As the codec of the bus writes and reads it. */
  private static JsonObject received(JsonObject message) {
    Buffer wire = Buffer.buffer();
    message.writeToBuffer(wire);
    JsonObject received = new JsonObject();
    received.readFromBuffer(0, wire);
    return received;
  }
}
