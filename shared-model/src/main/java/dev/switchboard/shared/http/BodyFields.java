package dev.switchboard.shared.http;

import dev.switchboard.shared.ids.IdText;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Reads the members of a request's JSON: texts that can be kept in Postgres and in keys. Throws
 * {@link BadFieldException} for what is missing or wrong. Pure.
 */
public record BodyFields(JsonObject body) {
  /** The longest id, in characters. */
  public static final int MAX_ID = 128;

  /** Before this a number of milliseconds is rather one of seconds, as in tokens (RFC 7519). */
  private static final long LEAST_MILLIS = 100_000_000_000L;

  /** An id that has to be there: a text of 1 to 128 characters, or a whole number. */
  public String id(String name) {
    String id = optionalId(name);
    if (id == null) {
      throw BadFieldException.missing(name);
    }
    return id;
  }

  /** As {@link #id}; null where it is absent, null or empty. */
  public @Nullable String optionalId(String name) {
    Object value = body.getValue(name);
    String text = IdText.of(value);
    if (value != null && text == null) {
      throw new BadFieldException(name, "must be a string or a whole number");
    }
    return text == null || text.isEmpty() ? null : checked(name, text, MAX_ID);
  }

  /** A text of at most so many characters; null where it is absent, null or empty. */
  public @Nullable String optionalText(String name, int max) {
    Object value = body.getValue(name);
    if (value == null || value.equals("")) {
      return null;
    }
    if (!(value instanceof String text)) {
      throw new BadFieldException(name, "must be a string");
    }
    return checked(name, text, max);
  }

  /** Refuses what Postgres does not take, or a key would not keep apart. */
  public static String checked(String name, String text, int max) {
    if (text.length() > max) {
      throw new BadFieldException(name, "must be at most " + max + " characters");
    }
    if (text.indexOf('\0') >= 0) {
      throw new BadFieldException(name, "must not contain U+0000");
    }
    if (text.codePoints().anyMatch(c -> Character.getType(c) == Character.SURROGATE)) {
      throw new BadFieldException(name, "must not contain half a surrogate pair");
    }
    return text;
  }

  /** One of some texts, which has to be there. */
  public String oneOf(String name, Set<String> allowed) {
    String text = optionalText(name, MAX_ID);
    if (text == null) {
      throw BadFieldException.missing(name);
    }
    if (!allowed.contains(text)) {
      throw new BadFieldException(
          name, "must be one of " + String.join(", ", new TreeSet<>(allowed)));
    }
    return text;
  }

  /** A JSON object as text of at most so many bytes; null where it is absent or null. */
  public @Nullable String optionalObject(String name, int maxBytes) {
    Object value = body.getValue(name);
    if (value == null) {
      return null;
    }
    String text = value instanceof JsonObject object ? object.encode() : null;
    if (text == null || text.getBytes(StandardCharsets.UTF_8).length > maxBytes) {
      throw new BadFieldException(name, "must be a JSON object of at most " + maxBytes + " bytes");
    }
    return text;
  }

  /**
   * A time, in ISO 8601, in milliseconds, or in seconds as tokens have it; null where it is absent.
   *
   * @return milliseconds since the epoch
   */
  public @Nullable Long optionalTime(String name) {
    return switch (body.getValue(name)) {
      case null -> null;
      case Integer seconds when seconds >= 0 -> seconds * 1_000L;
      case Long number when number >= 0 -> number < LEAST_MILLIS ? number * 1_000 : number;
      case String text -> iso(name, text);
      default -> throw badTime(name);
    };
  }

  private static long iso(String name, String text) {
    try {
      return Instant.parse(text).toEpochMilli();
    } catch (DateTimeException | ArithmeticException e) {
      throw badTime(name);
    }
  }

  private static BadFieldException badTime(String name) {
    return new BadFieldException(
        name,
        "must be a time in milliseconds since the epoch or in ISO 8601, as 2026-01-31T08:00:00Z");
  }
}
