package dev.switchboard.shared.http;

import io.vertx.core.Handler;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;

/** Cross-origin requests with credentials, and their preflights (the Fetch standard). */
public final class CorsHeaders implements Handler<RoutingContext> {
  private static final String METHODS = "GET,HEAD,PUT,PATCH,POST,DELETE";
  private static final String MAX_AGE_SECONDS = "600";

  private final AllowedOrigins origins;

  public CorsHeaders(AllowedOrigins origins) {
    this.origins = origins;
  }

  @Override
  public void handle(RoutingContext context) {
    HttpServerRequest request = context.request();
    String origin = request.getHeader(HttpHeaders.ORIGIN);
    MultiMap headers = context.response().headers();
    headers.add(HttpHeaders.VARY, "Origin");
    boolean allowed = origin != null && origins.allowsRequest(request);
    if (allowed) {
      // The very origin and never *, which browsers refuse together with credentials.
      headers.set(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN, origin);
      headers.set(HttpHeaders.ACCESS_CONTROL_ALLOW_CREDENTIALS, "true");
      headers.set(HttpHeaders.ACCESS_CONTROL_EXPOSE_HEADERS, "Retry-After, X-Request-Id");
    }
    if (isPreflight(request)) {
      answerPreflight(context, allowed);
    } else {
      context.next();
    }
  }

  private static boolean isPreflight(HttpServerRequest request) {
    return HttpMethod.OPTIONS.equals(request.method())
        && request.headers().contains(HttpHeaders.ORIGIN)
        && request.headers().contains(HttpHeaders.ACCESS_CONTROL_REQUEST_METHOD);
  }

  private static void answerPreflight(RoutingContext context, boolean allowed) {
    MultiMap headers = context.response().headers();
    if (allowed) {
      headers.set(HttpHeaders.ACCESS_CONTROL_ALLOW_METHODS, METHODS);
      headers.set(HttpHeaders.ACCESS_CONTROL_MAX_AGE, MAX_AGE_SECONDS);
      String wanted = context.request().getHeader(HttpHeaders.ACCESS_CONTROL_REQUEST_HEADERS);
      if (wanted != null) {
        headers.set(HttpHeaders.ACCESS_CONTROL_ALLOW_HEADERS, wanted);
        headers.add(HttpHeaders.VARY, "Access-Control-Request-Headers");
      }
    }
    context.response().setStatusCode(204).end();
  }
}
