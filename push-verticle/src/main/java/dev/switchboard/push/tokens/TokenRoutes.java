package dev.switchboard.push.tokens;

import dev.switchboard.push.http.AppFields;
import dev.switchboard.push.http.AppLimits;
import dev.switchboard.push.http.PushRefusals;
import dev.switchboard.shared.auth.Caller;
import dev.switchboard.shared.http.HttpAccess;
import dev.switchboard.shared.http.HttpApi;
import dev.switchboard.shared.http.RefusedException;
import dev.switchboard.shared.push.PushApps;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;

/** {@code /v1/push/tokens}: a user's own device tokens. One an edge, on its event loop. */
public final class TokenRoutes {
  private static final String PATH = "/v1/push/tokens";
  private static final int BODY_LIMIT = 16 * 1024;

  private final HttpApi http;
  private final TokenStore store;
  private final ReachIndex reach;
  private final AppLimits registrations;
  private final PushApps apps;
  private final DeviceCap cap;
  private final InstantSource clock;

  public TokenRoutes(
      HttpAccess access,
      TokenStore store,
      ReachIndex reach,
      DeviceLimits limits,
      PushApps apps,
      InstantSource clock) {
    this.http = new HttpApi(access, new PushRefusals());
    this.registrations = new AppLimits("tokens", limits.requestsPerMinute(), apps);
    this.apps = apps;
    this.cap = new DeviceCap(store, reach, limits);
    this.store = store;
    this.reach = reach;
    this.clock = clock;
  }

  /** Mounts the routes. */
  public void mount(Router router) {
    for (String path : List.of(PATH, PATH + "/all", PATH + "/count")) {
      http.readBodies(router, path, BODY_LIMIT);
    }
    router.get(PATH).handler(context -> serve(context, this::list));
    router.get(PATH + "/count").handler(context -> serve(context, this::count));
    router.post(PATH).handler(context -> serve(context, this::add));
    router.delete(PATH).handler(context -> serve(context, this::remove));
    router.delete(PATH + "/all").handler(context -> serve(context, this::removeAll));
  }

  private void serve(
      RoutingContext context, BiFunction<Caller, RoutingContext, Future<JsonObject>> action) {
    http.caller(context)
        .compose(caller -> action.apply(caller, context))
        .onSuccess(context::json)
        .onFailure(failure -> http.refuse(context, failure));
  }

  private Future<JsonObject> list(Caller caller, RoutingContext context) {
    return store
        .list(caller.userId())
        .map(devices -> devices.stream().filter(d -> d.type() != TokenType.WEBPUSH).toList())
        .map(
            tokens ->
                new JsonObject()
                    .put("tokens", new JsonArray(tokens.stream().map(TokenRoutes::show).toList()))
                    .put("count", tokens.size()));
  }

  private Future<JsonObject> count(Caller caller, RoutingContext context) {
    return store
        .list(caller.userId())
        .map(
            devices ->
                devices.stream().filter(d -> d.type() != TokenType.WEBPUSH && d.active()).count())
        .map(active -> new JsonObject().put("active_tokens_count", active));
  }

  private static JsonObject show(DeviceToken token) {
    return new JsonObject()
        .put("id", token.id().toString())
        .put("type", token.type().wireName())
        .put("kind", token.kind())
        .put("device_id", token.deviceId())
        .put("platform", token.platform())
        .put("app", token.app())
        .put("environment", token.environment() == null ? null : token.environment().wireName())
        .put("token", token.cut())
        .put("active", token.active())
        .put("created_at", token.createdAt().toString())
        .put("updated_at", token.updatedAt().toString());
  }

  private Future<JsonObject> add(Caller caller, RoutingContext context) {
    JsonObject body = HttpApi.body(context);
    AppFields.app(body::getValue, apps);
    TokenRequest token = TokenRequest.of(body::getValue);
    return http.use(registrations.of(context), caller.userId())
        .compose(within -> reach.whileUp())
        .compose(up -> store.store(caller.userId(), token, clock.instant(), true))
        .compose(stored -> reach.reconcile(stored.touched()).map(stored))
        .compose(stored -> cap.trim(stored.touched()).map(stored))
        .map(
            stored ->
                new JsonObject()
                    .put("message", "Token registered")
                    .put("token_id", String.valueOf(stored.id())));
  }

  private Future<JsonObject> remove(Caller caller, RoutingContext context) {
    TokenStore.Filter filter = TokenRequest.toDelete(HttpApi.body(context));
    return reach
        .whileUp()
        .compose(up -> store.remove(caller.userId(), filter))
        .compose(
            removed ->
                removed.isEmpty()
                    ? Future.failedFuture(RefusedException.notFound("token is not one of yours"))
                    : settle(removed))
        .map(settled -> message("Token removed"));
  }

  private Future<JsonObject> removeAll(Caller caller, RoutingContext context) {
    return reach
        .whileUp()
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
}
