package dev.switchboard.push;

/**
 * How long things take, in milliseconds; only tests have others than {@link #DEFAULT}.
 *
 * @param block how long a read of a stream waits, under the answer time of a Redis link
 * @param claimIdle after how long another node takes a job over
 * @param claimPause between two looks for such jobs; with {@code claimIdle} under 10 s
 * @param lease how long the one that writes registrations may be silent
 * @param announce between two announcements of what can be delivered; these live 60 s
 * @param look between two looks at the queue's depth and the index's completeness
 * @param count between two counts of the tokens
 */
record PushTimings(
    long block, long claimIdle, long claimPause, long lease, long announce, long look, long count) {
  static final PushTimings DEFAULT =
      new PushTimings(1_000, 6_000, 2_000, 5_000, 10_000, 5_000, 60_000);
}
