package dev.switchboard.signaling.socketio;

import io.vertx.core.MultiMap;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.SocketAddress;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a client said when it connected to a namespace.
 *
 * @param query the query of the request that opened the connection; of a repeated parameter the
 *     first value
 * @param headers the headers of that request
 * @param remoteAddress the peer of the connection; behind a proxy, the proxy
 * @param secure true over TLS
 * @param auth the payload of the CONNECT packet, if there was one
 * @param timeMillis when the connection was opened, in milliseconds since 1970
 */
public record Handshake(
    Map<String, String> query,
    MultiMap headers,
    SocketAddress remoteAddress,
    boolean secure,
    @Nullable JsonObject auth,
    long timeMillis) {}
