package dev.switchboard.ice;

import dev.switchboard.shared.auth.Caller;
import dev.switchboard.shared.auth.TokenRejectedException;
import dev.switchboard.shared.http.Answers;
import dev.switchboard.shared.http.HttpAccess;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.HttpException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The two addresses of the list; they share one limit and differ in the shape of the answer. */
final class IceRoutes {
  private static final Logger LOG = LoggerFactory.getLogger(IceRoutes.class);
  private static final String LIMIT = "ice";
  private static final Duration WINDOW = Duration.ofMinutes(1);

  /** A cached list still names a relay that died meanwhile, so it is kept for minutes at most. */
  private static final long MAX_AGE_SECONDS = 300;

  private final IceSource source;
  private final IceSettings settings;
  private final HttpAccess access;

  IceRoutes(IceSource source, IceSettings settings, HttpAccess access) {
    this.source = source;
    this.settings = settings;
    this.access = access;
  }

  void mount(Router router) {
    mount(
        router,
        "/ice-servers",
        offer ->
            new JsonObject()
                .put("success", true)
                .put("iceServers", offer.serversJson())
                .put("ttl", offer.ttlSeconds()));
    mount(
        router,
        "/v1/calls/ice-servers",
        offer ->
            new JsonObject()
                .put("ice_servers", offer.serversJson())
                .put("ttl", offer.ttlSeconds()));
  }

  private void mount(Router router, String path, Function<IceOffer, JsonObject> shape) {
    router
        .route(path)
        .method(HttpMethod.GET)
        .method(HttpMethod.HEAD)
        .handler(context -> limit(context, shape));
  }

  private void limit(RoutingContext context, Function<IceOffer, JsonObject> shape) {
    String address = access.clientAddress(context.request());
    access
        .use(LIMIT, address, settings.requestsPerMinute(), WINDOW)
        .onSuccess(
            waitMillis -> {
              if (waitMillis > 0) {
                long seconds = Math.ceilDiv(waitMillis, 1000L);
                context.response().putHeader(HttpHeaders.RETRY_AFTER, Long.toString(seconds));
                refuse(context, 429, "Too many requests, try again in " + seconds + " s");
              } else {
                identify(context, shape);
              }
            })
        .onFailure(e -> unavailable(context, e));
  }

  private void identify(RoutingContext context, Function<IceOffer, JsonObject> shape) {
    access
        .caller(context.request())
        .onSuccess(caller -> answer(context, caller, shape))
        .onFailure(
            e -> {
              if (e instanceof TokenRejectedException rejected) {
                unauthorized(context, String.valueOf(rejected.getMessage()));
              } else {
                unavailable(context, e);
              }
            });
  }

  private void answer(
      RoutingContext context, Optional<Caller> caller, Function<IceOffer, JsonObject> shape) {
    if (caller.isEmpty() && settings.access() == IceSettings.Access.REQUIRED) {
      unauthorized(context, "A bearer token is required");
      return;
    }
    String asked = "";
    try {
      asked = context.queryParam("userId").stream().findFirst().orElse("");
    } catch (HttpException | IllegalArgumentException e) {
      if (caller.isEmpty()) {
        refuse(context, 400, "userId is not percent-encoded UTF-8");
        return;
      }
    }
    if (caller.isEmpty() && asked.length() > UserNames.MAX_USER_ID) {
      refuse(context, 400, "userId is longer than " + UserNames.MAX_USER_ID + " characters");
      return;
    }
    String name = asked;
    Asker asker =
        caller.<Asker>map(c -> new Asker.Known(c.userId())).orElse(new Asker.Anonymous(name));
    source
        .offer(asker, IceSource.PATIENCE_MILLIS)
        .onSuccess(
            offer -> {
              long maxAge = Math.min(offer.ttlSeconds() / 4, MAX_AGE_SECONDS);
              String caching = offer.complete() ? "private, max-age=" + maxAge : "no-store";
              send(context, caching, shape.apply(offer));
            });
  }

  private static void unauthorized(RoutingContext context, String error) {
    context.response().putHeader("WWW-Authenticate", "Bearer");
    refuse(context, 401, error);
  }

  private static void unavailable(RoutingContext context, Throwable cause) {
    LOG.warn("ICE servers refused: who asks could not be found out", cause);
    refuse(context, 503, "Service unavailable, try again");
  }

  private static void refuse(RoutingContext context, int status, String error) {
    context.response().setStatusCode(status);
    send(context, "no-store", new JsonObject().put("success", false).put("error", error));
  }

  private static void send(RoutingContext context, String caching, JsonObject body) {
    HttpServerResponse response = context.response();
    if (response.ended() || response.closed()) {
      return;
    }
    vary(response, "Authorization");
    vary(response, "Origin");
    response.putHeader(HttpHeaders.CACHE_CONTROL, caching);
    Answers.json(context, response.getStatusCode(), body);
  }

  /** Adds to what CORS may have said already. */
  private static void vary(HttpServerResponse response, String header) {
    boolean there =
        response.headers().getAll(HttpHeaders.VARY).stream()
            .flatMap(value -> Arrays.stream(value.split(",")))
            .anyMatch(value -> value.strip().equalsIgnoreCase(header));
    if (!there) {
      String before = response.headers().get(HttpHeaders.VARY);
      response.putHeader(HttpHeaders.VARY, before == null ? header : before + ", " + header);
    }
  }
}
