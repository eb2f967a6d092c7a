package dev.switchboard.signaling.control;

import dev.switchboard.shared.http.BadFieldException;
import dev.switchboard.shared.http.BodyFields;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads queries and paths. Throws {@link BadFieldException} for what is wrong. */
final class Queries {
  private static final int MAX_PAGE = 200;
  private static final int MAX_TEXT = 1_024;

  private Queries() {}

  /** A parameter; null where it is absent or empty. */
  static @Nullable String text(RoutingContext context, String name) {
    List<String> values;
    try {
      values = context.queryParam(name);
    } catch (RuntimeException e) {
      throw new BadFieldException(name, "is not percent-encoded UTF-8");
    }
    return values.isEmpty() || values.getFirst().isEmpty()
        ? null
        : BodyFields.checked(name, values.getFirst(), MAX_TEXT);
  }

  /** How many a page is to have, at most 200. */
  static int limit(RoutingContext context) {
    String text = text(context, "limit");
    if (text == null) {
      return MAX_PAGE;
    }
    if (!text.matches("[1-9]\\d{0,8}")) {
      throw new BadFieldException("limit", "must be a whole number from 1 to " + MAX_PAGE);
    }
    return Math.min(MAX_PAGE, Integer.parseInt(text));
  }

  /** The user that a path names. */
  static String user(RoutingContext context) {
    return BodyFields.checked("userId", context.pathParam("userId"), BodyFields.MAX_ID);
  }
}
