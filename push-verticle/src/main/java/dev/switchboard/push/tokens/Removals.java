package dev.switchboard.push.tokens;

import dev.switchboard.shared.webhooks.WebhookEvent;
import dev.switchboard.shared.webhooks.WebhookEvents;
import dev.switchboard.shared.webhooks.WebhookOutbox;
import java.util.Locale;

/** Why the server removes devices of itself, which the team's back end can be told of. */
enum Removals {
  /** Its provider calls it gone. */
  GONE,
  /** Nobody has heard of it for long. */
  STALE,
  /** Its user has too many. */
  TOO_MANY;

  /** What a statement that removes devices returns, so that it can be told. */
  static final String RETURNING =
      " RETURNING id, user_id, type, app, device_id, platform, left(token, 8) || '…' AS shown";

  /** The statement that removes devices and files an event for each, where that is wanted. */
  String statement(String remove, WebhookEvents webhooks) {
    return webhooks.wants(WebhookEvent.DEVICE_REMOVED)
        ? WebhookOutbox.filing(
            remove + RETURNING,
            WebhookEvent.DEVICE_REMOVED,
            "'device/' || id",
            "jsonb_strip_nulls(jsonb_build_object('userId', user_id, 'deviceId', device_id, 'type',"
                + " type, 'platform', platform, 'token', shown, 'reason', '"
                + name().toLowerCase(Locale.ROOT)
                + "'))")
        : remove + RETURNING;
  }
}
