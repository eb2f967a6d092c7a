package dev.switchboard.push.webpush;

import dev.switchboard.push.http.AppFields;
import dev.switchboard.push.http.AppLimits;
import dev.switchboard.push.http.PushRefusals;
import dev.switchboard.push.tokens.DeviceCap;
import dev.switchboard.push.tokens.DeviceToken;
import dev.switchboard.push.tokens.ReachIndex;
import dev.switchboard.shared.auth.Caller;
import dev.switchboard.shared.auth.Scope;
import dev.switchboard.shared.http.Answers;
import dev.switchboard.shared.http.BadFieldException;
import dev.switchboard.shared.http.HttpAccess;
import dev.switchboard.shared.http.HttpApi;
import dev.switchboard.shared.http.RefusedException;
import dev.switchboard.shared.outbound.EndpointGuard;
import dev.switchboard.shared.push.PushApps;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * {@code /api/v1/push/…} of browsers: our public key, subscribing and unsubscribing; and the list
 * of subscriptions for operators. One an edge, on its event loop.
 */
public final class SubscriptionRoutes {
  private static final String BASE = "/api/v1/push";
  private static final String SUBSCRIBE = BASE + "/subscribe";
  private static final String UNSUBSCRIBE = BASE + "/unsubscribe";
  private static final String SUBSCRIPTIONS = BASE + "/subscriptions";
  private static final String VAPID_PUBLIC_KEY = BASE + "/vapid-public-key";
  private static final int BODY_LIMIT = 16 * 1024;
  private static final int PAGE = 1_000;
  private static final UUID FIRST = new UUID(0, 0);

  private final HttpApi http;
  private final AppLimits subscribes;
  private final PushApps apps;
  private final Map<String, VapidKeys> keys;
  private final EndpointGuard guard;
  private final SubscriptionStore store;
  private final ReachIndex reach;
  private final DeviceCap cap;
  private final InstantSource clock;

  SubscriptionRoutes(
      HttpAccess access,
      int subscribesPerMinute,
      PushApps apps,
      Map<String, VapidKeys> keys,
      EndpointGuard guard,
      SubscriptionStore store,
      ReachIndex reach,
      DeviceCap cap,
      InstantSource clock) {
    this.http = new HttpApi(access, new PushRefusals());
    this.subscribes = new AppLimits("subscribe", subscribesPerMinute, apps);
    this.apps = apps;
    this.keys = Map.copyOf(keys);
    this.guard = guard;
    this.store = store;
    this.reach = reach;
    this.cap = cap;
    this.clock = clock;
  }

  /** Mounts the routes. */
  public void mount(Router router) {
    for (String path : List.of(SUBSCRIBE, UNSUBSCRIBE, SUBSCRIPTIONS, VAPID_PUBLIC_KEY)) {
      http.readBodies(router, path, BODY_LIMIT);
    }
    router.get(VAPID_PUBLIC_KEY).handler(context -> serve(context, publicKey(context)));
    router.post(SUBSCRIBE).handler(context -> serve(context, subscribe(context)));
    router.delete(SUBSCRIBE).handler(context -> serve(context, unsubscribe(context)));
    router.post(UNSUBSCRIBE).handler(context -> serve(context, unsubscribe(context)));
    router.get(SUBSCRIPTIONS).handler(context -> serve(context, list(context)));
  }

  private void serve(RoutingContext context, Future<Void> served) {
    served.onFailure(failure -> http.refuse(context, failure));
  }

  private Future<Void> publicKey(RoutingContext context) {
    String named = context.queryParams().get("app");
    return of(AppFields.app(name -> named, apps))
        .newest()
        .onSuccess(key -> Answers.json(context, 200, new JsonObject().put("public_key", key.id())))
        .mapEmpty();
  }

  /** The keys of an app. Throws {@link BadFieldException} for one without Web Push. */
  private VapidKeys of(@Nullable String app) {
    String name = app == null ? PushApps.DEFAULT : app;
    VapidKeys its = keys.get(name);
    if (its == null) {
      String others = String.join(", ", new TreeSet<>(keys.keySet()));
      throw new BadFieldException("app", "has no Web Push: those with it are " + others);
    }
    return its;
  }

  private Future<Void> subscribe(RoutingContext context) {
    return http.use(subscribes.of(context), http.clientAddress(context))
        .compose(within -> http.anyone(context))
        .compose(caller -> subscribe(context, caller));
  }

  private Future<Void> subscribe(RoutingContext context, Optional<Caller> caller) {
    SubscriptionRequest request = SubscriptionRequest.of(HttpApi.body(context), apps);
    return guard
        .admit(request.endpoint())
        .compose(admitted -> reach.whileUp())
        .compose(up -> keyOf(request))
        .compose(
            key ->
                store.store(
                    userId(caller), request, key, request.vapidKey() != null, clock.instant()))
        .map(stored -> stored.orElseThrow(() -> RefusedException.forbidden(SOMEBODY_ELSES)))
        .compose(stored -> reach.reconcile(stored.touched()).map(stored))
        .compose(stored -> cap.trim(stored.touched()).map(stored))
        .onSuccess(stored -> answer(context, request, stored))
        .mapEmpty();
  }

  private static final String SOMEBODY_ELSES = "this subscription is somebody else's";

  private Future<String> keyOf(SubscriptionRequest request) {
    String named = request.vapidKey();
    VapidKeys its = of(request.app());
    return named == null
        ? its.newest().map(VapidKey::id)
        : its.find(named)
            .map(
                key ->
                    key.map(VapidKey::id)
                        .orElseThrow(
                            () -> new BadFieldException("vapid_public_key", "is none of ours")));
  }

  private static void answer(
      RoutingContext context, SubscriptionRequest request, SubscriptionStore.Stored stored) {
    Answers.json(
        context,
        stored.isNew() ? 201 : 200,
        new JsonObject()
            .put("id", stored.id().toString())
            .put("endpoint", DeviceToken.cutEndpoint(request.endpoint().text()))
            .put("created_at", stored.createdAt().toString()));
  }

  private static String userId(Optional<Caller> caller) {
    return caller.map(Caller::userId).orElse("");
  }

  private Future<Void> unsubscribe(RoutingContext context) {
    return http.anyone(context)
        .compose(
            caller -> {
              var named = SubscriptionRequest.named(HttpApi.body(context));
              return reach.whileUp().compose(up -> store.remove(userId(caller), named));
            })
        .compose(
            gone ->
                gone.isEmpty()
                    ? Future.failedFuture(RefusedException.notFound("no such subscription"))
                    : reach.reconcile(gone))
        .onSuccess(settled -> context.response().setStatusCode(204).end());
  }

  private Future<Void> list(RoutingContext context) {
    return http.actor(context, Scope.READ)
        .compose(
            operator -> {
              String after = context.queryParams().get("after");
              return store.page(after == null ? FIRST : uuid(after), PAGE);
            })
        .compose(
            page ->
                store.count().onSuccess(total -> Answers.json(context, 200, listed(page, total))))
        .mapEmpty();
  }

  private static UUID uuid(String text) {
    try {
      return UUID.fromString(text);
    } catch (IllegalArgumentException e) {
      throw new BadFieldException("after", "must be the id of a subscription");
    }
  }

  private static JsonObject listed(List<SubscriptionStore.Listed> page, long total) {
    JsonArray subscriptions = new JsonArray();
    page.forEach(listed -> subscriptions.add(show(listed)));
    JsonObject answer = new JsonObject().put("subscriptions", subscriptions).put("total", total);
    return page.size() < PAGE ? answer : answer.put("next", page.getLast().id().toString());
  }

  private static JsonObject show(SubscriptionStore.Listed listed) {
    return new JsonObject()
        .put("id", listed.id().toString())
        .put("user_id", listed.userId().isEmpty() ? null : listed.userId())
        .put("app", listed.app())
        .put("endpoint", DeviceToken.cutEndpoint(listed.endpoint()))
        .put("user_agent", listed.userAgent())
        .put("created_at", listed.createdAt().toString())
        .put("last_used_at", text(listed.lastUsedAt()));
  }

  private static @Nullable String text(@Nullable Instant time) {
    return time == null ? null : time.toString();
  }
}
