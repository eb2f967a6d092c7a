package dev.switchboard.signaling.socketio.engine;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Cross-origin requests with credentials, as the Fetch standard has them. */
public final class Cors {
  private Cors() {}

  /**
   * True if a WebSocket may be opened: by an allowed origin, by no browser, or from where we are
   * ourselves, which is what the iOS client and React Native say when no page is behind them.
   */
  public static boolean allowsUpgrade(HttpServerRequest request, Predicate<String> allowed) {
    String origin = request.getHeader("origin");
    return origin == null || allowed.test(origin) || isOurs(origin, request.getHeader("host"));
  }

  private static boolean isOurs(String origin, @Nullable String host) {
    int authority = origin.indexOf("://") + 3;
    return host != null && authority > 2 && origin.substring(authority).equalsIgnoreCase(host);
  }

  static void apply(HttpServerRequest request, Predicate<String> allowed) {
    HttpServerResponse response = request.response();
    response.putHeader("vary", "Origin");
    String origin = request.getHeader("origin");
    if (origin != null && allowed.test(origin)) {
      response.putHeader("access-control-allow-origin", origin);
      response.putHeader("access-control-allow-credentials", "true");
    }
  }

  /** Answers an OPTIONS request; {@link #apply} has been there before. */
  static void preflight(HttpServerRequest request) {
    HttpServerResponse response = request.response().setStatusCode(204);
    if (response.headers().contains("access-control-allow-origin")) {
      response.putHeader("access-control-allow-methods", "GET,POST,OPTIONS");
      String headers = request.getHeader("access-control-request-headers");
      if (headers != null) {
        response.putHeader("vary", "Origin, Access-Control-Request-Headers");
        response.putHeader("access-control-allow-headers", headers);
      }
      response.putHeader("access-control-max-age", "600");
    }
    response.end();
  }
}
