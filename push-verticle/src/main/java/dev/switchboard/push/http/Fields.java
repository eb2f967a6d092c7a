package dev.switchboard.push.http;

import dev.switchboard.shared.http.BadFieldException;
import dev.switchboard.shared.ids.IdText;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads names and ids from a request: short texts that are kept in Postgres. */
public final class Fields {
  public static final int DEVICE_ID_MAX = 256;

  private Fields() {}

  /**
   * A text that must be there, can be kept and is not too long. Throws {@link BadFieldException}.
   */
  public static String required(
      Function<String, @Nullable Object> fields, String name, int maxLength) {
    String value = optional(fields, name, maxLength);
    if (value == null) {
      throw BadFieldException.missing(name);
    }
    return value;
  }

  /** As {@link #required}; null where it is absent or empty. */
  public static @Nullable String optional(
      Function<String, @Nullable Object> fields, String name, int maxLength) {
    Object value = fields.apply(name);
    if (value == null || "".equals(value)) {
      return null;
    }
    if (!(value instanceof String text)) {
      throw new BadFieldException(name, "must be a string");
    }
    if (text.length() > maxLength) {
      throw new BadFieldException(name, "is longer than " + maxLength + " characters");
    }
    // Postgres takes neither NUL nor half a surrogate pair
    if (text.codePoints().anyMatch(Fields::isUnprintable)) {
      throw new BadFieldException(name, "contains control characters");
    }
    return text;
  }

  /** As {@link #optional}, for an id, which may be a whole number too ({@link IdText}). */
  public static @Nullable String optionalId(
      Function<String, @Nullable Object> fields, String name, int maxLength) {
    return optional(field -> id(fields.apply(field)), name, maxLength);
  }

  /** The text of an id; what is none as it is. */
  public static @Nullable Object id(@Nullable Object value) {
    String text = IdText.of(value);
    return text == null ? value : text;
  }

  private static boolean isUnprintable(int codePoint) {
    return Character.isISOControl(codePoint) || Character.getType(codePoint) == Character.SURROGATE;
  }
}
