package dev.switchboard.push.http;

import dev.switchboard.shared.auth.Caller;
import dev.switchboard.shared.auth.TokenRejectedException;
import dev.switchboard.shared.http.Answers;
import dev.switchboard.shared.http.HttpAccess;
import dev.switchboard.shared.http.JsonBodies;
import dev.switchboard.shared.http.RequestIds;
import dev.switchboard.shared.log.LogKeys;
import dev.switchboard.shared.postgres.Postgres;
import dev.switchboard.shared.redis.StoreUnavailableException;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.HttpException;
import io.vertx.pgclient.PgException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Who asks, with what body, and what a refusal looks like: {@code {error, detail}}. */
public final class PushHttp {
  private static final Logger log = LoggerFactory.getLogger(PushHttp.class);

  private static final Duration MINUTE = Duration.ofMinutes(1);

  private final HttpAccess access;

  public PushHttp(HttpAccess access) {
    this.access = access;
  }

  /** Reads bodies on a path, up to a number of bytes, and answers what fails there. */
  public static void readBodies(Router router, String path, int limit) {
    router
        .route(path)
        .handler(JsonBodies.upTo(limit))
        .failureHandler(context -> failed(context, limit));
  }

  /** The bearer of the token; fails without one (401). */
  public Future<Caller> caller(RoutingContext context) {
    return access
        .caller(context.request())
        .map(caller -> caller.orElseThrow(() -> new TokenRejectedException(false)));
  }

  /** The bearer of an operator's token; fails without one (401, 403). */
  public Future<Caller> operator(RoutingContext context) {
    return caller(context)
        .map(
            caller -> {
              if (!caller.operator()) {
                throw RefusedException.forbidden("only operators may do this");
              }
              return caller;
            });
  }

  /** Counts a use of a limit for a minute; fails once there were too many (429). */
  public Future<Void> use(String limit, String key, int perMinute) {
    return access
        .use(limit, key, perMinute, MINUTE)
        .compose(
            wait ->
                wait > 0
                    ? Future.failedFuture(RefusedException.limited(wait))
                    : Future.succeededFuture());
  }

  /** The JSON object that the body is. Throws {@link BadFieldException} if it is none. */
  public static JsonObject body(RoutingContext context) {
    try {
      if (context.body().buffer() != null
          && context.body().buffer().toJsonValue() instanceof JsonObject body) {
        return body;
      }
    } catch (DecodeException e) {
      // the decoder's message quotes the body, which may hold a token
    }
    throw new BadFieldException("body", "must be a JSON object");
  }

  /** Answers with JSON. */
  public static void answer(RoutingContext context, int status, JsonObject body) {
    Answers.json(context, status, body);
  }

  private static void failed(RoutingContext context, int bodyLimit) {
    Throwable failure = context.failure();
    if (context.statusCode() == 413) {
      refuse(context, 413, "payload_too_large", "body must not exceed " + bodyLimit + " bytes");
    } else if (failure == null && isClients(context.statusCode())) {
      unreadable(context, context.statusCode());
    } else {
      refuse(context, failure);
    }
  }

  private static boolean isClients(int status) {
    return status >= 400 && status < 500;
  }

  private static void unreadable(RoutingContext context, int status) {
    refuse(context, status, "bad_request", "the request can't be read");
  }

  /** Answers what a failure stands for; 500 only for a bug of ours, which is logged. */
  public static void refuse(RoutingContext context, @Nullable Throwable failure) {
    switch (failure) {
      case BadFieldException e -> refuse(context, 400, "invalid_request", e.getMessage());
      case RefusedException e -> {
        if (e.retryAfterSeconds() > 0) {
          String seconds = Long.toString(e.retryAfterSeconds());
          context.response().putHeader(HttpHeaders.RETRY_AFTER, seconds);
        }
        refuse(context, e.status(), e.error(), e.getMessage());
      }
      case TokenRejectedException e -> {
        context.response().putHeader("WWW-Authenticate", "Bearer");
        refuse(context, 401, "unauthorized", e.getMessage());
      }
      case HttpException e when isClients(e.getStatusCode()) ->
          unreadable(context, e.getStatusCode());
      case StoreUnavailableException e -> refuse(context, 503, "unavailable", e.getMessage());
      case PgException e when Postgres.isBadValue(e) ->
          refuse(context, 400, "invalid_request", "the user's id can't be stored");
      case null, default -> {
        log.atError()
            .addKeyValue(LogKeys.REQUEST, RequestIds.of(context))
            .setCause(failure)
            .log("{} {} failed", context.request().method(), context.normalizedPath());
        refuse(context, 500, "internal", "an unexpected error");
      }
    }
  }

  /** Answers {@code {error, detail}}. */
  public static void refuse(
      RoutingContext context, int status, String error, @Nullable String detail) {
    answer(context, status, new JsonObject().put("error", error).put("detail", detail));
  }
}
