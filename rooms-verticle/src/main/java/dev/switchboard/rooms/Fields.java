package dev.switchboard.rooms;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The fields of a request's body, checked. Each method throws {@link BadFieldException}. */
record Fields(JsonObject body) {
  static final int MAX_ID = 128;
  static final int MAX_CLIENT = 256;
  private static final int MAX_TOKEN = 4096;
  private static final long MAX_SECONDS = Duration.ofDays(1).toSeconds();
  private static final List<String> PLATFORMS = List.of("ios", "android");

  String joinId() {
    return required("joinid", body.getValue("joinid"), MAX_ID);
  }

  String roomId() {
    return roomId(body.getValue("roomid"));
  }

  static String roomId(@Nullable Object value) {
    return required("roomid", value, MAX_ID);
  }

  String client(String name) {
    return required(name, body.getValue(name), MAX_CLIENT);
  }

  /** The person of {@code client1} or {@code client2}, with {@code …_token} and platform. */
  Person person(String name) {
    String client = client(name);
    String tokenField = name + "_token";
    String token = optional(tokenField, body.getValue(tokenField), MAX_TOKEN);
    String platform = optional("platform", body.getValue("platform"), MAX_TOKEN);
    if (platform != null && !PLATFORMS.contains(platform)) {
      throw BadFieldException.invalid("platform", "must be ios or android");
    }
    return new Person(client, token, platform);
  }

  Duration expiresIn() {
    String name = "expiresInSeconds";
    Object value = body.getValue(name);
    if (value == null) {
      throw BadFieldException.missing(name);
    }
    double seconds = value instanceof Number number ? number.doubleValue() : Double.NaN;
    if (seconds >= 1 && seconds <= MAX_SECONDS && seconds == Math.rint(seconds)) {
      return Duration.ofSeconds((long) seconds);
    }
    throw BadFieldException.invalid(name, "must be a whole number from 1 to " + MAX_SECONDS);
  }

  /** {@code deviceIds}, else {@code deviceId} as the only one. */
  List<String> deviceIds() {
    Object several = body.getValue("deviceIds");
    Object single = body.getValue("deviceId");
    if (several == null && (single == null || single.equals(""))) {
      throw BadFieldException.missing("deviceIds_or_deviceId");
    }
    if (several != null && !(several instanceof JsonArray)) {
      throw BadFieldException.invalidDeviceIds("deviceIds must be an array of strings", 1);
    }
    List<?> values = several instanceof JsonArray array ? array.getList() : List.of(single);
    if (values.isEmpty()) {
      throw BadFieldException.emptyDeviceIds();
    }
    List<String> ids =
        values.stream()
            .filter(value -> value instanceof String text && isId(text))
            .map(String.class::cast)
            .toList();
    if (ids.size() < values.size()) {
      throw BadFieldException.invalidDeviceIds(
          "each of deviceIds must be a string of 1 to " + MAX_CLIENT + " characters",
          values.size() - ids.size());
    }
    return ids;
  }

  private static boolean isId(String text) {
    return !text.isBlank() && text.length() <= MAX_CLIENT && isStorable(text);
  }

  private static String required(String name, @Nullable Object value, int maxLength) {
    String text = optional(name, value, maxLength);
    if (text == null) {
      throw BadFieldException.missing(name);
    }
    return text;
  }

  private static @Nullable String optional(String name, @Nullable Object value, int maxLength) {
    if (value == null || value.equals("")) {
      return null;
    }
    if (!(value instanceof String text)) {
      throw BadFieldException.invalid(name, "must be a string");
    }
    if (text.isBlank()) {
      return null;
    }
    if (text.length() > maxLength) {
      throw BadFieldException.invalid(name, "is longer than " + maxLength + " characters");
    }
    if (!isStorable(text)) {
      throw BadFieldException.invalid(name, "contains control characters");
    }
    return text;
  }

  /** Postgres takes neither NUL nor half a surrogate pair. */
  private static boolean isStorable(String text) {
    return text.codePoints()
        .noneMatch(c -> Character.isISOControl(c) || Character.getType(c) == Character.SURROGATE);
  }
}
