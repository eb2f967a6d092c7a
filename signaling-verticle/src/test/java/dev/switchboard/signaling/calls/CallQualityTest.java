package dev.switchboard.signaling.calls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.switchboard.signaling.edge.Payload;
import dev.switchboard.signaling.edge.RefusedException;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CallQualityTest {
  private static CallQuality read(String fields) {
    return CallQuality.read(Payload.of("{" + fields + "}", CallError.PAYLOADS));
  }

  @Test
  void whatWasMeasuredIsTakenAndReadBack() {
    CallQuality all =
        read(
            "'rttMs':84.5,'jitterMs':0,'lossPercent':1e2,'path':'relay','x':[]".replace('\'', '"'));
    assertThat(all).isEqualTo(new CallQuality(84.5, 0.0, 100.0, "relay"));
    assertThat(CallQuality.read(new JsonObject(all.json().encode()))).isEqualTo(all);
    CallQuality little = read("\"rttMs\":null,\"path\":\"host\"");
    assertThat(little.json()).isEqualTo(new JsonObject().put("path", "host"));
    assertThat(CallQuality.read(little.json())).isEqualTo(little);
    assertThat(read("\"path\":\"srflx\",\"rttMs\":60000").rttMs()).isEqualTo(60_000);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"-0.1", "60000.1", "1e400", "\"84\"", "true", "[1]", "{}", "99999999999999999"})
  void valuesOutOfRangeAndOfOtherTypesAreRefused(String value) {
    for (String field : List.of("rttMs", "jitterMs", "lossPercent")) {
      assertThatThrownBy(() -> read("\"path\":\"host\",\"" + field + "\":" + value))
          .isInstanceOf(RefusedException.class)
          .hasMessageStartingWith(field + " must be a number from 0 to ");
    }
  }

  @Test
  void lossIsOfAHundredAndThePathOneOfThree() {
    assertThatThrownBy(() -> read("\"path\":\"host\",\"lossPercent\":100.5"))
        .hasMessage("lossPercent must be a number from 0 to 100");
    assertThatThrownBy(() -> read("\"path\":\"prflx\""))
        .hasMessage("path must be one of host, relay, srflx");
    assertThatThrownBy(() -> read("\"path\":7")).isInstanceOf(RefusedException.class);
    assertThatThrownBy(() -> read("\"rttMs\":1")).hasMessage("path is missing");
  }
}
