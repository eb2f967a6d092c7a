package dev.switchboard.shared.timeline;

/** The Redis keys of timelines, which signaling and push write. */
public final class TimelineKeys {
  /** What scripts that add steps have before them. */
  public static final String PRELUDE = "timeline_prelude";

  private TimelineKeys() {}

  /** The stream of the steps of a call, or of a test. */
  public static String timeline(String callId) {
    return "timeline:" + callId;
  }

  /** The hash of the last failure of each token of a user, by reach field. */
  public static String failures(String userId) {
    return "push:failures:" + userId;
  }
}
