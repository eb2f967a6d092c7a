package dev.switchboard.push;

/** The Redis names that only this role uses; what others use too is in {@code PushJobs}. */
final class PushKeys {
  /** The consumer group of both streams. */
  static final String GROUP = "push";

  /** Held by the node that writes registrations. */
  static final String REGISTRATIONS_LEASE = "push:registrations:lease";

  /** What each node has announced, and until when it holds. */
  static final String ANNOUNCEMENTS = "push:announcements";

  /** Held by the node that sweeps stale devices. */
  static final String SWEEP_LEASE = "push:sweep:lease";

  /** What all nodes together may still send to FCM. */
  static final String FCM_BUDGET = "push:budget:fcm";

  private PushKeys() {}
}
