package dev.switchboard.push.webpush;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.MultiMap;
import org.junit.jupiter.api.Test;

final class RefusalReasonTest {
  private static String reason(String body) {
    return RefusalReason.of(MultiMap.caseInsensitiveMultiMap(), body);
  }

  @Test
  void eachServiceIsUnderstood() {
    assertThat(reason("{\"reason\":\"BadJwtToken\"}")).isEqualTo("BadJwtToken");
    assertThat(
            reason(
                "{\"code\":401,\"errno\":109,\"error\":\"Unauthorized\",\"message\":\"Invalid"
                    + " VAPID\",\"more_info\":\"http://example.com/long\"}"))
        .isEqualTo("109 Unauthorized Invalid VAPID");
    assertThat(reason("{\"error\":{\"code\":403,\"message\":\"No\",\"status\":\"DENIED\"}}"))
        .isEqualTo("DENIED No");
    assertThat(reason("UnauthorizedRegistration\n")).isEqualTo("UnauthorizedRegistration");
    assertThat(reason("<html><head><title>Error 403\n(Forbidden)!!1</title></head>…"))
        .isEqualTo("Error 403 (Forbidden)!!1");
    assertThat(reason("<h1>Bad Request</h1>")).isEqualTo("Bad Request");
    assertThat(
            RefusalReason.of(
                MultiMap.caseInsensitiveMultiMap()
                    .add("X-WNS-STATUS", "dropped")
                    .add("X-WNS-ERROR-DESCRIPTION", "channel throttled"),
                ""))
        .isEqualTo("channel throttled dropped");
  }

  @Test
  void nothingIsMadeUp() {
    assertThat(reason("")).isEmpty();
    assertThat(reason("{}")).isEmpty();
    assertThat(reason("{\"reason\":{\"a\":1}}")).isEmpty();
    assertThat(reason("{\"reason\":")).isEqualTo("{\"reason\":");
  }
}
