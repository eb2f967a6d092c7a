package dev.switchboard.signaling.socketio.engine;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.function.Predicate;

/** Cross-origin requests with credentials, as the Fetch standard has them. */
final class Cors {
  private Cors() {}

  /** True if a WebSocket may be opened: by no browser, or by a page that is allowed to. */
  static boolean allowsUpgrade(HttpServerRequest request, Predicate<HttpServerRequest> allowed) {
    return request.getHeader("origin") == null || allowed.test(request);
  }

  static void apply(HttpServerRequest request, Predicate<HttpServerRequest> allowed) {
    HttpServerResponse response = request.response();
    response.putHeader("vary", "Origin");
    String origin = request.getHeader("origin");
    if (origin != null && allowed.test(request)) {
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
