package dev.switchboard.signaling.timeline;

import dev.switchboard.shared.redis.RedisLink;
import dev.switchboard.shared.redis.Script;
import dev.switchboard.shared.timeline.Timeline;
import dev.switchboard.shared.timeline.TimelineKeys;
import dev.switchboard.shared.timeline.TimelineStamp;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.List;

/**
 * Timelines in Redis. Each method is one request; it fails with {@link
 * dev.switchboard.shared.redis.StoreUnavailableException} while Redis is away. Used on the loop of
 * its link.
 */
public final class TimelineStore {
  private static final Script SEEN =
      Script.load(TimelineStore.class, "timeline_seen", TimelineKeys.PRELUDE);

  private final RedisLink redis;
  private final TimelineStamp stamp;

  public TimelineStore(RedisLink redis, TimelineStamp stamp) {
    this.redis = redis;
    this.stamp = stamp;
  }

  /** What became of a device's word that it got a push. */
  public enum Seen {
    /** It is on the timeline, now or since an earlier word. */
    TAKEN,
    /** There is no such call or notification, or no longer. */
    UNKNOWN,
    /** It was for somebody else. */
    FOREIGN
  }

  /** The steps of a call; none if there is no such call, or no longer. */
  Future<Timeline> read(String callId) {
    return redis
        .send(Request.cmd(Command.LRANGE).arg(TimelineKeys.timeline(callId)).arg(0).arg(-1))
        .map(texts -> Timeline.read(callId, texts.stream().map(Response::toString).toList()));
  }

  /** A device has got the push of a ring. Told twice it stands there once. */
  public Future<Seen> received(Device device, String callId, boolean shown) {
    return seen(device, callId, "", shown);
  }

  /** As {@link #received}, by the notification's id. */
  public Future<Seen> receivedPush(Device device, String notificationId, boolean shown) {
    return seen(device, "", notificationId, shown);
  }

  /** A device of a user. */
  public record Device(String userId, String deviceId) {}

  private Future<Seen> seen(Device device, String callId, String notificationId, boolean shown) {
    return redis
        .run(
            SEEN,
            List.of(),
            List.of(
                callId,
                notificationId,
                device.userId(),
                device.deviceId(),
                stamp.node(),
                stamp.lifeMillis(),
                shown ? "1" : "0"))
        .map(
            answer ->
                switch (String.valueOf(answer)) {
                  case "taken" -> Seen.TAKEN;
                  case "foreign" -> Seen.FOREIGN;
                  default -> Seen.UNKNOWN;
                });
  }
}
