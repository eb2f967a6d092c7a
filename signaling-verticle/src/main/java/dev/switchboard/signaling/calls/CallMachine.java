package dev.switchboard.signaling.calls;

import dev.switchboard.signaling.calls.Decision.Changed;
import dev.switchboard.signaling.calls.Decision.Refused;
import dev.switchboard.signaling.calls.Decision.Unchanged;
import dev.switchboard.signaling.calls.Effect.PushCancelled;
import dev.switchboard.signaling.calls.Effect.PushEnded;
import dev.switchboard.signaling.calls.Effect.PushMissed;
import dev.switchboard.signaling.calls.Effect.Tell;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The rules of a call. Pure and total: given a call, a command and the time it says what becomes of
 * the call and what follows; it never throws and knows no clock and no I/O.
 *
 * @param graceMillis how long a party whose socket dropped may take to come back
 */
public record CallMachine(long graceMillis) {
  /** {@code endedBy} where neither party ended the call. */
  public static final String SYSTEM = "system";

  private static final String SUPERSEDED = "superseded";

  /** Decides one command. */
  public Decision decide(Call call, CallCommand command, long now) {
    return switch (command) {
      case CallCommand.Accept c -> accept(call, c, now);
      case CallCommand.Reject c -> reject(call, c, now);
      case CallCommand.End c -> end(call, c, now);
      case CallCommand.Supersede c -> supersede(call, c, now);
      case CallCommand.ReachedNobody c -> reachedNobody(call, now);
      case CallCommand.RingTimeout c -> ringTimeout(call, now);
      case CallCommand.DurationOver c -> durationOver(call, now);
      case CallCommand.DeviceLost c -> deviceLost(call, c, now);
      case CallCommand.DeviceBack c -> deviceBack(call, c, now);
      case CallCommand.GraceOver c -> graceOver(call, c, now);
    };
  }

  private static Decision accept(Call call, CallCommand.Accept command, long now) {
    if (!command.userId().equals(call.calleeId())) {
      return new Refused(CallError.NOT_AUTHORISED);
    }
    if (call.state() == CallState.ACCEPTED && command.deviceId().equals(call.calleeDevice())) {
      return new Unchanged(call);
    }
    if (call.state() != CallState.RINGING) {
      return new Refused(tooLate(call));
    }
    Call next = call.accepted(command.deviceId(), now);
    JsonObject accepted =
        new JsonObject()
            .put("callId", call.callId())
            .put("calleeId", call.calleeId())
            .put("timestamp", now);
    return new Changed(
        next,
        List.of(
            new Tell(call.callerId(), call.callerDevice(), null, "call_accept", accepted),
            elsewhere(call, command.deviceId(), "answered_elsewhere", now),
            new PushCancelled(call.calleeId(), command.deviceId())));
  }

  private static Decision reject(Call call, CallCommand.Reject command, long now) {
    if (!command.userId().equals(call.calleeId())) {
      return new Refused(CallError.NOT_AUTHORISED);
    }
    if (call.state() == CallState.REJECTED && command.deviceId().equals(call.calleeDevice())) {
      return new Unchanged(call);
    }
    if (call.state() != CallState.RINGING) {
      return new Refused(tooLate(call));
    }
    String reason = command.reason() == null ? "declined" : command.reason();
    JsonObject rejected =
        new JsonObject()
            .put("callId", call.callId())
            .put("calleeId", call.calleeId())
            .put("reason", reason)
            .put("timestamp", now);
    Tell caller = new Tell(call.callerId(), call.callerDevice(), null, "call_reject", rejected);
    return declined(call, command.deviceId(), reason, caller, now);
  }

  private static Decision declined(
      Call call, String device, String reason, Tell toCaller, long now) {
    return new Changed(
        call.rejected(device, reason, now),
        List.of(
            toCaller,
            elsewhere(call, device, "declined_elsewhere", now),
            new PushCancelled(call.calleeId(), device)));
  }

  private static Tell elsewhere(Call call, String device, String reason, long now) {
    return new Tell(
        call.calleeId(), null, device, "call_end", ended(call, call.calleeId(), reason, now));
  }

  private static Decision end(Call call, CallCommand.End command, long now) {
    String user = command.userId();
    if (!call.isParty(user)) {
      return new Refused(CallError.NOT_AUTHORISED);
    }
    if (!call.state().isLive()) {
      return new Unchanged(call);
    }
    if (call.deviceOf(user) != null && !call.hasDevice(user, command.deviceId())) {
      return new Refused(CallError.WRONG_STATE); // another device of the user is in the call
    }
    if (call.state() == CallState.ACCEPTED) {
      return hangUp(call, user, "hangup", now);
    }
    if (user.equals(call.callerId())) {
      return stopRinging(call, CallState.CANCELLED, user, "cancelled", now);
    }
    Tell caller =
        new Tell(
            call.callerId(),
            call.callerDevice(),
            null,
            "call_end",
            ended(call, user, "declined", now));
    return declined(call, command.deviceId(), "declined", caller, now);
  }

  private static Decision supersede(Call call, CallCommand.Supersede command, long now) {
    String user = command.userId();
    if (!call.state().isLive()) {
      return new Unchanged(call);
    }
    if (!call.hasDevice(user, command.deviceId())) {
      return new Refused(CallError.IN_CALL);
    }
    return call.state() == CallState.ACCEPTED
        ? hangUp(call, user, SUPERSEDED, now)
        : stopRinging(call, CallState.CANCELLED, user, SUPERSEDED, now);
  }

  private static Decision reachedNobody(Call call, long now) {
    return call.state() == CallState.RINGING
        ? stopRinging(call, CallState.REJECTED, SYSTEM, "unavailable", now)
        : new Unchanged(call);
  }

  private static Decision hangUp(Call call, String by, String reason, long now) {
    List<Effect> effects = new ArrayList<>();
    for (String user : List.of(call.callerId(), call.calleeId())) {
      if (!user.equals(by)) {
        tellOver(call, user, "call_end", ended(call, by, reason, now), effects);
      }
    }
    return new Changed(call.over(CallState.ENDED, reason, by, now), effects);
  }

  /**
   * Tells the party's device in the call; one without a socket shows the call still, so it is
   * pushed.
   */
  private static void tellOver(
      Call call, String user, String event, JsonObject payload, List<Effect> effects) {
    String device = call.deviceOf(user);
    effects.add(new Tell(user, device, null, event, payload));
    if (device != null && call.isAway(user)) {
      effects.add(new PushEnded(user, device));
    }
  }

  private static Changed stopRinging(
      Call call, CallState state, String by, String reason, long now) {
    String callee = call.calleeId();
    JsonObject cancelled = new JsonObject().put("callId", call.callId());
    return new Changed(
        call.over(state, reason, by, now),
        List.of(
            new Tell(callee, null, null, "call_end", ended(call, by, reason, now)),
            new Tell(callee, null, null, "call_cancelled", cancelled),
            new PushCancelled(callee, null)));
  }

  private static Decision ringTimeout(Call call, long now) {
    if (call.state() != CallState.RINGING || now < call.ringUntil()) {
      return new Unchanged(call);
    }
    JsonObject timeout =
        new JsonObject()
            .put("callId", call.callId())
            .put("reason", "no_answer")
            .put("timestamp", now);
    return new Changed(
        call.over(CallState.TIMEOUT, "no_answer", SYSTEM, now),
        List.of(
            new Tell(call.callerId(), call.callerDevice(), null, "call_timeout", timeout),
            new Tell(call.calleeId(), null, null, "call_timeout", timeout),
            new PushCancelled(call.calleeId(), null),
            new PushMissed(call.calleeId())));
  }

  private static Decision durationOver(Call call, long now) {
    return call.state() == CallState.ACCEPTED
        ? hangUp(call, SYSTEM, "max_duration", now)
        : new Unchanged(call);
  }

  private Decision deviceLost(Call call, CallCommand.DeviceLost command, long now) {
    String user = command.userId();
    if (!call.state().isLive() || !call.hasDevice(user, command.deviceId()) || call.isAway(user)) {
      return new Unchanged(call);
    }
    return new Changed(
        call.away(user, now + graceMillis), List.of(presence(call, user, "peer_reconnecting")));
  }

  private static Decision deviceBack(Call call, CallCommand.DeviceBack command, long now) {
    String user = command.userId();
    String before = command.inPlaceOf();
    if (!call.state().isLive() || !call.isParty(user) || !call.hasDevice(user, before)) {
      return new Unchanged(call);
    }
    List<Effect> effects = new ArrayList<>(3);
    if (!call.isAway(user)) {
      // Back before anybody noticed that it had dropped: what comes back was away first.
      effects.add(presence(call, user, "peer_reconnecting"));
    }
    effects.add(presence(call, user, "peer_reconnected"));
    if (!before.equals(command.deviceId())) {
      // Should it come back after all, it must know that it is out.
      JsonObject out = ended(call, user, "answered_elsewhere", now);
      effects.add(new Tell(user, before, null, "call_end", out));
    }
    return new Changed(call.back(user, command.deviceId()), effects);
  }

  private static Tell presence(Call call, String user, String event) {
    String peer = call.peerOf(user);
    JsonObject payload = new JsonObject().put("callId", call.callId()).put("userId", user);
    return new Tell(peer, call.deviceOf(peer), null, event, payload);
  }

  private static Decision graceOver(Call call, CallCommand.GraceOver command, long now) {
    String user = command.userId();
    long until = user.equals(call.callerId()) ? call.callerAwayUntil() : call.calleeAwayUntil();
    if (!call.state().isLive() || !call.isParty(user) || until == 0 || now < until) {
      return new Unchanged(call);
    }
    List<Effect> effects = new ArrayList<>();
    JsonObject payload = ended(call, user, "peer_lost", now);
    if (call.state() == CallState.RINGING) {
      Changed cancelled = stopRinging(call, CallState.CANCELLED, user, "peer_lost", now);
      effects.addAll(cancelled.effects());
      tellOver(call, user, "call_end", payload, effects);
      return new Changed(cancelled.next(), effects);
    }
    tellOver(call, call.peerOf(user), "call_end", payload, effects);
    tellOver(call, user, "call_end", payload, effects);
    return new Changed(call.over(CallState.ENDED, "peer_lost", user, now), effects);
  }

  private static JsonObject ended(Call call, String by, String reason, long now) {
    return new JsonObject()
        .put("callId", call.callId())
        .put("endedBy", by)
        .put("reason", reason)
        .put("timestamp", now);
  }

  private static CallError tooLate(Call call) {
    return switch (call.state()) {
      case TIMEOUT -> CallError.TIMED_OUT;
      case CANCELLED -> CallError.CANCELLED;
      case RINGING, ACCEPTED, REJECTED, ENDED -> CallError.WRONG_STATE;
    };
  }

  /** True if this device may send signaling in the call as it stands. */
  public static @Nullable CallError mayRelay(Call call, String userId, String deviceId, String to) {
    if (!call.isParty(userId) || !to.equals(call.peerOf(userId))) {
      return CallError.NOT_AUTHORISED;
    }
    if (!call.state().isLive()) {
      return CallError.WRONG_STATE;
    }
    String inCall = call.deviceOf(userId);
    return inCall != null && !inCall.equals(deviceId) ? CallError.WRONG_STATE : null;
  }
}
