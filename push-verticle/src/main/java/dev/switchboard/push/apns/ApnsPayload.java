package dev.switchboard.push.apns;

import com.eatthepath.pushy.apns.DeliveryPriority;
import com.eatthepath.pushy.apns.PushType;
import com.eatthepath.pushy.apns.util.SimpleApnsPushNotification;
import dev.switchboard.push.devices.PushDevice;
import dev.switchboard.push.send.AppleParts;
import dev.switchboard.push.send.Push;
import dev.switchboard.push.send.PushContent;
import dev.switchboard.shared.push.Cause;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/** A push in the form of APNs: its JSON, and the headers that go with it. Pure. */
final class ApnsPayload {
  private static final int MOST_BYTES = 4_096;
  private static final int MOST_BYTES_VOIP = 5_120;

  private ApnsPayload() {}

  /** True for the token that only rings go to. */
  static boolean isVoip(PushDevice device) {
    return device.typeName().equals("apns_voip");
  }

  /** How large a payload may be, in bytes. */
  static int most(PushDevice device) {
    return isVoip(device) ? MOST_BYTES_VOIP : MOST_BYTES;
  }

  /** How large a payload is, in bytes. */
  static int size(String payload) {
    return payload.getBytes(StandardCharsets.UTF_8).length;
  }

  static String topic(String bundleId, PushDevice device) {
    return isVoip(device) ? bundleId + ".voip" : bundleId;
  }

  /** A payload with its headers. */
  static SimpleApnsPushNotification of(
      Push push, String payload, PushDevice device, String bundleId) {
    boolean voip = isVoip(device);
    boolean silent = push.cause().isSilent();
    PushType type = voip ? PushType.VOIP : silent ? PushType.BACKGROUND : PushType.ALERT;
    // a VoIP push that could not be delivered at once must not ring later, and can't be collapsed
    Instant expiration = voip ? Instant.EPOCH : Instant.ofEpochMilli(push.deadline());
    return new SimpleApnsPushNotification(
        device.address(),
        topic(bundleId, device),
        payload,
        expiration,
        // APNs refuses background pushes of the highest priority
        silent ? DeliveryPriority.CONSERVE_POWER : DeliveryPriority.IMMEDIATE,
        type,
        voip ? null : AppleParts.collapseId(push.collapseKey()),
        push.identity(device));
  }

  /** What a content is to a device: its members, and {@code aps} beside them. */
  static String of(Cause cause, PushContent content, PushDevice device) {
    JsonObject payload = content.data().copy();
    payload.remove("aps");
    payload.put("aps", isVoip(device) ? new JsonObject() : AppleParts.aps(cause, content));
    if (cause == Cause.INCOMING_CALL) {
      payload.remove("url");
    }
    return payload.encode();
  }
}
