package dev.switchboard.signaling.calls;

import dev.switchboard.shared.redis.DueSet;
import dev.switchboard.shared.redis.RedisLink;
import dev.switchboard.signaling.SignalingKeys;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;

/**
 * Steps that are saved and of which devices may not have been told: each is taken away by whoever
 * has told of it, some at once, and claimed by another node if nobody has. Belongs to the loop of
 * its edge.
 */
final class UntoldSteps {
  /** Counted from the save; a node that lives has told of it long before. */
  static final long DUE_AFTER_MILLIS = 1_200;

  private static final long TAKE_AWAY_MILLIS = 10;
  private static final long LEASE_MILLIS = 5_000;
  private static final int AT_MOST = 64;

  private final Vertx vertx;
  private final DueSet due;
  private List<String> told = new ArrayList<>();

  UntoldSteps(Vertx vertx, RedisLink redis) {
    this.vertx = vertx;
    this.due = new DueSet(redis, SignalingKeys.CALL_UNTOLD);
  }

  /**
   * This edge has told of a step, or is about to in this turn.
   *
   * @param step its text in Redis
   */
  void told(String step) {
    if (told.isEmpty()) {
      vertx.setTimer(TAKE_AWAY_MILLIS, now -> takeAway());
    }
    told.add(step);
  }

  /** What can't be taken away is told once more by another, and heard once. */
  private void takeAway() {
    List<String> gone = told;
    told = new ArrayList<>();
    due.remove(gone);
  }

  /** The texts of steps that nobody has told of in time; they are this edge's for some seconds. */
  Future<List<String>> claim(long nowMillis) {
    return due.claim(nowMillis, LEASE_MILLIS, AT_MOST);
  }

  Future<Void> remove(String member) {
    return due.remove(member);
  }

  /** True if nobody has told of a step yet; whoever asks has to see to it from now on. */
  Future<Boolean> take(Untold step) {
    return due.take(step.member());
  }
}
