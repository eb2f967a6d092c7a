/**
 * Apple Push Notification service, by pushy.
 *
 * <ol>
 *   <li>Sending: {@link dev.switchboard.push.apns.ApnsSender} with {@link
 *       dev.switchboard.push.apns.ApnsSettings} and {@link dev.switchboard.push.apns.ApnsPayload}
 *   <li>What an answer means: {@link dev.switchboard.push.apns.ApnsAnswer}, {@link
 *       dev.switchboard.push.apns.ApnsAnswers}
 *   <li>The connection: {@link dev.switchboard.push.apns.ApnsConnection}, with {@link
 *       dev.switchboard.push.apns.FrameWatch}, which sees what pushy does not report, and {@link
 *       dev.switchboard.push.apns.HeldClose}, which keeps a connection open for its answers
 * </ol>
 */
@NullMarked
package dev.switchboard.push.apns;

import org.jspecify.annotations.NullMarked;
