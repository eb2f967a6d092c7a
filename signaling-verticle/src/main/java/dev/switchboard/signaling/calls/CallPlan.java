package dev.switchboard.signaling.calls;

import dev.switchboard.signaling.SignalingSettings;
import dev.switchboard.signaling.socketio.EncodedPacket;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.UUID;

/**
 * What one save writes, as the script {@code call_save} takes it: the call itself and everything
 * that must stand or fall with it (claims on the users, deadlines, push jobs, kept frames, the
 * record).
 */
final class CallPlan {
  private static final Duration OVER_TTL = Duration.ofSeconds(30);
  private static final Duration RINGING_SLACK = Duration.ofSeconds(60);
  private static final Duration ACCEPTED_TTL = Duration.ofHours(2);
  private static final Duration DEADLINE_SLACK = Duration.ofSeconds(10);
  private static final Duration BUFFER_SLACK = Duration.ofSeconds(30);
  private static final Duration MISSED_PUSH_LIFE = Duration.ofHours(24);
  private static final Duration CANCEL_PUSH_LIFE = Duration.ofSeconds(60);

  private final Call next;
  private final JsonObject plan;
  private final long now;

  private CallPlan(Call next, JsonObject plan, long now) {
    this.next = next;
    this.plan = plan;
    this.now = now;
  }

  String callId() {
    return next.callId();
  }

  String encode() {
    return plan.encode();
  }

  /** A new call: it rings, and pushes the devices of the callee that have no socket. */
  static CallPlan create(Call call, SignalingSettings settings) {
    CallPlan made = base(call, 0, settings, call.createdAt());
    JsonArray pushes = new JsonArray().add(made.ring("absent"));
    made.plan.put("pushes", pushes).put("tells", new JsonArray());
    made.plan.put("busyPush", made.missed("all"));
    if (settings.callsPerMinute() > 0) {
      made.plan.put(
          "limit",
          new JsonObject()
              .put("key", "rate:calls:" + call.callerId())
              .put("max", settings.callsPerMinute())
              .put("window", Duration.ofMinutes(1).toMillis()));
    }
    return made;
  }

  /** A step of a call that is there. */
  static CallPlan change(
      Call before, Decision.Changed change, SignalingSettings settings, long now) {
    CallPlan made = base(change.next(), before.version(), settings, now);
    JsonArray pushes = new JsonArray();
    JsonArray tells = new JsonArray();
    for (Effect effect : change.effects()) {
      switch (effect) {
        case Effect.Tell tell -> made.addKept(tell, tells);
        case Effect.PushCancelled push -> pushes.add(made.cancelled(push));
        case Effect.PushMissed push -> pushes.add(made.missed("all"));
        case Effect.PushEnded push -> pushes.add(made.ended(push));
      }
    }
    made.plan.put("pushes", pushes).put("tells", tells);
    if (!change.next().state().isLive()) {
      made.plan.put("record", CallFields.write(change.next()));
    }
    return made;
  }

  private static CallPlan base(Call next, long expect, SignalingSettings settings, long now) {
    JsonObject deadlines = new JsonObject();
    JsonArray clear = new JsonArray();
    arm(CallDeadline.ring(next), deadlines, clear);
    arm(CallDeadline.maxDuration(next, longest(settings)), deadlines, clear);
    arm(CallDeadline.callerGrace(next), deadlines, clear);
    arm(CallDeadline.calleeGrace(next), deadlines, clear);
    JsonObject plan =
        new JsonObject()
            .put("callId", next.callId())
            .put("now", now)
            .put("expect", expect)
            .put("fields", CallFields.write(next))
            .put("ttl", ttl(next, settings, now))
            .put("live", next.state().isLive())
            .put("caller", next.callerId())
            .put("callee", next.calleeId())
            .put("deadlines", deadlines)
            .put("clear", clear)
            .put("bufferTtl", settings.reconnectGrace().plus(BUFFER_SLACK).toMillis());
    return new CallPlan(next, plan, now);
  }

  private static void arm(CallDeadline deadline, JsonObject set, JsonArray clear) {
    if (deadline.at() > 0) {
      set.put(deadline.member(), deadline.at());
    } else {
      clear.add(deadline.member());
    }
  }

  private static long ttl(Call call, SignalingSettings settings, long now) {
    return switch (call.state()) {
      case RINGING -> Math.max(0, call.ringUntil() - now) + RINGING_SLACK.toMillis();
      case ACCEPTED ->
          Math.max(OVER_TTL.toMillis(), call.acceptedAt() + acceptedTtl(settings) - now);
      case REJECTED, CANCELLED, TIMEOUT, ENDED -> OVER_TTL.toMillis();
    };
  }

  private static long acceptedTtl(SignalingSettings settings) {
    return Math.max(ACCEPTED_TTL.toMillis(), settings.maxDuration().toMillis());
  }

  /**
   * When the longest call ends: in time for a deadline that comes up a second time, since the call
   * is not there any more once its life is over.
   */
  private static long longest(SignalingSettings settings) {
    return Math.min(
        settings.maxDuration().toMillis(), acceptedTtl(settings) - DEADLINE_SLACK.toMillis());
  }

  /** What a device in the call must not miss waits for it; presence of the other is soon stale. */
  private void addKept(Effect.Tell tell, JsonArray tells) {
    String device = tell.onlyDevice();
    if (device != null && !tell.event().startsWith("peer_")) {
      tells.add(
          new JsonObject()
              .put("user", tell.userId())
              .put("device", device)
              .put("frame", EncodedPacket.event(tell.event(), tell.payload()).text()));
    }
  }

  /** The job that rings devices of the callee. */
  JsonObject ring(String mode) {
    JsonObject data =
        data("incoming_call")
            .put("callerId", next.callerId())
            .put("callerName", next.callerName())
            .put("callerAvatar", next.callerAvatar() == null ? "" : next.callerAvatar())
            .put("callType", next.callType())
            .put("timestamp", Long.toString(next.createdAt()))
            .put("ringUntil", Long.toString(next.ringUntil()));
    return job("incoming_call", next.calleeId(), mode, data, next.ringUntil());
  }

  /** As {@link #ring}, outside a save. */
  static JsonObject ringJob(Call call, long now) {
    return new CallPlan(call, new JsonObject(), now).ring("device");
  }

  private JsonObject cancelled(Effect.PushCancelled push) {
    JsonObject job =
        job(
            "call_cancelled",
            push.userId(),
            "rung",
            data("call_cancelled"),
            now + CANCEL_PUSH_LIFE.toMillis());
    return push.exceptDevice() == null ? job : job.put("device", push.exceptDevice());
  }

  private JsonObject missed(String mode) {
    JsonObject data =
        data("missed_call")
            .put("callerId", next.callerId())
            .put("callerName", next.callerName())
            .put("callType", next.callType());
    return job("missed_call", next.calleeId(), mode, data, now + MISSED_PUSH_LIFE.toMillis());
  }

  private JsonObject ended(Effect.PushEnded push) {
    return job(
            "call_ended",
            push.userId(),
            "device",
            data("call_ended"),
            now + CANCEL_PUSH_LIFE.toMillis())
        .put("device", push.deviceId());
  }

  private JsonObject data(String type) {
    String time = Long.toString(now);
    return new JsonObject()
        .put("type", type)
        .put("callId", next.callId())
        .put("timestamp", time)
        .put("sentAt", time);
  }

  private static JsonObject job(
      String cause, String user, String mode, JsonObject data, long deadline) {
    return new JsonObject()
        .put("id", UUID.randomUUID().toString())
        .put("cause", cause)
        .put("user", user)
        .put("mode", mode)
        .put("data", data.encode())
        .put("deadline", deadline);
  }
}
