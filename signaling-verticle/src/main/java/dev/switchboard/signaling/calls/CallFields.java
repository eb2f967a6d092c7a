package dev.switchboard.signaling.calls;

import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Response;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A {@link Call} as the fields of its Redis hash and of notes between edges: all text, "" for none.
 */
public final class CallFields {
  /** The field of a record, in the stream of finished calls. */
  public static final String RECORD = "call";

  /** Beside it, {@code 1} if the callee must not know of the call. */
  public static final String HIDDEN = "hidden";

  private static final Pattern ID =
      Pattern.compile("\\p{XDigit}{8}(-\\p{XDigit}{4}){3}-\\p{XDigit}{12}");

  private CallFields() {}

  /** True if an id looks like one of ours; others may be the names of other keys. */
  public static boolean isId(String callId) {
    return ID.matcher(callId).matches();
  }

  static JsonObject write(Call call) {
    JsonObject fields =
        new JsonObject()
            .put("callId", call.callId())
            .put("version", Long.toString(call.version()))
            .put("state", call.state().wireName())
            .put("callerId", call.callerId())
            .put("calleeId", call.calleeId())
            .put("callType", call.callType())
            .put("callerName", call.callerName())
            .put("callerAvatar", orEmpty(call.callerAvatar()))
            .put("callerDevice", orEmpty(call.callerDevice()))
            .put("calleeDevice", orEmpty(call.calleeDevice()))
            .put("createdAt", Long.toString(call.createdAt()))
            .put("ringUntil", Long.toString(call.ringUntil()))
            .put("acceptedAt", time(call.acceptedAt()))
            .put("endedAt", time(call.endedAt()))
            .put("callerAwayUntil", time(call.callerAwayUntil()))
            .put("calleeAwayUntil", time(call.calleeAwayUntil()))
            .put("reason", orEmpty(call.reason()))
            .put("endedBy", orEmpty(call.endedBy()));
    // Never cleared, and absent in most calls.
    if (call.requestedBy() != null) {
      fields.put("requestedBy", call.requestedBy());
    }
    return call.metadata() == null ? fields : fields.put("metadata", call.metadata());
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }

  private static String time(long millis) {
    return millis == 0 ? "" : Long.toString(millis);
  }

  /** Null where there is no call. */
  public static @Nullable Call read(@Nullable JsonObject fields) {
    if (fields == null || !fields.containsKey("state")) {
      return null;
    }
    return read(name -> fields.getString(name, ""));
  }

  /** Null where there is no call. */
  public static @Nullable Call read(Response hash) {
    if (hash.size() == 0 || hash.get("state") == null) {
      return null;
    }
    return read(
        name -> {
          Response value = hash.get(name);
          return value == null ? "" : value.toString();
        });
  }

  private static Call read(UnaryOperator<String> field) {
    return new Call(
        field.apply("callId"),
        number(field.apply("version")),
        CallState.parse(field.apply("state")),
        field.apply("callerId"),
        field.apply("calleeId"),
        field.apply("callType"),
        field.apply("callerName"),
        orNull(field.apply("callerAvatar")),
        orNull(field.apply("callerDevice")),
        orNull(field.apply("calleeDevice")),
        number(field.apply("createdAt")),
        number(field.apply("ringUntil")),
        number(field.apply("acceptedAt")),
        number(field.apply("endedAt")),
        number(field.apply("callerAwayUntil")),
        number(field.apply("calleeAwayUntil")),
        orNull(field.apply("reason")),
        orNull(field.apply("endedBy")),
        orNull(field.apply("requestedBy")),
        orNull(field.apply("metadata")));
  }

  private static long number(String text) {
    return text.isEmpty() ? 0 : Long.parseLong(text);
  }

  private static @Nullable String orNull(String text) {
    return text.isEmpty() ? null : text;
  }
}
