package dev.switchboard.ice.provider;

import dev.switchboard.ice.provider.MintOutcome.Minted;
import dev.switchboard.ice.provider.MintOutcome.Refused;
import dev.switchboard.ice.provider.MintOutcome.Unavailable;

/** When a provider is asked, and for how long a life. Pure: chance is given. */
final class RefreshPolicy {
  private static final long SHORTEST_LIFE_SECONDS = 1_200;
  private static final long FIRST_PAUSE_MILLIS = 1_000;
  private static final long LONGEST_PAUSE_MILLIS = 60_000;
  private static final long REFUSED_PAUSE_MILLIS = 30_000;
  private static final long LONGEST_REFUSED_MILLIS = 300_000;
  private static final long LONGEST_RETRY_AFTER_MILLIS = 600_000;

  private RefreshPolicy() {}

  /**
   * The life to ask for: twice what is promised, as far as the provider goes, so that a list that
   * is renewed at half of its life always has the promised life left.
   */
  static long lifeSeconds(long promisedSeconds, long longestSeconds) {
    return Math.min(longestSeconds, Math.max(SHORTEST_LIFE_SECONDS, 2 * promisedSeconds));
  }

  /**
   * How long to wait before the next question, in milliseconds.
   *
   * @param failures how many in a row, this one included
   * @param chance from 0 to 1, so that nodes that failed together do not ask together
   */
  static long pauseMillis(MintOutcome outcome, int failures, double chance) {
    return switch (outcome) {
      case Minted minted ->
          Math.max(FIRST_PAUSE_MILLIS, (long) (minted.lifeSeconds() * 500 * (0.9 + 0.1 * chance)));
      case Refused _ -> backOff(REFUSED_PAUSE_MILLIS, LONGEST_REFUSED_MILLIS, failures, chance);
      case Unavailable unavailable ->
          Math.max(
              Math.min(LONGEST_RETRY_AFTER_MILLIS, unavailable.retryAfterMillis()),
              backOff(FIRST_PAUSE_MILLIS, LONGEST_PAUSE_MILLIS, failures, chance));
    };
  }

  private static long backOff(long first, long longest, int failures, double chance) {
    long full = Math.min(longest, first << Math.min(Math.max(failures - 1, 0), 16));
    return (long) (full * (0.5 + 0.5 * chance));
  }
}
