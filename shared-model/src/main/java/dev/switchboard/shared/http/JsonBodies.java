package dev.switchboard.shared.http;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;

/**
 * Reads the bodies of requests. Every body is JSON here, whatever type the client names: some apps
 * send theirs as a form's, and a form's decoder fails on a per cent sign or on what is too long for
 * a field.
 */
public final class JsonBodies {
  private JsonBodies() {}

  /**
   * Takes bodies of at most so many bytes; a larger one fails the request with 413. One that is
   * compressed fails it with 415: what is small could become large.
   */
  public static Handler<RoutingContext> upTo(int maxBytes) {
    BodyHandler bodies = BodyHandler.create(false).setBodyLimit(maxBytes);
    return context -> {
      String coding = context.request().getHeader(HttpHeaders.CONTENT_ENCODING);
      if (coding != null && !coding.equalsIgnoreCase("identity")) {
        context.response().putHeader(HttpHeaders.ACCEPT_ENCODING, "identity");
        context.fail(415);
        return;
      }
      context.request().headers().remove(HttpHeaders.CONTENT_TYPE);
      bodies.handle(context);
    };
  }
}
