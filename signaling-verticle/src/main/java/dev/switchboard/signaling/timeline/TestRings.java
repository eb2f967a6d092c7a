package dev.switchboard.signaling.timeline;

import dev.switchboard.shared.push.Cause;
import dev.switchboard.shared.redis.Script;
import dev.switchboard.shared.timeline.Step;
import dev.switchboard.shared.timeline.TimedStep;
import dev.switchboard.shared.timeline.Timeline;
import dev.switchboard.shared.timeline.TimelineKeys;
import dev.switchboard.shared.timeline.TimelineStamp;
import dev.switchboard.signaling.edge.EdgeContext;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Sends a harmless push the way of a ring, and waits for what becomes of it. Belongs to the loop of
 * its edge; futures fail with {@link dev.switchboard.shared.redis.StoreUnavailableException}.
 */
final class TestRings {
  private static final Script RING =
      Script.load(TestRings.class, "test_ring", TimelineKeys.PRELUDE, "call_prelude");
  private static final Duration LIFE = Cause.TEST_RING.life().orElseThrow();

  /** Why a token does not even get into the queue. */
  private static final Set<String> NEVER_QUEUED = Set.of("no_provider", "voip_only", "disabled");

  private static final long LOOK_MILLIS = 200;

  /** A provider that hangs is not waited for: its timeline can be read later. */
  private static final int MOST_LOOKS = 40;

  private final EdgeContext context;
  private final TimelineStamp stamp;
  private final TimelineStore timelines;

  TestRings(EdgeContext context, TimelineStamp stamp, TimelineStore timelines) {
    this.context = context;
    this.stamp = stamp;
    this.timelines = timelines;
  }

  /** Answers the timeline when all is said, or after 8 s. */
  Future<Timeline> ring(String userId, @Nullable String deviceId) {
    String id = UUID.randomUUID().toString();
    long now = context.clock().millis();
    String at = Long.toString(now);
    JsonObject data =
        new JsonObject()
            .put("type", Cause.TEST_RING.wireName())
            .put("timestamp", at)
            .put("sentAt", at);
    return context
        .redis()
        .run(
            RING,
            List.of(),
            List.of(
                id,
                userId,
                deviceId == null ? "" : deviceId,
                data.encode(),
                at,
                Long.toString(now + LIFE.toMillis()),
                stamp.node(),
                stamp.lifeMillis()))
        .compose(queued -> settled(id, MOST_LOOKS));
  }

  private Future<Timeline> settled(String id, int looks) {
    return timelines
        .read(id)
        .compose(
            timeline ->
                looks == 0 || isSettled(timeline)
                    ? Future.succeededFuture(timeline)
                    : context
                        .vertx()
                        .timer(LOOK_MILLIS, TimeUnit.MILLISECONDS)
                        .compose(later -> settled(id, looks - 1)));
  }

  private static boolean isSettled(Timeline timeline) {
    int queued = 0;
    int dropped = 0;
    Set<String> done = new HashSet<>();
    for (TimedStep timed : timeline.steps()) {
      Step step = timed.step();
      switch (step.name()) {
        case PUSH_QUEUED -> queued++;
        case PUSH_SENT, PUSH_FAILED, PUSH_DROPPED -> {
          if (step.token() != null) {
            done.add(step.token());
          } else if (!NEVER_QUEUED.contains(String.valueOf(step.why()))) {
            dropped++;
          }
        }
        default -> {}
      }
    }
    return done.size() + dropped >= queued;
  }
}
