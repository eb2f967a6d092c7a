package dev.switchboard.push;

import dev.switchboard.shared.push.PushJobs;

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

  private PushKeys() {}

  /** What all nodes together may still send to the FCM project of an app. */
  static String fcmBudget(String app) {
    return "push:budget:" + PushJobs.typeOf("fcm", app);
  }
}
