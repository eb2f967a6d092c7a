package dev.switchboard.ice.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.ice.server.IceUrls;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What browsers and apps were seen to do with entries that the settings take. */
class PassedOverTest {
  private static String reasons(String entry) {
    Relay relay = IceUrls.turn("TURN_SERVER_URL", entry).relay();
    return String.join("; ", PassedOver.reasons(relay));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "turn:h.example",
        "turn:h.example?transport=tcp",
        "turns:h.example",
        "turn:h.example:853",
        "turn:192.0.2.1:1023",
        "turn:h.example:80?transport=tcp",
        "turns:h.example:443",
        "turns:h.example:1024",
        "turn:[2001:db8::1]:443?transport=tcp"
      })
  void whatEveryClientTries(String entry) {
    assertThat(reasons(entry)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "turn:h.example:53,                Chromium never connects to port 53",
    "turn:h.example:53?transport=tcp,  Chromium never connects to port 53",
    "turn:h.example:853?transport=tcp, libwebrtc (Android",
    "turns:h.example:1023,             port 1023: take 443",
    "turns:192.0.2.1:443,              Firefox never connects",
    "turns:[2001:db8::1]:5349,         Firefox never connects"
  })
  void whatSomeNeverTry(String entry, String reason) {
    assertThat(reasons(entry)).contains(reason).doesNotContain(";");
  }

  @Test
  void bothReasonsAreGiven() {
    assertThat(reasons("turns:192.0.2.1:853")).contains("libwebrtc").contains("Firefox");
  }
}
