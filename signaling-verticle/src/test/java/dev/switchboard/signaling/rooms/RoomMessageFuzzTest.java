package dev.switchboard.signaling.rooms;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.shared.testing.fuzz.Damage;
import dev.switchboard.shared.testing.fuzz.Fuzz;
import dev.switchboard.shared.testing.fuzz.OddJson;
import dev.switchboard.shared.testing.fuzz.StrictJson;
import dev.switchboard.shared.testing.fuzz.Trial;
import io.vertx.core.json.Json;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Messages of rooms, whole and broken. */
final class RoomMessageFuzzTest {
  private static final Set<String> OURS = Set.of("type", "from", "roomId");
  private static final Map<String, List<String>> USUAL =
      Map.of(
          "type", List.of("\"webrtc_offer\"", "\"join_room\"", "\"\"", "7"),
          "from", List.of("\"eve\""),
          "roomId", List.of("\"room\"", "7"),
          "sdp", List.of("{\"type\":\"offer\",\"sdp\":\"v=0\\r\\n\"}"));

  @Test
  void aMessageIsRelayedAsItCameButForWhatIsOurs() throws InterruptedException {
    Fuzz.run(RoomMessageFuzzTest::isRelayed).atLeast(0.4, "relayed").atLeast(0.1, "refused");
  }

  private static void isRelayed(Trial trial) {
    String whole = OddJson.object(trial.random(), USUAL);
    String text =
        trial.of(OddJson.onceIn(trial.random(), 3) ? Damage.text(trial.random(), whole) : whole);
    List<StrictJson.Part> parts = StrictJson.parts(text);
    RoomMessage message = RoomMessage.read(text);
    if (parts == null || text.isBlank() || text.strip().charAt(0) != '{') {
      assertThat(message).isNull();
      trial.count("refused");
      return;
    }
    assertThat(message).isNotNull();
    assertThat(message.type()).isNotNull().hasSizeLessThan(80);
    Map<String, String> sent = members(text, parts);
    sent.keySet().removeAll(OURS);
    String relayed = message.relayed("t", "me", "room");
    List<StrictJson.Part> relayedParts = StrictJson.parts(relayed);
    assertThat(relayedParts).isNotNull();
    Map<String, String> received = members(relayed, relayedParts);
    assertThat(received.remove("type")).isEqualTo("\"t\"");
    assertThat(received.remove("from")).isEqualTo("\"me\"");
    assertThat(received.remove("roomId")).isEqualTo("\"room\"");
    assertThat(received).isEqualTo(sent);
    trial.count("relayed");
  }

  private static Map<String, String> members(String text, List<StrictJson.Part> parts) {
    Map<String, String> members = new TreeMap<>();
    for (StrictJson.Part part : parts) {
      members.put((String) Json.decodeValue(part.name()), text.substring(part.from(), part.to()));
    }
    return members;
  }
}
