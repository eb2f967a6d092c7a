package dev.switchboard.signaling.calls;

import dev.switchboard.signaling.calls.Decision.Changed;
import dev.switchboard.signaling.calls.Decision.Effect;
import dev.switchboard.signaling.calls.Decision.Effect.Notice;
import dev.switchboard.signaling.calls.Decision.Effect.Notify;
import dev.switchboard.signaling.calls.Decision.Effect.PushCancelled;
import dev.switchboard.signaling.calls.Decision.Effect.PushEnded;
import dev.switchboard.signaling.calls.Decision.Effect.PushMissed;
import dev.switchboard.signaling.calls.Decision.Refused;
import dev.switchboard.signaling.calls.Decision.Unchanged;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The rules of a call. Pure and total: given a call, a command and the time it decides what becomes
 * of the call and what follows; it never throws and knows no clock and no I/O.
 *
 * @param graceMillis how long a party whose socket dropped may take to come back
 */
public record CallMachine(long graceMillis) {
  /** {@code endedBy} where neither party ended the call. */
  public static final String SYSTEM = "system";

  private static final String SUPERSEDED = "superseded";

  public Decision decide(Call call, CallCommand command, long now) {
    return switch (command) {
      case CallCommand.Accept c -> accept(call, c, now);
      case CallCommand.Reject c -> reject(call, c, now);
      case CallCommand.End c -> end(call, c, now);
      case CallCommand.Terminate c -> terminate(call, c, now);
      case CallCommand.Supersede c -> supersede(call, c, now);
      case CallCommand.ReachedNobody c -> reachedNobody(call, now);
      case CallCommand.Retract c -> retract(call, now);
      case CallCommand.RingTimeout c -> ringTimeout(call, now);
      case CallCommand.DurationOver c -> durationOver(call, now);
      case CallCommand.DeviceLost c -> deviceLost(call, c, now);
      case CallCommand.DeviceBack c -> deviceBack(call, c, now);
      case CallCommand.GraceOver c -> graceOver(call, c, now);
    };
  }

  private Decision accept(Call call, CallCommand.Accept command, long now) {
    if (call.requestedBy() != null && command.userId().equals(call.callerId())) {
      return take(call, command.deviceId(), now);
    }
    if (!command.userId().equals(call.calleeId())) {
      return new Refused(CallError.NOT_AUTHORISED);
    }
    if (call.state() == CallState.ACCEPTED && command.deviceId().equals(call.calleeDevice())) {
      return new Unchanged(call);
    }
    if (call.state() != CallState.RINGING) {
      return new Refused(tooLate(call));
    }
    Call next = call.accepted(command.deviceId(), now, now + graceMillis);
    return new Changed(
        next,
        List.of(
            new Notify(call.callerId(), call.callerDevice(), null, new Notice.Accepted(now)),
            elsewhere(call, command.deviceId(), "answered_elsewhere", now),
            new PushCancelled(call.calleeId(), command.deviceId())));
  }

  /** A device of the caller takes the caller's side of a call that was started on its behalf. */
  private static Decision take(Call call, String device, long now) {
    if (!call.state().isLive()) {
      return new Refused(tooLate(call));
    }
    if (!call.isUntaken()) {
      return call.hasDevice(call.callerId(), device)
          ? new Unchanged(call)
          : new Refused(CallError.WRONG_STATE);
    }
    String caller = call.callerId();
    List<Effect> effects = new ArrayList<>(2);
    Notice taken = new Notice.Ended(caller, "answered_elsewhere", now);
    effects.add(new Notify(caller, null, device, taken));
    if (call.state() == CallState.ACCEPTED) {
      effects.add(toPeer(call, caller, new Notice.Reconnected(caller)));
    }
    return new Changed(call.back(caller, device), effects);
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
    Notify caller =
        new Notify(call.callerId(), call.callerDevice(), null, new Notice.Rejected(reason, now));
    return declined(call, command.deviceId(), reason, caller, now);
  }

  private static Decision declined(
      Call call, String device, String reason, Notify toCaller, long now) {
    return new Changed(
        call.rejected(device, reason, now),
        List.of(
            toCaller,
            elsewhere(call, device, "declined_elsewhere", now),
            new PushCancelled(call.calleeId(), device)));
  }

  private static Notify elsewhere(Call call, String device, String reason, long now) {
    return new Notify(
        call.calleeId(), null, device, new Notice.Ended(call.calleeId(), reason, now));
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
    Notify caller =
        new Notify(
            call.callerId(), call.callerDevice(), null, new Notice.Ended(user, "declined", now));
    return declined(call, command.deviceId(), "declined", caller, now);
  }

  /** Both parties are notified, whoever it was. */
  private static Decision terminate(Call call, CallCommand.Terminate command, long now) {
    if (!call.state().isLive()) {
      return new Unchanged(call);
    }
    List<Effect> effects = new ArrayList<>();
    Notice.Ended ended = new Notice.Ended(command.by(), command.reason(), now);
    notifyOver(call, call.callerId(), ended, effects);
    if (call.state() == CallState.RINGING) {
      Changed stopped = stopRinging(call, CallState.CANCELLED, command.by(), command.reason(), now);
      effects.addAll(stopped.effects());
      return new Changed(stopped.next(), effects);
    }
    notifyOver(call, call.calleeId(), ended, effects);
    return new Changed(call.over(CallState.ENDED, command.reason(), command.by(), now), effects);
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

  /**
   * Devices that were pushed are notified; so is the caller's if it has come back meanwhile, since
   * it was given the call then.
   */
  private static Decision retract(Call call, long now) {
    if (call.state() != CallState.RINGING) {
      return new Unchanged(call);
    }
    String caller = call.callerId();
    List<Effect> effects = new ArrayList<>(2);
    if (call.version() > 1 && !call.isAway(caller)) {
      Notice over = new Notice.Ended(caller, "cancelled", now);
      effects.add(new Notify(caller, call.callerDevice(), null, over));
    }
    effects.add(new PushCancelled(call.calleeId(), null));
    return new Changed(call.over(CallState.CANCELLED, "cancelled", caller, now), effects);
  }

  private static Decision hangUp(Call call, String by, String reason, long now) {
    List<Effect> effects = new ArrayList<>();
    for (String user : List.of(call.callerId(), call.calleeId())) {
      if (!user.equals(by)) {
        notifyOver(call, user, new Notice.Ended(by, reason, now), effects);
      }
    }
    return new Changed(call.over(CallState.ENDED, reason, by, now), effects);
  }

  /**
   * Notifies the party's device in the call; one without a socket shows the call still, so it is
   * pushed.
   */
  private static void notifyOver(Call call, String user, Notice.Ended ended, List<Effect> effects) {
    String device = call.deviceOf(user);
    effects.add(new Notify(user, device, null, ended));
    if (device != null && call.isAway(user)) {
      effects.add(new PushEnded(user, device));
    }
  }

  private static Changed stopRinging(
      Call call, CallState state, String by, String reason, long now) {
    String callee = call.calleeId();
    return new Changed(
        call.over(state, reason, by, now),
        List.of(
            new Notify(callee, null, null, new Notice.Ended(by, reason, now)),
            new Notify(callee, null, null, new Notice.Cancelled()),
            new PushCancelled(callee, null)));
  }

  private static Decision ringTimeout(Call call, long now) {
    if (call.state() != CallState.RINGING || now < call.ringUntil()) {
      return new Unchanged(call);
    }
    Notice timedOut = new Notice.TimedOut(now);
    return new Changed(
        call.over(CallState.TIMEOUT, "no_answer", SYSTEM, now),
        List.of(
            new Notify(call.callerId(), call.callerDevice(), null, timedOut),
            new Notify(call.calleeId(), null, null, timedOut),
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
        call.away(user, now + graceMillis),
        List.of(toPeer(call, user, new Notice.Reconnecting(user))));
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
      effects.add(toPeer(call, user, new Notice.Reconnecting(user)));
    }
    effects.add(toPeer(call, user, new Notice.Reconnected(user)));
    if (!before.equals(command.deviceId())) {
      // Should it come back after all, it must know that it is out.
      Notice out = new Notice.Ended(user, "answered_elsewhere", now);
      effects.add(new Notify(user, before, null, out));
    }
    return new Changed(call.back(user, command.deviceId()), effects);
  }

  private static Notify toPeer(Call call, String user, Notice notice) {
    String peer = call.peerOf(user);
    return new Notify(peer, call.deviceOf(peer), null, notice);
  }

  private static Decision graceOver(Call call, CallCommand.GraceOver command, long now) {
    String user = command.userId();
    long until = user.equals(call.callerId()) ? call.callerAwayUntil() : call.calleeAwayUntil();
    if (!call.state().isLive() || !call.isParty(user) || until == 0 || now < until) {
      return new Unchanged(call);
    }
    List<Effect> effects = new ArrayList<>();
    Notice.Ended lost = new Notice.Ended(user, "peer_lost", now);
    if (call.state() == CallState.RINGING) {
      Changed cancelled = stopRinging(call, CallState.CANCELLED, user, "peer_lost", now);
      effects.addAll(cancelled.effects());
      notifyOver(call, user, lost, effects);
      return new Changed(cancelled.next(), effects);
    }
    notifyOver(call, call.peerOf(user), lost, effects);
    notifyOver(call, user, lost, effects);
    return new Changed(call.over(CallState.ENDED, "peer_lost", user, now), effects);
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
    if (call.isUntaken() && userId.equals(call.callerId())) {
      return CallError.WRONG_STATE; // who speaks for the caller takes the call first
    }
    String inCall = call.deviceOf(userId);
    return inCall != null && !inCall.equals(deviceId) ? CallError.WRONG_STATE : null;
  }
}
