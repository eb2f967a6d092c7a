package dev.switchboard.signaling.socketio;

import io.vertx.core.json.JsonObject;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a client sent when it connected to a namespace.
 *
 * @param query what the URL that opened the connection said besides what Engine.IO reads there; of
 *     a repeated parameter the first value
 * @param auth the payload of the CONNECT packet, if there was one
 */
public record Handshake(Map<String, String> query, @Nullable JsonObject auth) {}
