package dev.switchboard.push;

/** The Redis names that only this role uses; what others use too is in {@code PushJobs}. */
final class PushKeys {
  /** The consumer group of both streams. */
  static final String GROUP = "push";

  /** Held by the node that writes registrations. */
  static final String REGISTRATIONS_LEASE = "push:registrations:lease";

  private PushKeys() {}
}
