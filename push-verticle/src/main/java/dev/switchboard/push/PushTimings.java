package dev.switchboard.push;

import dev.switchboard.push.queue.QueueTimings;

/**
 * How long things take, in milliseconds; only tests have others than {@link #DEFAULT}.
 *
 * @param lease how long the one that writes registrations may be silent
 * @param announce between two announcements of what can be delivered; these live 12 s
 * @param look between two looks at the reach index's completeness
 * @param count between two counts of the tokens
 * @param sweep between two sweeps of stale devices
 */
record PushTimings(
    QueueTimings queue, long lease, long announce, long look, long count, long sweep) {
  static final PushTimings DEFAULT =
      new PushTimings(
          new QueueTimings(1_000, 7_000, 1_000, 2_000, 250, 5_000),
          5_000,
          4_000,
          5_000,
          15_000,
          3_600_000);
}
