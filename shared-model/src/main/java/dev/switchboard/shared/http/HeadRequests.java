package dev.switchboard.shared.http;

import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;

/** What is asked for its head only is found as GET finds it (RFC 9110 section 9.3.2). */
public final class HeadRequests implements Handler<RoutingContext> {
  private static final String HEAD_ONLY = "headOnly";

  @Override
  public void handle(RoutingContext context) {
    context.put(HEAD_ONLY, true);
    context.reroute(HttpMethod.GET, context.request().uri());
  }

  /** Ends an answer, without the body where only the head was asked for. */
  static void end(RoutingContext context, Buffer body) {
    if (context.get(HEAD_ONLY, false)) {
      // Over HTTP/2 the server would send the body, which clients take for an error.
      context.response().putHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(body.length()));
      context.response().end();
    } else {
      context.response().end(body);
    }
  }
}
