package dev.switchboard.push.fcm;

import com.google.firebase.messaging.AndroidConfig;
import com.google.firebase.messaging.AndroidNotification;
import com.google.firebase.messaging.ApnsConfig;
import com.google.firebase.messaging.Aps;
import com.google.firebase.messaging.Message;
import com.google.firebase.messaging.Notification;
import com.google.firebase.messaging.WebpushConfig;
import dev.switchboard.push.devices.PushDevice;
import dev.switchboard.push.send.AppleParts;
import dev.switchboard.push.send.Push;
import dev.switchboard.push.send.PushContent;
import dev.switchboard.shared.push.Cause;
import dev.switchboard.shared.push.Urgency;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A push in the form of FCM, with a part for each kind of device that a token may stand for. What
 * calls cause are data messages on Android, which the app shows itself; iOS shows alerts. Pure.
 */
final class FcmMessages {
  /** How much FCM and APNs take, less what FCM adds. */
  static final int MOST_BYTES = 4_000;

  /**
   * FCM refuses the whole message for one of these, or keeps it from the app (reference of its REST
   * API, {@code Message.data}; Android's {@code RemoteMessage}).
   */
  private static final Set<String> RESERVED = Set.of("from", "message_type", "collapse_key", "gcm");

  private static final Set<String> RESERVED_BEGINNINGS = Set.of("google.", "gcm.");

  private FcmMessages() {}

  @SuppressWarnings("deprecation") // installation ids are to replace tokens; apps still have tokens
  static Message of(Push push, PushDevice device, Optional<String> channel, long nowMillis) {
    Message.Builder message =
        Message.builder()
            .putAllData(data(push))
            .setAndroidConfig(android(push, channel, nowMillis))
            .setApnsConfig(apns(push))
            .setWebpushConfig(webPush(push, nowMillis));
    if (isShownByAndroid(push.cause())) {
      PushContent content = push.content();
      message.setNotification(
          Notification.builder().setTitle(content.title()).setBody(content.body()).build());
    }
    if (device.typeName().equals("fcm_topic")) {
      return message.setTopic(device.address()).build();
    }
    return (device.isInstallationId()
            ? message.setFid(device.address())
            : message.setToken(device.address()))
        .build();
  }

  private static AndroidConfig android(Push push, Optional<String> channel, long nowMillis) {
    AndroidConfig.Builder android =
        AndroidConfig.builder()
            .setPriority(isHigh(push) ? AndroidConfig.Priority.HIGH : AndroidConfig.Priority.NORMAL)
            .setTtl(push.ttlSeconds(nowMillis) * 1_000)
            .setCollapseKey(push.collapseKey());
    if (isShownByAndroid(push.cause())) {
      AndroidNotification.Builder shown = AndroidNotification.builder().setSound("default");
      channel.ifPresent(shown::setChannelId);
      android.setNotification(shown.build());
    }
    return android.build();
  }

  private static ApnsConfig apns(Push push) {
    boolean silent = push.cause().isSilent();
    JsonObject aps = AppleParts.aps(push.cause(), push.content());
    return ApnsConfig.builder()
        .putHeader("apns-push-type", silent ? "background" : "alert")
        .putHeader("apns-priority", silent ? "5" : "10")
        .putHeader("apns-expiration", Long.toString(push.deadline() / 1_000))
        .putHeader("apns-collapse-id", AppleParts.collapseId(push.collapseKey()))
        .setAps(Aps.builder().putAllCustomData(plain(aps)).build())
        .build();
  }

  /** Google's library encodes maps and none of our types. */
  private static Map<String, Object> plain(JsonObject json) {
    Map<String, Object> plain = new LinkedHashMap<>();
    json.forEach(
        member ->
            plain.put(
                member.getKey(),
                member.getValue() instanceof JsonObject inner ? plain(inner) : member.getValue()));
    return plain;
  }

  private static WebpushConfig webPush(Push push, long nowMillis) {
    return WebpushConfig.builder()
        .putHeader("TTL", Long.toString(push.ttlSeconds(nowMillis)))
        .putHeader("Urgency", push.content().urgency().wireName())
        .build();
  }

  private static boolean isHigh(Push push) {
    return push.cause() != Cause.CUSTOM || push.content().urgency() == Urgency.HIGH;
  }

  private static boolean isShownByAndroid(Cause cause) {
    return switch (cause) {
      case MISSED_CALL, PRESENCE, CUSTOM -> true;
      case INCOMING_CALL, CALL_CANCELLED, CALL_ENDED, TEST_RING -> false;
    };
  }

  /** How large it is for the phone that gets the most of it. */
  static int size(Push push) {
    return size(push, data(push));
  }

  private static int size(Push push, Map<String, String> data) {
    return bytes(data) + bytes(plain(AppleParts.aps(push.cause(), push.content())));
  }

  private static int bytes(Object json) {
    return Json.encode(json).getBytes(StandardCharsets.UTF_8).length;
  }

  /** All strings, as FCM requires. */
  static Map<String, String> data(Push push) {
    Map<String, String> data = new LinkedHashMap<>();
    PushContent content = push.content();
    if (push.cause() == Cause.CUSTOM) {
      put(data, "title", content.title());
      put(data, "body", content.body());
      put(data, "icon", content.icon());
      put(data, "badge", content.badge());
      put(data, "tag", content.tag());
    }
    content.data().forEach(member -> put(data, member.getKey(), member.getValue()));
    if (push.cause() == Cause.INCOMING_CALL) {
      data.remove("url");
    }
    data.keySet().removeIf(FcmMessages::isReserved);
    if (push.cause() == Cause.CUSTOM && size(push, data) > MOST_BYTES) {
      // what is shown says it already
      data.remove("title", content.title());
      data.remove("body", content.body());
    }
    return data;
  }

  private static boolean isReserved(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return name.isEmpty()
        || RESERVED.contains(lower)
        || RESERVED_BEGINNINGS.stream().anyMatch(lower::startsWith);
  }

  private static void put(Map<String, String> data, String name, @Nullable Object value) {
    if (value != null) {
      data.put(name, value instanceof String text ? text : Json.encode(value));
    }
  }
}
