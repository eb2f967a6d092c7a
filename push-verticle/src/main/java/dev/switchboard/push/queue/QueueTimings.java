package dev.switchboard.push.queue;

/**
 * How often the queue looks, in milliseconds.
 *
 * @param block how long a read of a lane waits, under the answer time of a Redis link
 * @param claimIdle after how long another node takes a job over
 * @param claimPause between two looks for such jobs; with {@code claimIdle} under 10 s
 * @param keep between two renewals of the claims on what is in hand; well under {@code claimIdle}
 * @param retryPause between two looks for retries that are due
 * @param look between two looks at the queue's depth
 */
public record QueueTimings(
    long block, long claimIdle, long claimPause, long keep, long retryPause, long look) {}
