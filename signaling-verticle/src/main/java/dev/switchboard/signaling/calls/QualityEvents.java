package dev.switchboard.signaling.calls;

import dev.switchboard.shared.redis.RedisLink;
import dev.switchboard.shared.redis.Script;
import dev.switchboard.shared.timeline.TimelineKeys;
import dev.switchboard.signaling.SignalingKeys;
import dev.switchboard.signaling.edge.ClientEvents;
import dev.switchboard.signaling.edge.Payload;
import dev.switchboard.signaling.sessions.Session;
import dev.switchboard.signaling.socketio.Event;
import io.vertx.core.Future;
import java.util.List;

/**
 * The event {@code call_stats}: how a call is or was at the side of whoever reports. It is in Redis
 * before it is acknowledged, and goes into the record of the call, also within the time that the
 * ended call is still there.
 */
final class QualityEvents {
  private static final Script STATS =
      Script.load(QualityEvents.class, "call_stats", TimelineKeys.PRELUDE, "call_prelude");

  private final RedisLink redis;

  QualityEvents(RedisLink redis) {
    this.redis = redis;
  }

  void addTo(ClientEvents<CallSocket, Event, CallReply> events) {
    events.atOnce("call_stats", this::stats);
  }

  private Future<Void> stats(CallSocket from, Event event, CallReply reply) {
    Session own = from.registered();
    Payload fields = Payload.of(event.arguments(), CallError.PAYLOADS);
    String callId = fields.id("callId");
    CallQuality quality = CallQuality.read(fields);
    return keep(callId, own.userId(), quality)
        .onSuccess(
            became -> {
              switch (became) {
                case "taken" -> reply.succeed(CallReply.success());
                case "foreign" -> reply.refuse(CallError.NOT_AUTHORISED);
                default -> reply.refuse(CallError.NO_SUCH_CALL);
              }
            })
        .mapEmpty();
  }

  private Future<String> keep(String callId, String userId, CallQuality quality) {
    return CallFields.isId(callId)
        ? redis
            .run(
                STATS,
                List.of(SignalingKeys.call(callId)),
                List.of(userId, quality.json().encode()))
            .map(String::valueOf)
        : Future.succeededFuture("unknown");
  }
}
