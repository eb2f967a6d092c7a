package dev.switchboard.push.send;

import dev.switchboard.shared.push.Cause;
import dev.switchboard.shared.push.Urgency;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The content for each cause: the table "Sending" of the contract's push page. Pure. */
public final class PushContents {
  /**
   * What else a browser's notification may have (Notifications API, {@code NotificationOptions}).
   */
  public static final List<String> BROWSER_OPTIONS =
      List.of("image", "lang", "actions", "renotify", "silent", "requireInteraction");

  private static final String ICON = "/icons/notification-192.png";
  private static final String BADGE = "/icons/badge-72.png";

  private static final Map<String, String> OTHER_NAMES =
      Map.of(
          "callId", "call_id",
          "callerId", "caller_id",
          "callerName", "caller_name",
          "callType", "call_type");

  private PushContents() {}

  /**
   * The content of a job.
   *
   * @param data as {@link dev.switchboard.shared.push.PushJobs} has it
   * @param nowMillis when it is sent
   */
  public static PushContent of(Cause cause, JsonObject data, long nowMillis) {
    return switch (cause) {
      case INCOMING_CALL -> ring(underBothNames(data), nowMillis);
      case CALL_CANCELLED, CALL_ENDED -> callOver(cause, underBothNames(data));
      case TEST_RING -> testRing(data);
      case MISSED_CALL -> missed(underBothNames(data));
      case PRESENCE -> presence(data);
      case CUSTOM -> custom(data);
    };
  }

  /** Apps that came from another back end read these by names with underscores. */
  private static JsonObject underBothNames(JsonObject data) {
    JsonObject both = data.copy();
    OTHER_NAMES.forEach(
        (name, other) -> {
          Object value = data.getValue(name);
          if (value != null && !data.containsKey(other)) {
            both.put(other, value);
          }
        });
    return both;
  }

  private static PushContent ring(JsonObject data, long nowMillis) {
    JsonObject sent =
        data.copy()
            .put("sentAt", Long.toString(nowMillis))
            .put("url", "/?call=" + text(data, "callId"));
    return new PushContent(
        "Incoming Call",
        text(data, "callerName") + " is calling you",
        ICON,
        BADGE,
        text(data, "callId"),
        "INCOMING_CALL",
        "default",
        Cause.INCOMING_CALL.urgency(),
        sent);
  }

  /** A browser has to show something for each push: it takes the ring's place. */
  private static PushContent callOver(Cause cause, JsonObject data) {
    return new PushContent(
        "Call ended",
        "The call is over",
        ICON,
        BADGE,
        text(data, "callId"),
        null,
        null,
        cause.urgency(),
        data);
  }

  private static PushContent missed(JsonObject data) {
    return new PushContent(
        "Missed Call",
        "You missed a call from " + text(data, "callerName"),
        ICON,
        BADGE,
        missedKey(data),
        null,
        "default",
        Cause.MISSED_CALL.urgency(),
        data);
  }

  /**
   * What a missed call goes by, both where it is shown and on its way. Not by the call's id: the
   * push that ends the ring goes by that, and may arrive after this one and take its place.
   */
  public static String missedKey(JsonObject data) {
    return "missed-" + text(data, "callId");
  }

  /** Says what it is, without a sound; an app that knows the type need not show it. */
  private static PushContent testRing(JsonObject data) {
    return new PushContent(
        "Test",
        "Calls reach this device",
        ICON,
        BADGE,
        "test-ring",
        null,
        null,
        Cause.TEST_RING.urgency(),
        data);
  }

  private static PushContent presence(JsonObject data) {
    return new PushContent(
        null,
        "Your chat partner is waiting",
        ICON,
        "1",
        text(data, "roomId"),
        null,
        "default",
        Cause.PRESENCE.urgency(),
        data);
  }

  private static PushContent custom(JsonObject message) {
    Object badge = message.getValue("badge");
    return new PushContent(
        optional(message, "title"),
        optional(message, "body"),
        optional(message, "icon"),
        badge == null ? null : badge.toString(),
        optional(message, "tag"),
        null,
        "default",
        Optional.ofNullable(optional(message, "urgency"))
            .flatMap(Urgency::of)
            .orElse(Cause.CUSTOM.urgency()),
        options(message),
        message.getValue("data") instanceof JsonObject data ? data : new JsonObject());
  }

  private static JsonObject options(JsonObject message) {
    JsonObject options = new JsonObject();
    for (String name : BROWSER_OPTIONS) {
      if (message.containsKey(name)) {
        options.put(name, message.getValue(name));
      }
    }
    return options;
  }

  private static String text(JsonObject data, String name) {
    Object value = data.getValue(name);
    return value == null ? "" : value.toString();
  }

  private static @Nullable String optional(JsonObject data, String name) {
    Object value = data.getValue(name);
    return value == null ? null : value.toString();
  }
}
