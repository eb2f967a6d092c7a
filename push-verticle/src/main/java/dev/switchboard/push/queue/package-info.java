/**
 * The queue's jobs: what is decided about them, and what becomes of them in Redis.
 *
 * <p>To be read in this order:
 *
 * <ol>
 *   <li>What is on the queue: {@link dev.switchboard.shared.push.PushJobs}, {@link
 *       dev.switchboard.push.queue.PushJob}, {@link dev.switchboard.push.queue.Target}, {@link
 *       dev.switchboard.push.queue.Lane}
 *   <li>How a job is taken: {@link dev.switchboard.push.queue.LaneReader}, {@link
 *       dev.switchboard.push.queue.QueueWorker}
 *   <li>One turn of a job: {@link dev.switchboard.push.queue.Delivery}, {@link
 *       dev.switchboard.push.queue.RecipientResolver} for its devices, {@link
 *       dev.switchboard.push.queue.JobLog} for what Redis keeps of it, {@link
 *       dev.switchboard.push.queue.Attempt} and {@link dev.switchboard.push.queue.DeviceResult}
 *   <li>What comes after: {@link dev.switchboard.push.queue.RetryPolicy}, {@link
 *       dev.switchboard.push.queue.Retries}, {@link dev.switchboard.push.queue.DeadLetters}, {@link
 *       dev.switchboard.push.queue.TokenPruner} on devices
 *   <li>What operators send: {@link dev.switchboard.push.queue.PushQueue}, {@link
 *       dev.switchboard.push.queue.Broadcast}, {@link dev.switchboard.push.queue.Notifications}
 * </ol>
 */
@NullMarked
package dev.switchboard.push.queue;

import org.jspecify.annotations.NullMarked;
