package dev.switchboard.signaling.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.shared.testing.fuzz.Fuzz;
import dev.switchboard.shared.testing.fuzz.OddJson;
import dev.switchboard.shared.testing.fuzz.StrictJson;
import dev.switchboard.shared.testing.fuzz.Trial;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonObject;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** Payloads of events: the fields are where a full parse finds them, and odd ones are refused. */
final class PayloadFuzzTest {
  private static final Map<String, List<String>> USUAL =
      Map.of(
          "callId", List.of("\"0b6d2f2e-0000-4000-8000-000000000000\"", "7", "4.0", "1e3", "\"7\""),
          "to", List.of("\"bob\"", "42", "-0", "9007199254740993"),
          "sdp", List.of("{\"type\":\"offer\",\"sdp\":\"v=0\\r\\n\"}"),
          "candidate", List.of("null", "{\"candidate\":\"\"}"),
          "isCreator", List.of("true", "\"true\"", "1", "0", "\"\"", "null"),
          "rttMs", List.of("12.5", "0", "6e4", "60001", "-1", "1e999"),
          "path", List.of("\"host\"", "\"relay\"", "\"\""));

  private static final ErrorCode WRONG =
      new ErrorCode() {
        @Override
        public String code() {
          return "WRONG";
        }

        @Override
        public String message() {
          return "wrong";
        }
      };

  private static String payload(Trial trial) {
    return trial.of(
        OddJson.onceIn(trial.random(), 10)
            ? OddJson.value(trial.random())
            : OddJson.object(trial.random(), USUAL));
  }

  @Test
  void fieldsStandWhereAFullParseFindsThem() throws InterruptedException {
    Fuzz.run(PayloadFuzzTest::standWhereTheyAre).atLeast(0.8, "object");
  }

  private static void standWhereTheyAre(Trial trial) {
    String text = payload(trial);
    List<StrictJson.Part> parts = StrictJson.parts(text);
    JsonFields fields = parts == null ? null : JsonFields.of(text);
    if (fields == null) {
      assertThat(parts == null || !text.startsWith("{")).isTrue();
      trial.count("no object");
      return;
    }
    Map<String, String> expected = new LinkedHashMap<>();
    for (StrictJson.Part part : parts) {
      expected.put((String) Json.decodeValue(part.name()), text.substring(part.from(), part.to()));
    }
    assertThat(List.copyOf(fields.names())).isEqualTo(List.copyOf(expected.keySet()));
    expected.forEach(
        (name, value) -> {
          assertThat(fields.raw(name)).isEqualTo(value);
          assertThat(fields.length(name)).isEqualTo(value.length());
          assertThat(fields.has(name)).isEqualTo(!value.equals("null"));
          if (fields.isString(name)) {
            assertThat(fields.string(name)).isEqualTo(Json.decodeValue(value));
          }
        });
    StringBuilder again = new StringBuilder("{\"\u0000\":0".replace("\u0000", "\\u0000"));
    fields.append(again, Set.of("to"));
    List<StrictJson.Part> appended = StrictJson.parts(again.append('}').toString());
    assertThat(appended).isNotNull();
    assertThat(appended).hasSize(1 + expected.size() - (expected.containsKey("to") ? 1 : 0));
    trial.count("object");
  }

  @Test
  void aFieldIsReadOrRefused() throws InterruptedException {
    Fuzz.run(
            trial -> {
              readOrRefused(trial, new Payload.Rules(WRONG, WRONG, true));
              readOrRefused(trial, new Payload.Rules(WRONG, WRONG, false));
            })
        .atLeast(1, "read")
        .atLeast(1, "refused");
  }

  private static void readOrRefused(Trial trial, Payload.Rules rules) {
    String text = payload(trial);
    if (StrictJson.parts(text) == null) {
      return;
    }
    Payload payload = tried(trial, () -> Payload.of(text, rules));
    if (payload == null) {
      return;
    }
    List<Object> read = new ArrayList<>();
    for (String name : USUAL.keySet()) {
      String id = tried(trial, () -> payload.optionalId(name));
      if (id != null) {
        sameId(text, name, id, rules.strict());
      }
      Double number = tried(trial, () -> payload.optionalNumber(name, 60_000));
      assertThat(number == null || (number >= 0 && number <= 60_000)).isTrue();
      read.add(tried(trial, () -> payload.flag(name)));
      read.add(tried(trial, () -> payload.optionalText(name, 64)));
      read.add(tried(trial, () -> payload.oneOf(name, Set.of("host", "relay"))));
      read.add(tried(trial, () -> payload.rawOrNull(name)));
      read.add(tried(trial, () -> payload.rawFields(name, 100)));
    }
    assertThat(read).isNotEmpty();
  }

  private static <T> T tried(Trial trial, Supplier<T> reading) {
    try {
      T value = reading.get();
      trial.count("read");
      return value;
    } catch (RefusedException e) {
      assertThat(e.error()).isEqualTo(WRONG);
      trial.count("refused");
      return null;
    }
  }

  /** The text of the string, or of the number: the same number, if ids go into keys. */
  private static void sameId(String text, String name, String id, boolean strict) {
    Object value;
    try {
      value = new JsonObject(text).getValue(name);
    } catch (DecodeException e) {
      // Jackson's own limit: numbers are of at most 1000 digits there.
      assertThat(text).containsPattern("[0-9.eE+-]{1000}");
      return;
    }
    assertThat(id.length()).isBetween(1, Payload.MAX_ID);
    if (value instanceof String string) {
      assertThat(id).isEqualTo(string);
    } else if (strict) {
      assertThat(id).matches("-?\\d+");
      assertThat(new BigDecimal(id)).isEqualByComparingTo(new BigDecimal(value.toString()));
    }
  }
}
