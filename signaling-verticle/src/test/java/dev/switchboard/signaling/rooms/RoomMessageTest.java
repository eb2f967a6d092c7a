package dev.switchboard.signaling.rooms;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.shared.json.JsonLevels;
import io.vertx.core.json.JsonObject;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RoomMessageTest {
  private static RoomMessage read(String text) {
    RoomMessage message = RoomMessage.read(text);
    assertThat(message).as(text).isNotNull();
    return message;
  }

  @Test
  void everyOtherFieldIsRelayedAsItCame() {
    String text =
        " { \"type\":\"webrtc_offer\" , \"sdp\" : {\"b\":1.0e3,\"a\":\"\\u00e9\"},"
            + "\"n\":12345678901234567890.10 ,\"l\":[1, 2 ],\"s\":\"x,\",\"z\":null } ";
    assertThat(read(text).relayed("webrtc_offer", "c\"1", "r"))
        .isEqualTo(
            "{\"type\":\"webrtc_offer\",\"from\":\"c\\\"1\",\"roomId\":\"r\","
                + "\"sdp\" : {\"b\":1.0e3,\"a\":\"\\u00e9\"},"
                + "\"n\":12345678901234567890.10,\"l\":[1, 2 ],\"s\":\"x,\",\"z\":null}");
  }

  @Test
  void whatOnlyTheServerSaysCannotBeForged() {
    String text =
        "{\"from\":\"eve\",\"\\u0066rom\":\"eve\",\"roomId\":\"x\",\"type\":\"a\",\"from\":1}";
    assertThat(read(text).relayed("a", "me", "r"))
        .isEqualTo("{\"type\":\"a\",\"from\":\"me\",\"roomId\":\"r\"}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "nope", "[1]", "\"x\"", "5", "null", "{", "{}{}", "{\"a\":}", "{a:1}"})
  void otherThanOneObjectIsRefused(String text) {
    assertThat(RoomMessage.read(text)).isNull();
  }

  @Test
  void aMessageIsReadUpToItsLevels() {
    int most = JsonLevels.OF_CLIENTS - 1; // its own object is one
    String deep = "[".repeat(most) + "]".repeat(most);
    assertThat(read("{\"type\":\"a\",\"sdp\":" + deep + "}").relayed("a", "me", "r"))
        .endsWith(",\"sdp\":" + deep + "}");
    assertThat(RoomMessage.read("{\"type\":\"a\",\"sdp\":[" + deep + "]}")).isNull();
  }

  @Test
  void typeIsShownCut() {
    assertThat(read("{\"type\":\"" + "x".repeat(500) + "\"}").type()).hasSizeLessThan(80);
    assertThat(read("{\"type\":5}").type()).isEqualTo("5");
    assertThat(read("{}").type()).isEqualTo("undefined");
    assertThat(read("{\"type\":\"a\",\"type\":\"b\"}").type()).isEqualTo("b");
  }

  @Property(tries = 300)
  void relayedIsTheSameObject(@ForAll String name, @ForAll String value, @ForAll int number) {
    JsonObject sent = new JsonObject().put("k" + name, value).put("number", number);
    JsonObject relayed = new JsonObject(read(sent.encode()).relayed("t", "me", "room"));
    assertThat(relayed)
        .isEqualTo(sent.copy().put("type", "t").put("from", "me").put("roomId", "room"));
  }

  @Property(tries = 500)
  void noTextCrashes(@ForAll String text) {
    RoomMessage message = RoomMessage.read(text);
    assertThat(message == null || message.type() != null).isTrue();
  }
}
