package dev.switchboard.shared.http;

import dev.switchboard.shared.auth.TokenRejectedException;
import dev.switchboard.shared.log.LogKeys;
import dev.switchboard.shared.postgres.Postgres;
import dev.switchboard.shared.redis.StoreUnavailableException;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.HttpException;
import io.vertx.pgclient.PgException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** JSON answers, and the one shape of a refusal: {@code {success:false, error}}. */
public final class Answers {
  private static final Logger log = LoggerFactory.getLogger(Answers.class);

  private Answers() {}

  /** Answers with JSON. */
  public static void json(RoutingContext context, int status, JsonObject body) {
    if (context.response().ended() || context.response().closed()) {
      return;
    }
    context.response().setStatusCode(status);
    end(context, "application/json; charset=utf-8", body.toBuffer());
  }

  /** Ends an answer with a body of a type, or without it where only the head was asked for. */
  public static void end(RoutingContext context, String type, Buffer body) {
    context.response().putHeader(HttpHeaders.CONTENT_TYPE, type);
    HeadRequests.end(context, body);
  }

  /** Answers {@code {success:false, error}}. */
  public static void refuse(RoutingContext context, int status, String error) {
    json(context, status, new JsonObject().put("success", false).put("error", error));
  }

  /** Answers for a path that does not exist: {@code {success:false, error, detail}}. */
  public static void unknownEndpoint(RoutingContext context) {
    json(context, 404, unknownEndpoint());
  }

  /** What such an answer says. */
  public static JsonObject unknownEndpoint() {
    return new JsonObject()
        .put("success", false)
        .put("error", "Endpoint not found")
        .put("detail", "there is no such endpoint; /docs lists those there are");
  }

  /**
   * Answers for a failure: 401 for a token, 503 for a store that is away, the status a handler
   * asked for, 400 for what the router could not read or Postgres can't store, and 500 only for a
   * bug of ours, which is logged.
   */
  public static void fail(RoutingContext context, Throwable failure) {
    switch (failure) {
      case TokenRejectedException rejected ->
          refuse(context, 401, String.valueOf(rejected.getMessage()));
      case StoreUnavailableException away -> refuse(context, 503, "Service unavailable");
      case HttpException wanted -> refuse(context, wanted.getStatusCode(), phrase(wanted));
      case IllegalArgumentException unreadable -> refuse(context, 400, "Bad request");
      case PgException refused when Postgres.isBadValue(refused) ->
          refuse(context, 400, "Bad request");
      default -> {
        if (Postgres.isAway(failure)) {
          refuse(context, 503, "Service unavailable");
        } else {
          log.atError()
              .addKeyValue(LogKeys.REQUEST, RequestIds.of(context))
              .setCause(failure)
              .log("{} {} failed", context.request().method(), context.normalizedPath());
          refuse(context, 500, "Internal error");
        }
      }
    }
  }

  private static String phrase(HttpException wanted) {
    String payload = wanted.getPayload();
    return payload == null ? String.valueOf(wanted.getMessage()) : payload;
  }
}
