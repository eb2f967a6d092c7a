package dev.switchboard.rooms;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The acceptances that Postgres did not answer: it may have made the room, and who asks again must
 * get it and not be refused as the second. Kept for {@link #KEPT} in this process. Used on any
 * thread.
 */
final class InDoubtAcceptances {
  private static final Duration KEPT = Duration.ofMinutes(10);
  private static final int MOST = 10_000;

  private final Map<Attempt, Instant> attempts = new ConcurrentHashMap<>();

  /** By the room that it would have made: nobody can claim one that another attempt made. */
  private record Attempt(String roomId, String client, @Nullable String token) {
    static Attempt of(String roomId, Person second) {
      return new Attempt(roomId, second.client(), second.token());
    }
  }

  void add(String roomId, Person second, Instant now) {
    attempts.values().removeIf(at -> at.isBefore(now.minus(KEPT)));
    if (attempts.size() < MOST) {
      attempts.put(Attempt.of(roomId, second), now);
    }
  }

  /** True if a lost attempt of this person made the room. */
  boolean made(String roomId, Person second) {
    return attempts.containsKey(Attempt.of(roomId, second));
  }
}
