package dev.switchboard.deploy;

import static java.time.ZoneOffset.UTC;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** The header of every answer, whatever makes it: {@code Date} (RFC 9110 section 6.6.1). */
final class AnswerHeaders implements Handler<RoutingContext> {
  private static final DateTimeFormatter FORMAT =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH).withZone(UTC);

  // Written by all event loops; each finds its own second or makes it anew.
  private static volatile Second latest = new Second(-1, "");

  private record Second(long number, String text) {}

  /** For answers of the router. */
  @Override
  public void handle(RoutingContext context) {
    HttpServerRequest request = context.request();
    context.addHeadersEndHandler(ending -> complete(request));
    if (isHeldBack(request)) {
      context.addEndHandler(sent -> closeAfterRefusal(request));
    }
    context.next();
  }

  /** For answers given past the router. A handshake has no such moment: it gets them at once. */
  static void addTo(HttpServerRequest request) {
    date(request.response());
    request.response().headersEndHandler(ending -> complete(request));
  }

  /** Over HTTP/2 no request can be taken for the body of another. */
  private static boolean isHeldBack(HttpServerRequest request) {
    return request.version() != HttpVersion.HTTP_2
        && request.headers().contains(HttpHeaders.EXPECT);
  }

  private static void complete(HttpServerRequest request) {
    HttpServerResponse response = request.response();
    date(response);
    if (response.getStatusCode() >= 400 && isHeldBack(request)) {
      response.putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
    }
  }

  /** The body may never come, and the next request would be taken for it. */
  private static void closeAfterRefusal(HttpServerRequest request) {
    if (request.response().getStatusCode() >= 400) {
      request.connection().close();
    }
  }

  private static void date(HttpServerResponse response) {
    response.putHeader(HttpHeaders.DATE, now());
  }

  static String now() {
    long number = System.currentTimeMillis() / 1000;
    Second second = latest;
    if (second.number != number) {
      second = new Second(number, FORMAT.format(Instant.ofEpochSecond(number)));
      latest = second;
    }
    return second.text;
  }
}
