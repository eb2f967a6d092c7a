package dev.switchboard.push.apns;

import com.eatthepath.pushy.apns.DeliveryPriority;
import com.eatthepath.pushy.apns.PushType;
import com.eatthepath.pushy.apns.util.SimpleApnsPushNotification;
import dev.switchboard.push.devices.PushDevice;
import dev.switchboard.push.send.Cause;
import dev.switchboard.push.send.Push;
import dev.switchboard.push.send.PushContent;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** A push in the form of APNs: its JSON, and the headers that go with it. Pure. */
final class ApnsPayload {
  /** An apns-collapse-id has at most 64 bytes. */
  private static final int COLLAPSE_BYTES = 64;

  private ApnsPayload() {}

  /** True for the token that only rings go to. */
  static boolean isVoip(PushDevice device) {
    return device.typeName().equals("apns_voip");
  }

  static String topic(String bundleId, PushDevice device) {
    return isVoip(device) ? bundleId + ".voip" : bundleId;
  }

  static SimpleApnsPushNotification of(Push push, PushDevice device, String bundleId) {
    boolean voip = isVoip(device);
    boolean silent = push.cause().isSilent();
    PushType type = voip ? PushType.VOIP : silent ? PushType.BACKGROUND : PushType.ALERT;
    // a VoIP push that could not be delivered at once must not ring later, and can't be collapsed
    Instant expiration = voip ? Instant.EPOCH : Instant.ofEpochMilli(push.deadline());
    return new SimpleApnsPushNotification(
        device.address(),
        topic(bundleId, device),
        json(push, voip).encode(),
        expiration,
        // APNs refuses background pushes of the highest priority
        silent ? DeliveryPriority.CONSERVE_POWER : DeliveryPriority.IMMEDIATE,
        type,
        voip ? null : collapseId(push.collapseKey()),
        push.identity(device));
  }

  static JsonObject json(Push push, boolean voip) {
    PushContent content = push.content();
    JsonObject payload = content.data().copy();
    payload.remove("aps");
    payload.put("aps", aps(push, voip));
    if (push.cause() == Cause.INCOMING_CALL) {
      payload.remove("url");
    }
    return payload;
  }

  private static JsonObject aps(Push push, boolean voip) {
    if (voip) {
      return new JsonObject();
    }
    if (push.cause().isSilent()) {
      return new JsonObject().put("content-available", 1);
    }
    PushContent content = push.content();
    JsonObject aps = new JsonObject();
    if (content.title() == null) {
      aps.put("alert", content.body());
    } else {
      aps.put("alert", new JsonObject().put("title", content.title()).put("body", content.body()));
    }
    Integer badge = number(content.badge());
    if (badge != null) {
      aps.put("badge", badge);
    }
    if (content.sound() != null) {
      aps.put("sound", content.sound());
    }
    if (content.category() != null) {
      aps.put("category", content.category());
    }
    // an app's notification service may complete it, such as by who it is from
    return aps.put("mutable-content", 1);
  }

  private static @Nullable Integer number(@Nullable String badge) {
    return badge != null && badge.matches("\\d{1,9}") ? Integer.valueOf(badge) : null;
  }

  private static String collapseId(String key) {
    byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
    boolean fits = bytes.length <= COLLAPSE_BYTES && key.chars().allMatch(c -> c > ' ' && c < 127);
    if (fits) {
      return key;
    }
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }
}
