package dev.switchboard.push.send;

import dev.switchboard.shared.push.Urgency;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * The content of a push, before a sender puts it into its provider's form.
 *
 * @param title null where there is only a body, and for what is silent on phones
 * @param body null for what is silent on phones
 * @param icon for browsers
 * @param badge an image for browsers, or a number in digits for APNs
 * @param tag for browsers: a later one with the same tag takes its place
 * @param category of the APNs alert
 * @param sound of the APNs alert
 * @param options of a browser's notification, beside these
 * @param data the members beside it, as the sender of the push gave them
 */
public record PushContent(
    @Nullable String title,
    @Nullable String body,
    @Nullable String icon,
    @Nullable String badge,
    @Nullable String tag,
    @Nullable String category,
    @Nullable String sound,
    Urgency urgency,
    JsonObject options,
    JsonObject data) {
  /** One without options. */
  public PushContent(
      @Nullable String title,
      @Nullable String body,
      @Nullable String icon,
      @Nullable String badge,
      @Nullable String tag,
      @Nullable String category,
      @Nullable String sound,
      Urgency urgency,
      JsonObject data) {
    this(title, body, icon, badge, tag, category, sound, urgency, new JsonObject(), data);
  }

  /** The same in other words. */
  public PushContent with(
      @Nullable String otherTitle, @Nullable String otherBody, JsonObject otherData) {
    return new PushContent(
        otherTitle, otherBody, icon, badge, tag, category, sound, urgency, options, otherData);
  }
}
