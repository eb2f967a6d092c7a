package dev.switchboard.push.webpush;

import dev.switchboard.push.send.PushContent;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** What a browser's service worker is given, and the headers that depend on it. Pure. */
final class WebPushMessage {
  private static final int TOPIC_BYTES = 24;

  private WebPushMessage() {}

  /** The message in JSON. */
  static byte[] encode(PushContent content) {
    JsonObject message = new JsonObject();
    put(message, "title", content.title());
    put(message, "body", content.body());
    put(message, "icon", content.icon());
    put(message, "badge", content.badge());
    put(message, "tag", content.tag());
    return message.put("data", content.data()).encode().getBytes(StandardCharsets.UTF_8);
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
