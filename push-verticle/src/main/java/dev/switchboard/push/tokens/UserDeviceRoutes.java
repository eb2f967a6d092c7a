package dev.switchboard.push.tokens;

import dev.switchboard.push.http.AppFields;
import dev.switchboard.shared.auth.Scope;
import dev.switchboard.shared.bus.BusAddresses;
import dev.switchboard.shared.http.Answers;
import dev.switchboard.shared.http.BadFieldException;
import dev.switchboard.shared.http.BodyFields;
import dev.switchboard.shared.http.DetailRefusals;
import dev.switchboard.shared.http.HttpAccess;
import dev.switchboard.shared.http.HttpApi;
import dev.switchboard.shared.http.Refusal;
import dev.switchboard.shared.http.RefusedException;
import dev.switchboard.shared.push.PushApps;
import io.vertx.core.Future;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code PUT /api/v1/users/{userId}/devices}: a team's back end brings the tokens of its own store
 * along. Doing it again changes nothing. One an edge, on its event loop.
 */
public final class UserDeviceRoutes {
  private static final Logger log = LoggerFactory.getLogger(UserDeviceRoutes.class);
  private static final String PATH = "/api/v1/users/:userId/devices";
  private static final int BODY_LIMIT = 1024 * 1024;
  private static final int AT_ONCE = 200;

  private final HttpApi http;
  private final TokenStore store;
  private final ReachIndex reach;
  private final DeviceCap cap;
  private final HttpApi.Limit registrations;
  private final PushApps apps;
  private final InstantSource clock;

  public UserDeviceRoutes(
      HttpAccess access,
      TokenStore store,
      ReachIndex reach,
      DeviceLimits limits,
      PushApps apps,
      InstantSource clock) {
    this.http = new HttpApi(access, new DetailRefusals());
    this.store = store;
    this.reach = reach;
    this.cap = new DeviceCap(store, reach, limits);
    this.registrations = HttpApi.Limit.perMinute("tokens", limits.requestsPerMinute());
    this.apps = apps;
    this.clock = clock;
  }

  /** Mounts it, and answers nodes without this role that get such a request. */
  public void mount(Router router, EventBus bus) {
    http.readBodies(router, PATH, BODY_LIMIT);
    router.put(PATH).handler(this::put);
    bus.<JsonObject>consumer(BusAddresses.USER_DEVICES)
        .handler(
            asked ->
                Future.succeededFuture(asked.body())
                    .compose(
                        body ->
                            put(
                                body.getString("userId"),
                                body.getBoolean("counted"),
                                body.getJsonArray("devices")))
                    .onSuccess(stored -> asked.reply(reply(200, stored, 0)))
                    .onFailure(failure -> asked.reply(refusal(failure))));
  }

  private static JsonObject reply(int status, JsonObject body, long retryAfterSeconds) {
    return new JsonObject()
        .put("status", status)
        .put("body", body)
        .put("retryAfterMillis", retryAfterSeconds * 1_000);
  }

  private static JsonObject refusal(Throwable failure) {
    DetailRefusals shape = new DetailRefusals();
    return switch (failure) {
      case BadFieldException bad -> reply(422, shape.body(shape.badField(bad)), 0);
      case RefusedException refused ->
          reply(
              refused.refusal().status(),
              shape.body(refused.refusal()),
              refused.retryAfterSeconds());
      default -> {
        log.warn("devices of a user are not stored", failure);
        Refusal away = new Refusal(503, "unavailable", "a store is unavailable");
        yield reply(503, shape.body(away), 0);
      }
    };
  }

  private void put(RoutingContext context) {
    Future.succeededFuture()
        .map(begin -> BodyFields.checked("userId", context.pathParam("userId"), BodyFields.MAX_ID))
        .compose(
            user ->
                http.selfOr(context, user, Scope.USERS)
                    .compose(actor -> put(user, !actor.everybody(), HttpApi.list(context))))
        .onSuccess(answer -> Answers.json(context, 200, answer))
        .onFailure(failure -> http.refuse(context, failure));
  }

  /** A back end brings as many as it has, a user's own app is counted. */
  private Future<JsonObject> put(String userId, boolean counted, JsonArray devices) {
    Future<Void> within = counted ? http.use(registrations, userId) : Future.succeededFuture();
    return within.compose(allowed -> take(userId, requests(devices)));
  }

  /** All of them are checked before the first is stored. */
  private List<TokenRequest> requests(JsonArray devices) {
    if (devices.size() > AT_ONCE) {
      throw new BadFieldException("body", "must have at most " + AT_ONCE + " devices");
    }
    List<TokenRequest> requests = new ArrayList<>(devices.size());
    for (int i = 0; i < devices.size(); i++) {
      String place = "devices[" + i + "]";
      if (!(devices.getValue(i) instanceof JsonObject device)) {
        throw new BadFieldException(place, "must be an object");
      }
      try {
        requests.add(request(device));
      } catch (BadFieldException bad) {
        throw new BadFieldException(place, "is not usable: " + bad.getMessage());
      }
    }
    return requests;
  }

  private TokenRequest request(JsonObject device) {
    AppFields.app(device::getValue, apps);
    return TokenRequest.of(name -> device.getValue(name.equals("device_id") ? "deviceId" : name));
  }

  private Future<JsonObject> take(String userId, List<TokenRequest> requests) {
    Instant now = clock.instant();
    return reach
        .whileUp()
        .compose(
            up -> {
              List<Future<TokenStore.Stored>> stored =
                  requests.stream().map(one -> store.store(userId, one, now, true)).toList();
              return Future.join(stored).map(all -> touched(stored));
            })
        .compose(touched -> reach.reconcile(touched).map(touched))
        .compose(cap::trim)
        .map(trimmed -> new JsonObject().put("userId", userId).put("stored", requests.size()));
  }

  private static Set<ReachField> touched(List<Future<TokenStore.Stored>> stored) {
    Set<ReachField> touched = new HashSet<>();
    stored.forEach(one -> touched.addAll(one.result().touched()));
    return touched;
  }
}
