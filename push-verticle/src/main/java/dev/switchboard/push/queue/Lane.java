package dev.switchboard.push.queue;

import dev.switchboard.push.send.Cause;
import dev.switchboard.shared.push.PushJobs;

/**
 * A stream of jobs with readers and a limit of its own, so that what is in one never stands before
 * what is in another.
 */
public enum Lane {
  RINGS(PushJobs.RINGS, 1_024),
  CALLS(PushJobs.JOBS, 512),
  /** Its jobs have up to {@link Broadcast#PAGE} devices. */
  BULK(PushJobs.BULK, 8);

  private final String stream;
  private final int mostInHand;

  Lane(String stream, int mostInHand) {
    this.stream = stream;
    this.mostInHand = mostInHand;
  }

  /** The lane of what is sent again. */
  static Lane of(Cause cause) {
    return switch (cause) {
      case INCOMING_CALL -> RINGS;
      case CALL_CANCELLED, MISSED_CALL, CALL_ENDED, PRESENCE -> CALLS;
      case CUSTOM -> BULK;
    };
  }

  /** Its stream in Redis. */
  public String stream() {
    return stream;
  }

  /** How many of its jobs a node works on at a time. */
  public int mostInHand() {
    return mostInHand;
  }
}
