/**
 * Events for the team's own back end, as Standard Webhooks has them. Who saves what an event is
 * about files it in Redis in the same script (the prelude {@code webhook_prelude}), or in Postgres
 * in the same statement ({@link dev.switchboard.shared.webhooks.WebhookOutbox}); the push role
 * sends it.
 */
@NullMarked
package dev.switchboard.shared.webhooks;

import org.jspecify.annotations.NullMarked;
