/**
 * Jobs from the queue to the providers.
 *
 * <ol>
 *   <li>What is sent: {@link dev.switchboard.push.send.Push}, {@link
 *       dev.switchboard.push.send.PushContents}, {@link dev.switchboard.push.send.PushContent},
 *       {@link dev.switchboard.push.send.AppleParts}, {@link dev.switchboard.push.send.Fit}
 *   <li>By whom: {@link dev.switchboard.push.send.PushSender}, {@link
 *       dev.switchboard.push.send.SenderLine}, {@link dev.switchboard.push.send.Budget}, {@link
 *       dev.switchboard.push.send.ConnectionProbe}
 *   <li>What comes of it: {@link dev.switchboard.push.send.Outcome}, {@link
 *       dev.switchboard.push.send.RetryAfter}, {@link dev.switchboard.push.send.Reasons}, {@link
 *       dev.switchboard.push.send.PushMetrics}
 * </ol>
 */
@NullMarked
package dev.switchboard.push.send;

import org.jspecify.annotations.NullMarked;
