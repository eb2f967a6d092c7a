package dev.switchboard.signaling.control;

import dev.switchboard.shared.auth.Scope;
import dev.switchboard.shared.auth.SignOut;
import dev.switchboard.shared.auth.SignOutFeed;
import dev.switchboard.shared.bus.BusAddresses;
import dev.switchboard.shared.http.Actor;
import dev.switchboard.shared.http.Answers;
import dev.switchboard.shared.http.BadFieldException;
import dev.switchboard.shared.http.BodyFields;
import dev.switchboard.shared.http.DetailRefusals;
import dev.switchboard.shared.http.HttpApi;
import dev.switchboard.shared.http.RefusedException;
import dev.switchboard.shared.redis.RedisLink;
import dev.switchboard.shared.role.Node;
import dev.switchboard.shared.users.Erasures;
import dev.switchboard.shared.users.UserData;
import dev.switchboard.signaling.sessions.Session;
import io.vertx.core.Future;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * {@code /api/v1/users/{userId}}: what is there of a user, closing sockets, revoking tokens,
 * erasing and exporting. Users may do all of it with what is their own. One an edge, on its loop.
 */
final class UserRoutes {
  private static final String USER = "/api/v1/users/:userId";
  private static final String DISCONNECT = USER + "/disconnect";
  private static final String REVOKE = USER + "/revoke";
  private static final String EXPORT = USER + "/export";
  private static final String DEVICES = USER + "/devices";
  private static final int BODY_LIMIT = 4 * 1024;
  private static final int DEVICES_LIMIT = 1024 * 1024;
  private static final DeliveryOptions IN_TIME = new DeliveryOptions().setSendTimeout(5_000);

  /** Clocks differ by no more; a later time would lock out whoever signs in. */
  private static final long AHEAD_MILLIS = 60_000;

  private final HttpApi http;
  private final Node node;
  private final RedisLink redis;
  private final UserStore users;
  private final UserData data;

  UserRoutes(Node node, RedisLink redis, UserStore users, UserData data) {
    this.http = new HttpApi(node.access(), new DetailRefusals());
    this.node = node;
    this.redis = redis;
    this.users = users;
    this.data = data;
  }

  void mount(Router router) {
    for (String path : List.of(USER, DISCONNECT, REVOKE, EXPORT)) {
      http.readBodies(router, path, BODY_LIMIT);
    }
    router.get(USER).handler(context -> serve(context, 200, this::show, Scope.READ, Scope.USERS));
    router.delete(USER).handler(context -> serve(context, 202, this::erase, Scope.USERS));
    router.post(DISCONNECT).handler(context -> serve(context, 200, this::disconnect, Scope.USERS));
    router.post(REVOKE).handler(context -> serve(context, 200, this::revoke, Scope.USERS));
    http.readBodies(router, DEVICES, DEVICES_LIMIT);
    router.put(DEVICES).handler(this::takeOver);
    router.get(EXPORT).handler(context -> serve(context, 200, this::export, Scope.USERS));
  }

  private void serve(
      RoutingContext context,
      int status,
      BiFunction<String, RoutingContext, Future<JsonObject>> action,
      Scope scope,
      Scope... others) {
    Future.succeededFuture()
        .map(begin -> Queries.user(context))
        .compose(
            user ->
                http.selfOr(context, user, scope, others)
                    .compose((Actor allowed) -> action.apply(user, context)))
        .onSuccess(answer -> Answers.json(context, status, answer))
        .onFailure(failure -> http.refuse(context, failure));
  }

  /** What is kept of a user; fails for one of whom nothing is known (404). */
  private Future<UserData.Kept> kept(String userId) {
    return data.of(userId)
        .map(
            kept -> {
              if (kept.isNothing()) {
                throw RefusedException.notFound("no such user");
              }
              return kept;
            });
  }

  /** The user as things stand; what has been is in the export. */
  private Future<JsonObject> show(String userId, RoutingContext context) {
    return kept(userId)
        .map(
            kept -> {
              JsonObject shown = new JsonObject().put("userId", userId);
              for (String part : List.of("sockets", "devices", "liveCalls")) {
                shown.put(part, kept.parts().getJsonArray(part, new JsonArray()));
              }
              return shown.put("dndUntil", kept.parts().getValue("dndUntil"));
            });
  }

  private Future<JsonObject> export(String userId, RoutingContext context) {
    return kept(userId)
        .map(
            kept ->
                new JsonObject()
                    .put("userId", userId)
                    .put("exportedAt", node.clock().millis())
                    .put("missing", kept.missing())
                    .mergeIn(kept.parts()));
  }

  private Future<JsonObject> erase(String userId, RoutingContext context) {
    return kept(userId)
        .compose(known -> Erasures.file(redis, userId, node.clock().millis()))
        .map(filed -> new JsonObject().put("userId", userId).put("status", "erasing"));
  }

  private Future<JsonObject> disconnect(String userId, RoutingContext context) {
    String device = new BodyFields(HttpApi.bodyOrEmpty(context)).optionalId("deviceId");
    return users
        .sockets(userId)
        .map(sockets -> sockets.stream().filter(socket -> isMeant(socket, device)).count())
        .compose(closing -> closing > 0 ? Future.succeededFuture(closing) : none(userId, device))
        .compose(
            closing ->
                say(new SignOut.Disconnected(userId, device))
                    .map(said -> new JsonObject().put("userId", userId).put("sockets", closing)));
  }

  private static boolean isMeant(Session socket, @Nullable String device) {
    return device == null || socket.deviceId().equals(device);
  }

  /** A user that is known may be without sockets, a device is known by its socket only. */
  private Future<Long> none(String userId, @Nullable String device) {
    return device == null
        ? kept(userId).map(0L)
        : Future.failedFuture(RefusedException.notFound("no such device has a socket"));
  }

  private Future<JsonObject> revoke(String userId, RoutingContext context) {
    long now = node.clock().millis();
    Long given = new BodyFields(HttpApi.bodyOrEmpty(context)).optionalTime("issuedBefore");
    long before = given == null ? now : given;
    if (before > now + AHEAD_MILLIS) {
      throw new BadFieldException("issuedBefore", "must not be in the future");
    }
    return say(new SignOut.Revoked(userId, before))
        .map(said -> new JsonObject().put("userId", userId).put("issuedBefore", before));
  }

  /** The push role stores devices, here or elsewhere. */
  private void takeOver(RoutingContext context) {
    Future.succeededFuture()
        .map(begin -> Queries.user(context))
        .compose(
            user ->
                http.selfOr(context, user, Scope.USERS)
                    .compose(
                        actor ->
                            node.vertx()
                                .eventBus()
                                .<JsonObject>request(
                                    BusAddresses.USER_DEVICES,
                                    new JsonObject()
                                        .put("userId", user)
                                        .put("counted", !actor.everybody())
                                        .put("devices", HttpApi.list(context)),
                                    IN_TIME)
                                .recover(
                                    failure ->
                                        Future.failedFuture(
                                            RefusedException.unavailable("push is away")))))
        .onSuccess(
            answer -> {
              long wait = answer.body().getLong("retryAfterMillis", 0L);
              if (wait > 0) {
                context.response().putHeader(HttpHeaders.RETRY_AFTER, Long.toString(wait / 1_000));
              }
              Answers.json(
                  context, answer.body().getInteger("status"), answer.body().getJsonObject("body"));
            })
        .onFailure(failure -> http.refuse(context, failure));
  }

  private Future<Void> say(SignOut signOut) {
    return SignOutFeed.say(redis, node.settings(), signOut, node.clock().millis());
  }
}
