package dev.switchboard.push.queue;

import io.vertx.core.json.JsonObject;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What somebody asks to be sent, already checked.
 *
 * @param message {@code {title, body, data?, icon?, badge?, tag?, urgency?}}
 * @param life for how long it is worth sending
 * @param idempotencyKey within a day the same key is sent once and answered alike; null for none.
 *     Callers put the scope into it (whose key it is, for which route)
 */
public record PushOrder(JsonObject message, Duration life, @Nullable String idempotencyKey) {}
