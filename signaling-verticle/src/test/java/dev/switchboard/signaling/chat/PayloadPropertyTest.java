package dev.switchboard.signaling.chat;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.signaling.edge.Payload;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Whatever JSON a client sends, a field is found exactly where it stands. */
final class PayloadPropertyTest {
  @Provide
  Arbitrary<Object> values() {
    Arbitrary<Object> texts =
        Arbitraries.strings()
            .withChars("ab\"\\{}[],: \u00e9\u2028\n\t/")
            .ofMaxLength(12)
            .map(text -> text);
    Arbitrary<Object> simple =
        Arbitraries.oneOf(
            texts, Arbitraries.integers().map(n -> n), Arbitraries.of(true, false).map(b -> b));
    return Arbitraries.oneOf(
        simple,
        simple.list().ofMaxSize(3).map(list -> new JsonArray(list)),
        Arbitraries.maps(Arbitraries.strings().alpha().ofMaxLength(3), simple)
            .ofMaxSize(3)
            .map(map -> new JsonObject(Map.copyOf(map))));
  }

  @Property
  void fieldsAreWhatTheyWere(
      @ForAll("values") Object a, @ForAll("values") Object b, @ForAll boolean pretty) {
    JsonObject object = new JsonObject().put("a", a).putNull("n").put("b \"\\", b);
    Payload payload =
        Payload.of(pretty ? object.encodePrettily() : object.encode(), ChatError.PAYLOADS);
    assertThat(Json.decodeValue(payload.raw("a", 10_000))).isEqualTo(a);
    assertThat(Json.decodeValue(payload.raw("b \"\\", 10_000))).isEqualTo(b);
    assertThat(payload.optionalRaw("n", 10)).isNull();
  }
}
