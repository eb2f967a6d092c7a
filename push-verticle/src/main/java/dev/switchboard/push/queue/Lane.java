package dev.switchboard.push.queue;

import dev.switchboard.shared.push.Cause;
import dev.switchboard.shared.push.PushJobs;

/**
 * A stream of jobs with readers and a limit of its own, so that what is in one never stands before
 * what is in another.
 */
public enum Lane {
  RINGS(PushJobs.RINGS, 2_048, 1),
  CALLS(PushJobs.JOBS, 1_536, 1),
  /** Its jobs have one device, or those of a user, or a whole page. */
  BULK(PushJobs.BULK, 8 * Broadcast.PAGE, Broadcast.PAGE);

  private final String stream;
  private final int mostInHand;
  private final int mostOfJob;

  Lane(String stream, int mostInHand, int mostOfJob) {
    this.stream = stream;
    this.mostInHand = mostInHand;
    this.mostOfJob = mostOfJob;
  }

  /** The lane of what is sent again. */
  static Lane of(Cause cause) {
    return switch (cause) {
      case INCOMING_CALL, TEST_RING -> RINGS;
      case CALL_CANCELLED, MISSED_CALL, CALL_ENDED, PRESENCE -> CALLS;
      case CUSTOM -> BULK;
    };
  }

  /** Its stream in Redis. */
  public String stream() {
    return stream;
  }

  /**
   * How many of its jobs may be taken.
   *
   * @param devicesInHand how many devices those in hand have
   * @param atATime how many may be sent to at a time: what waits for a turn far behind these would
   *     be put back, device by device
   */
  public int room(int devicesInHand, int atATime) {
    int most = mostOfJob == 1 ? mostInHand : Math.clamp(2L * atATime, mostOfJob, mostInHand);
    return (most - devicesInHand) / mostOfJob;
  }
}
