package dev.switchboard.push.tokens;

import dev.switchboard.shared.auth.Caller;
import dev.switchboard.shared.auth.TokenRejectedException;
import dev.switchboard.shared.http.HttpAccess;
import dev.switchboard.shared.redis.StoreUnavailableException;
import io.vertx.core.Future;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import io.vertx.pgclient.PgException;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code /v1/push/tokens}: a user's own device tokens. One an edge, on its event loop. */
public final class TokenRoutes {
  private static final String PATH = "/v1/push/tokens";
  private static final int BODY_LIMIT = 16 * 1024;
  private static final Logger log = LoggerFactory.getLogger(TokenRoutes.class);

  private final HttpAccess access;
  private final TokenStore store;
  private final ReachIndex reach;
  private final InstantSource clock;

  public TokenRoutes(HttpAccess access, TokenStore store, ReachIndex reach, InstantSource clock) {
    this.access = access;
    this.store = store;
    this.reach = reach;
    this.clock = clock;
  }

  /** Mounts the routes. */
  public void mount(Router router) {
    BodyHandler body = BodyHandler.create(false).setBodyLimit(BODY_LIMIT);
    for (String path : List.of(PATH, PATH + "/all")) {
      router.route(path).handler(body).failureHandler(TokenRoutes::failed);
    }
    router.get(PATH).handler(context -> serve(context, this::list));
    router.post(PATH).handler(context -> serve(context, this::add));
    router.delete(PATH).handler(context -> serve(context, this::remove));
    router.delete(PATH + "/all").handler(context -> serve(context, this::removeAll));
  }

  private void serve(
      RoutingContext context, BiFunction<Caller, RoutingContext, Future<JsonObject>> action) {
    access
        .caller(context.request())
        .map(caller -> caller.orElseThrow(() -> new TokenRejectedException(false)))
        .compose(caller -> action.apply(caller, context))
        .onSuccess(context::json)
        .onFailure(failure -> refuse(context, failure));
  }

  private Future<JsonObject> list(Caller caller, RoutingContext context) {
    return store
        .list(caller.userId())
        .map(
            tokens ->
                new JsonObject()
                    .put("tokens", new JsonArray(tokens.stream().map(TokenRoutes::show).toList()))
                    .put("count", tokens.size()));
  }

  private static JsonObject show(DeviceToken token) {
    return new JsonObject()
        .put("id", token.id())
        .put("type", token.type())
        .put("kind", token.kind())
        .put("device_id", token.deviceId())
        .put("platform", token.platform())
        .put("token", token.cut())
        .put("active", token.active())
        .put("created_at", token.createdAt().toString())
        .put("updated_at", token.updatedAt().toString());
  }

  private Future<JsonObject> add(Caller caller, RoutingContext context) {
    TokenRequest token = TokenRequest.of(body(context)::getValue);
    return whileReachIsUp()
        .compose(up -> store.store(caller.userId(), token, clock.instant(), true))
        .compose(stored -> reach.reconcile(stored.touched()).map(stored))
        .map(
            stored ->
                new JsonObject()
                    .put("message", "Token registered")
                    .put("token_id", String.valueOf(stored.id())));
  }

  private Future<JsonObject> remove(Caller caller, RoutingContext context) {
    TokenStore.Filter filter = TokenRequest.toDelete(body(context));
    return whileReachIsUp()
        .compose(up -> store.remove(caller.userId(), filter))
        .compose(
            removed ->
                removed.isEmpty()
                    ? Future.failedFuture(new NoSuchTokenException())
                    : settle(removed))
        .map(settled -> message("Token removed"));
  }

  private Future<JsonObject> removeAll(Caller caller, RoutingContext context) {
    return whileReachIsUp()
        .compose(up -> store.remove(caller.userId(), TokenStore.Filter.ALL))
        .compose(this::settle)
        .map(settled -> message("All tokens removed"));
  }

  private static JsonObject message(String text) {
    return new JsonObject().put("message", text);
  }

  private Future<Void> settle(Set<ReachField> touched) {
    return reach.reconcile(touched);
  }

  /** A token that Postgres has and the reach index lacks would be a phone that never rings. */
  private Future<Void> whileReachIsUp() {
    return reach.isUp()
        ? Future.succeededFuture()
        : Future.failedFuture(new StoreUnavailableException("Redis", null));
  }

  private static JsonObject body(RoutingContext context) {
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

  private static void failed(RoutingContext context) {
    Throwable failure = context.failure();
    if (context.statusCode() == 413) {
      answer(context, 413, "payload_too_large", "body must not exceed " + BODY_LIMIT + " bytes");
    } else if (failure == null && context.statusCode() >= 400 && context.statusCode() < 500) {
      answer(context, context.statusCode(), "bad_request", "the request can't be read");
    } else {
      refuse(context, failure);
    }
  }

  private static void refuse(RoutingContext context, @Nullable Throwable failure) {
    switch (failure) {
      case BadFieldException e -> answer(context, 400, "invalid_request", e.getMessage());
      case TokenRejectedException e -> {
        context.response().putHeader("WWW-Authenticate", "Bearer");
        answer(context, 401, "unauthorized", e.getMessage());
      }
      case NoSuchTokenException _ -> answer(context, 404, "not_found", "token is not one of yours");
      case StoreUnavailableException e -> answer(context, 503, "unavailable", e.getMessage());
      case PgException e when TokenStore.isBadValue(e) ->
          answer(context, 400, "invalid_request", "the user's id can't be stored");
      case null, default -> {
        log.error("{} {} failed", context.request().method(), context.normalizedPath(), failure);
        answer(context, 500, "internal", "an unexpected error");
      }
    }
  }

  private static void answer(
      RoutingContext context, int status, String error, @Nullable String detail) {
    if (!context.response().ended()) {
      context
          .response()
          .setStatusCode(status)
          .putHeader("Content-Type", "application/json")
          .end(new JsonObject().put("error", error).put("detail", detail).toBuffer());
    }
  }

  /** A token that this user does not have. */
  private static final class NoSuchTokenException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NoSuchTokenException() {
      super("no such token", null, false, false);
    }
  }
}
