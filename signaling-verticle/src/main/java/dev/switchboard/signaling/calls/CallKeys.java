package dev.switchboard.signaling.calls;

import dev.switchboard.shared.push.PushJobs;

/** The Redis keys of calls that Java names; the scripts know them too, and some more. */
public final class CallKeys {
  /** Sorted set of what comes due in calls, by when: {@link CallDeadline}. */
  static final String DEADLINES = "call:deadlines";

  /** Stream of calls that are over, until they are in Postgres. */
  static final String RECORDS = "calls:records";

  private CallKeys() {}

  /** Hash of a call: {@link CallFields}. */
  static String call(String callId) {
    return PushJobs.call(callId);
  }

  /** The id of the call that a user is in. */
  public static String ofUser(String userId) {
    return "call:user:" + userId;
  }
}
