package dev.switchboard.rooms;

import dev.switchboard.shared.http.BadFieldException;
import dev.switchboard.shared.http.BodySchema;
import dev.switchboard.shared.http.Refusal;
import dev.switchboard.shared.http.RefusedException;
import dev.switchboard.shared.ids.IdText;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The fields of a request, which is checked against its schema in {@code openapi.yaml} before
 * anything is read of it.
 */
record RoomFields(JsonObject body) {
  static final BodySchema CREATION = BodySchema.named("RoomCreation");
  static final BodySchema ACCEPTANCE = BodySchema.named("RoomAcceptance");
  static final BodySchema CHECK = BodySchema.named("RoomCheck");
  static final BodySchema ROOM = BodySchema.named("RoomDeletion");

  private static final BodySchema DEVICE = BodySchema.named("PurgeOfOne");

  /** The fields of a body; throws {@link BadFieldException} for the first that is not in order. */
  static RoomFields of(BodySchema schema, JsonObject body) {
    schema
        .check(body)
        .ifPresent(
            fault -> {
              throw refusal(fault);
            });
    return new RoomFields(body);
  }

  private static BadFieldException refusal(BodySchema.Fault fault) {
    return switch (fault) {
      case BodySchema.Fault.Missing missing -> BadFieldException.missing(missing.field());
      case BodySchema.Fault.Invalid invalid ->
          new BadFieldException(invalid.field(), invalid.rule());
    };
  }

  /** {@code deviceIds}, else {@code deviceId} as the only one; what is wrong has its own errors. */
  static List<String> deviceIds(JsonObject body) {
    Object several = body.getValue("deviceIds");
    Object single = body.getValue("deviceId");
    if (several == null && (single == null || single.equals(""))) {
      throw BadFieldException.missing("deviceIds_or_deviceId");
    }
    if (several != null && !(several instanceof JsonArray)) {
      throw invalidDevices("deviceIds must be an array of strings", 1);
    }
    JsonArray values = several instanceof JsonArray array ? array : new JsonArray().add(single);
    if (values.isEmpty()) {
      throw refused("empty_deviceIds_array", null, new JsonObject());
    }
    // in the list a number was always an error of its own
    boolean textsOnly = several != null;
    List<String> ids =
        values.stream()
            .filter(value -> isDevice(value) && (!textsOnly || value instanceof String))
            .map(IdText::of)
            .toList();
    if (ids.size() < values.size()) {
      throw invalidDevices(
          "each of deviceIds must be a string of 1 to 256 characters", values.size() - ids.size());
    }
    return ids;
  }

  private static RefusedException invalidDevices(String problem, int count) {
    return refused("invalid_device_ids", problem, new JsonObject().put("count", count));
  }

  private static RefusedException refused(String error, @Nullable String problem, JsonObject more) {
    return new RefusedException(new Refusal(400, error, problem, more));
  }

  private static boolean isDevice(@Nullable Object value) {
    return DEVICE.check(new JsonObject().put("deviceId", value)).isEmpty();
  }

  String joinId() {
    return required("joinid");
  }

  String roomId() {
    return required("roomid");
  }

  String client(String name) {
    return required(name);
  }

  /** The person of {@code client1} or {@code client2}, with {@code …_token} and platform. */
  Person person(String name) {
    return new Person(client(name), text(name + "_token"), text("platform"));
  }

  Duration expiresIn() {
    return Duration.ofSeconds(
        body.getValue("expiresInSeconds") instanceof Number seconds
            ? seconds.longValue()
            : Long.parseLong(body.getString("expiresInSeconds")));
  }

  private String required(String name) {
    return Objects.requireNonNull(text(name));
  }

  /** Blank is absent. */
  private @Nullable String text(String name) {
    String text = IdText.of(body.getValue(name));
    return text == null || text.isBlank() ? null : text;
  }
}
