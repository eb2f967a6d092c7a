package dev.switchboard.push.tokens;

import dev.switchboard.shared.config.Settings;
import dev.switchboard.shared.webhooks.WebhookEvents;

/**
 * What one user may have and ask for.
 *
 * @param devices {@code PUSH_DEVICES_PER_USER}: tokens and subscriptions; the oldest goes. 0 is no
 *     limit
 * @param requestsPerMinute {@code RATE_TOKENS_PER_MINUTE}: tokens stored, and as many tests sent; 0
 *     is no limit
 * @param webhooks whether the team's back end is told of a device that is too many
 */
public record DeviceLimits(int devices, int requestsPerMinute, WebhookEvents webhooks) {
  /** Throws {@link dev.switchboard.shared.config.BadSettingException} for a bad number. */
  public static DeviceLimits from(Settings settings) {
    return new DeviceLimits(
        settings.integer("PUSH_DEVICES_PER_USER", 50, 0, 10_000),
        settings.integer("RATE_TOKENS_PER_MINUTE", 30, 0, 1_000_000),
        WebhookEvents.from(settings));
  }
}
