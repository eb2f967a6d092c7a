package dev.switchboard.push.send;

import dev.switchboard.shared.push.Cause;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What iOS receives, from APNs directly or by way of FCM. Pure. */
public final class AppleParts {
  /** An apns-collapse-id has at most 64 bytes. */
  private static final int COLLAPSE_BYTES = 64;

  private static final Pattern NUMBER = Pattern.compile("\\d{1,9}");

  private AppleParts() {}

  /** The {@code aps} of an alert, or of what only wakes the app. */
  public static JsonObject aps(Cause cause, PushContent content) {
    if (cause.isSilent()) {
      return new JsonObject().put("content-available", 1);
    }
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
    // lets the app's extension decrypt or complete what is shown
    return aps.put("mutable-content", 1);
  }

  private static @Nullable Integer number(@Nullable String badge) {
    return badge != null && NUMBER.matcher(badge).matches() ? Integer.valueOf(badge) : null;
  }

  /** The {@code apns-collapse-id} of a collapse key. */
  public static String collapseId(String key) {
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
