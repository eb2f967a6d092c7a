package dev.switchboard.push.webpush;

import dev.switchboard.push.send.PushContent;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a browser's service worker is given, and the headers that depend on it. Pure. */
final class WebPushMessage {
  private static final int TOPIC_BYTES = 24;

  private WebPushMessage() {}

  /**
   * The message in JSON; empty if it is too large for a push service. What is only decoration is
   * left out before that.
   */
  static Optional<byte[]> encode(PushContent content) {
    byte[] whole = json(content, content.data());
    if (whole.length <= MessageEncryption.MESSAGE_MAX) {
      return Optional.of(whole);
    }
    JsonObject plain = content.data().copy();
    plain.remove("callerAvatar");
    byte[] smaller = json(content, plain);
    return smaller.length <= MessageEncryption.MESSAGE_MAX
        ? Optional.of(smaller)
        : Optional.empty();
  }

  private static byte[] json(PushContent content, JsonObject data) {
    JsonObject message = new JsonObject();
    put(message, "title", content.title());
    put(message, "body", content.body());
    put(message, "icon", content.icon());
    put(message, "badge", content.badge());
    put(message, "tag", content.tag());
    return message.put("data", data).encode().getBytes(StandardCharsets.UTF_8);
  }

  private static void put(JsonObject message, String name, @Nullable String value) {
    if (value != null) {
      message.put(name, value);
    }
  }

  /**
   * The {@code Topic} of a collapse key: at most 32 characters of base64url (RFC 8030 section 5.4).
   */
  static String topic(String collapseKey) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(collapseKey.getBytes(StandardCharsets.UTF_8));
      return Base64Url.encode(Arrays.copyOf(digest, TOPIC_BYTES));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }
}
