package dev.switchboard.signaling.socketio;

import dev.switchboard.signaling.socketio.engine.Opening;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * What a client sent when it connected to a namespace.
 *
 * @param opening the request that opened the connection
 * @param auth the payload of the CONNECT packet, if there was one
 */
public record Handshake(Opening opening, @Nullable JsonObject auth) {}
