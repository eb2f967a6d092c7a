package dev.switchboard.signaling.calls;

import org.jspecify.annotations.Nullable;

/**
 * A call as it is saved. Times are milliseconds since the epoch, 0 for "not yet".
 *
 * @param version counts the saves; the first is 1
 * @param callerDevice the device that initiated; of a call on behalf the one that has taken the
 *     caller's side, null as long as none has
 * @param calleeDevice the device that accepted or rejected; null while it rings
 * @param callerAwayUntil when the caller's grace ends; 0 while its device is there
 * @param calleeAwayUntil the same of the callee, once accepted
 * @param reason how it ended; null while live
 * @param requestedBy who started it on behalf of the caller; null if the caller did
 * @param metadata a JSON object of whoever started it, as text; null for none
 */
public record Call(
    String callId,
    long version,
    CallState state,
    String callerId,
    String calleeId,
    String callType,
    String callerName,
    @Nullable String callerAvatar,
    @Nullable String callerDevice,
    @Nullable String calleeDevice,
    long createdAt,
    long ringUntil,
    long acceptedAt,
    long endedAt,
    long callerAwayUntil,
    long calleeAwayUntil,
    @Nullable String reason,
    @Nullable String endedBy,
    @Nullable String requestedBy,
    @Nullable String metadata) {

  public String peerOf(String userId) {
    return userId.equals(callerId) ? calleeId : callerId;
  }

  public boolean isParty(String userId) {
    return userId.equals(callerId) || userId.equals(calleeId);
  }

  /** The device of this party that is in the call; null for a callee who has not answered. */
  public @Nullable String deviceOf(String userId) {
    return userId.equals(callerId) ? callerDevice : calleeDevice;
  }

  /** True if exactly this device takes part. */
  public boolean hasDevice(String userId, @Nullable String deviceId) {
    return deviceId != null && isParty(userId) && deviceId.equals(deviceOf(userId));
  }

  /** True as long as it is on behalf of a caller of whom no device has taken it. */
  public boolean isUntaken() {
    return callerDevice == null;
  }

  /** True while this party's device is missing and its grace runs. */
  public boolean isAway(String userId) {
    return (userId.equals(callerId) ? callerAwayUntil : calleeAwayUntil) > 0;
  }

  /**
   * Accepted by this device of the callee.
   *
   * @param takenUntil when a device of the caller must have taken it, if none has
   */
  Call accepted(String device, long now, long takenUntil) {
    long away = isUntaken() ? takenUntil : callerAwayUntil;
    return next(CallState.ACCEPTED, callerDevice, device, now, 0, away, 0, null, null);
  }

  Call over(CallState end, String why, @Nullable String by, long now) {
    return next(end, callerDevice, calleeDevice, acceptedAt, now, 0, 0, why, by);
  }

  /** Rejected by this device of the callee, which may say so again. */
  Call rejected(String device, String why, long now) {
    return next(CallState.REJECTED, callerDevice, device, acceptedAt, now, 0, 0, why, calleeId);
  }

  Call away(String userId, long until) {
    boolean caller = userId.equals(callerId);
    return next(
        state,
        callerDevice,
        calleeDevice,
        acceptedAt,
        endedAt,
        caller ? until : callerAwayUntil,
        caller ? calleeAwayUntil : until,
        reason,
        endedBy);
  }

  Call back(String userId, String device) {
    boolean caller = userId.equals(callerId);
    return next(
        state,
        caller ? device : callerDevice,
        caller ? calleeDevice : device,
        acceptedAt,
        endedAt,
        caller ? 0 : callerAwayUntil,
        caller ? calleeAwayUntil : 0,
        reason,
        endedBy);
  }

  /** The next version: what is not named never changes. */
  private Call next(
      CallState newState,
      @Nullable String newCallerDevice,
      @Nullable String newCalleeDevice,
      long newAcceptedAt,
      long newEndedAt,
      long newCallerAwayUntil,
      long newCalleeAwayUntil,
      @Nullable String newReason,
      @Nullable String newEndedBy) {
    return new Call(
        callId,
        version + 1,
        newState,
        callerId,
        calleeId,
        callType,
        callerName,
        callerAvatar,
        newCallerDevice,
        newCalleeDevice,
        createdAt,
        ringUntil,
        newAcceptedAt,
        newEndedAt,
        newCallerAwayUntil,
        newCalleeAwayUntil,
        newReason,
        newEndedBy,
        requestedBy,
        metadata);
  }
}
