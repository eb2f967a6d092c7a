package dev.switchboard.shared.timeline;

import dev.switchboard.shared.config.Settings;
import java.time.Duration;

/**
 * What scripts are given to add steps with.
 *
 * @param node who writes
 * @param life {@code TIMELINE_TTL}: how long a timeline is kept after its last step; zero for none
 */
public record TimelineStamp(String node, Duration life) {
  /** Throws {@link dev.switchboard.shared.config.BadSettingException}. */
  public static TimelineStamp from(Settings settings, String node) {
    return new TimelineStamp(node, settings.duration("TIMELINE_TTL", Duration.ofDays(7)));
  }

  /** The life as scripts take it. */
  public String lifeMillis() {
    return Long.toString(life.toMillis());
  }
}
