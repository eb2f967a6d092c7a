package dev.switchboard.push.fcm;

import com.google.firebase.messaging.AndroidConfig;
import com.google.firebase.messaging.Message;
import com.google.firebase.messaging.Notification;
import dev.switchboard.push.devices.PushDevice;
import dev.switchboard.push.send.Cause;
import dev.switchboard.push.send.Push;
import dev.switchboard.push.send.PushContent;
import io.vertx.core.json.Json;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A push in the form of FCM. What calls cause are data messages, which the app shows itself. Pure.
 */
final class FcmMessages {
  private FcmMessages() {}

  @SuppressWarnings("deprecation") // installation ids are to replace tokens; apps still have tokens
  static Message of(Push push, PushDevice device, long nowMillis) {
    Message.Builder message =
        Message.builder()
            .putAllData(data(push))
            .setAndroidConfig(
                AndroidConfig.builder()
                    .setPriority(
                        isHigh(push) ? AndroidConfig.Priority.HIGH : AndroidConfig.Priority.NORMAL)
                    .setTtl(push.ttlSeconds(nowMillis) * 1_000)
                    .setCollapseKey(push.collapseKey())
                    .build());
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

  private static boolean isHigh(Push push) {
    return push.cause() != Cause.CUSTOM || push.content().urgency().equals("high");
  }

  private static boolean isShownByAndroid(Cause cause) {
    return switch (cause) {
      case MISSED_CALL, PRESENCE, CUSTOM -> true;
      case INCOMING_CALL, CALL_CANCELLED, CALL_ENDED -> false;
    };
  }

  /** All strings, as FCM wants them. */
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
    return data;
  }

  private static void put(Map<String, String> data, String name, @Nullable Object value) {
    if (value != null) {
      data.put(name, value instanceof String text ? text : Json.encode(value));
    }
  }
}
