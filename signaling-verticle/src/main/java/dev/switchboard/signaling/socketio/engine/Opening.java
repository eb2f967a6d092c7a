package dev.switchboard.signaling.socketio.engine;

import io.vertx.core.MultiMap;
import io.vertx.core.net.SocketAddress;
import java.util.Map;

/**
 * The HTTP request that opened a session.
 *
 * @param query the query parameters; of a repeated one the first value
 * @param headers the request's headers
 * @param remoteAddress the peer of the connection; behind a proxy, the proxy
 * @param secure true over TLS
 * @param timeMillis when it came, in milliseconds since 1970
 */
public record Opening(
    Map<String, String> query,
    MultiMap headers,
    SocketAddress remoteAddress,
    boolean secure,
    long timeMillis) {}
