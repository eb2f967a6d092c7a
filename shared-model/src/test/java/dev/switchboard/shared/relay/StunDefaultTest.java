package dev.switchboard.shared.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.shared.config.Settings;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StunDefaultTest {
  private static List<String> production(Map<String, String> more) {
    Map<String, String> values = new HashMap<>(more);
    values.put("APP_ENV", "production");
    return StunDefault.urls(Settings.of(values));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          turn:relay.example.org:3478                                             | stun:relay.example.org:3478
          turn:relay.example.org                                                  | stun:relay.example.org
          turn:a:3478,turn:a:3478?transport=tcp,turns:a:443,turn:b?transport=udp  | stun:a:3478,stun:b
          turn:user:p%40ss@a:3478,turn:u:p@ss@a:3479                              | stun:a:3478,stun:a:3479
          turn:[2001:db8::1]:3478                                                 | stun:[2001:db8::1]:3478
          turn:a:3478,turn:a:3478?transport=udp                                   | stun:a:3478
          """)
  void ownRelaysAnswerInProduction(String relays, String stun) {
    assertThat(production(Map.of("TURN_SERVER_URL", relays)))
        .isEqualTo(production(Map.of("WEBRTC_TURN_SERVERS", relays)))
        .containsExactly(stun.split(","));
  }

  @Test
  void publicServerAnswersWhereNoOwnRelayCan() {
    assertThat(production(Map.of())).containsExactly(StunDefault.PUBLIC);
    assertThat(production(Map.of("TURN_SERVER_URL", "turns:a:443,turn:a:80?transport=tcp")))
        .containsExactly(StunDefault.PUBLIC);
    assertThat(StunDefault.urls(Settings.of(Map.of("TURN_SERVER_URL", "turn:a:3478"))))
        .containsExactly(StunDefault.PUBLIC);
  }

  @Test
  void whatIsSetWins() {
    assertThat(
            production(
                Map.of("TURN_SERVER_URL", "turn:a:3478", "STUN_SERVER_URL", "stun:b,stun:c:1")))
        .containsExactly("stun:b", "stun:c:1");
    assertThat(production(Map.of("WEBRTC_STUN_SERVERS", "stun:d"))).containsExactly("stun:d");
  }
}
