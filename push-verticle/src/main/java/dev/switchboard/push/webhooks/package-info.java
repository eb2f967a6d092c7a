/**
 * Tells the team's back end what happens, as Standard Webhooks has it. To be read in this order:
 *
 * <ol>
 *   <li>What waits: {@link dev.switchboard.shared.webhooks.WebhookEntry}, {@link
 *       dev.switchboard.push.webhooks.WebhookQueue}; what comes from Postgres: {@link
 *       dev.switchboard.push.webhooks.OutboxMover}
 *   <li>Who sends it: {@link dev.switchboard.push.webhooks.WebhookWorker}, by {@link
 *       dev.switchboard.push.webhooks.WebhookSender}, at the pace that {@link
 *       dev.switchboard.push.webhooks.ReceiverState} and {@link
 *       dev.switchboard.push.webhooks.BackOff} allow
 *   <li>What could not be delivered: {@link dev.switchboard.push.webhooks.WebhookDeadLetters}
 * </ol>
 */
@NullMarked
package dev.switchboard.push.webhooks;

import org.jspecify.annotations.NullMarked;
