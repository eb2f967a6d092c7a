package dev.switchboard.signaling.authorize;

import dev.switchboard.signaling.edge.ErrorCode;
import io.vertx.core.json.JsonObject;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Whether a call may ring. */
public sealed interface Verdict {
  /** It may. */
  record Allowed() implements Verdict {}

  /** It may not; the caller gets code and message. */
  record Denied(String code, String message) implements Verdict, ErrorCode {
    private static final String CODE = "E109";
    private static final String MESSAGE = "The call is not allowed";

    /** Where nobody could be asked, and {@code CALL_AUTHORIZE_ON_ERROR=deny}. */
    static final Denied UNASKED = new Denied("E503", "The call could not be authorized; try again");

    /** With the service's own words as far as they are fit for a client. */
    static Denied of(@Nullable String code, @Nullable String message) {
      return new Denied(
          code != null && FIT_CODE.matcher(code).matches() ? code : CODE, words(message));
    }

    private static String words(@Nullable String message) {
      String text = message == null ? "" : UNFIT.matcher(message).replaceAll(" ").strip();
      if (text.isEmpty()) {
        return MESSAGE;
      }
      int[] points = text.codePoints().limit(MOST_WORDS).toArray();
      return new String(points, 0, points.length);
    }
  }

  /** What a client may have to compare. */
  Pattern FIT_CODE = Pattern.compile("[A-Za-z0-9_.:-]{1,64}");

  /** What no text for people has: control characters, and what reverses the order of others. */
  Pattern UNFIT = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Cs}\\u2028\\u2029]+");

  /** The longest message, in characters. */
  int MOST_WORDS = 256;

  /** Reads an answer: {@code {allow, code?, message?}}; empty if it is none. */
  static Optional<Verdict> read(JsonObject answer) {
    if (!(answer.getValue("allow") instanceof Boolean allow)) {
      return Optional.empty();
    }
    return Optional.of(
        allow
            ? new Allowed()
            : Denied.of(text(answer.getValue("code")), text(answer.getValue("message"))));
  }

  private static @Nullable String text(@Nullable Object value) {
    return value instanceof String || value instanceof Number ? value.toString() : null;
  }
}
