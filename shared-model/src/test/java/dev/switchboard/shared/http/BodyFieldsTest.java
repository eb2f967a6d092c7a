package dev.switchboard.shared.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Test;

final class BodyFieldsTest {
  private static Long time(Object value) {
    return new BodyFields(new JsonObject().put("at", value)).optionalTime("at");
  }

  @Test
  void timesAreMillisecondsSecondsOrIso() {
    assertThat(time(1_764_320_000_123L)).isEqualTo(1_764_320_000_123L);
    assertThat(time(1_764_320_000)).isEqualTo(1_764_320_000_000L);
    assertThat(time("2025-11-28T08:53:20Z")).isEqualTo(1_764_320_000_000L);
    assertThat(new BodyFields(new JsonObject()).optionalTime("at")).isNull();
    for (Object bad : new Object[] {-1, 1.5, "soon", true, new JsonObject(), Long.MIN_VALUE}) {
      assertThatThrownBy(() -> time(bad)).isInstanceOf(BadFieldException.class);
    }
  }

  @Test
  void objectsAreCountedInBytes() {
    JsonObject inner = new JsonObject().put("k", "ü");
    BodyFields fields = new BodyFields(new JsonObject().put("o", inner));
    assertThat(fields.optionalObject("o", 10)).isEqualTo("{\"k\":\"ü\"}");
    assertThatThrownBy(() -> fields.optionalObject("o", 9)).isInstanceOf(BadFieldException.class);
  }
}
